import { luhn } from './checks.ts';

/** Ranges of issuer numbers (ISO/IEC 7812), with the lengths that are in use; the first is the usual one. */
const ISSUERS: readonly { from: number; to: number; lengths: readonly number[] }[] = [
  { from: 4, to: 4, lengths: [16, 13, 19] },
  { from: 51, to: 55, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 34, to: 34, lengths: [15] },
  { from: 37, to: 37, lengths: [15] },
  { from: 300, to: 305, lengths: [14, 16] },
  { from: 3095, to: 3095, lengths: [14, 16] },
  { from: 36, to: 36, lengths: [14, 16] },
  { from: 38, to: 39, lengths: [14, 16] },
  { from: 6011, to: 6011, lengths: [16, 19] },
  { from: 644, to: 659, lengths: [16, 19] },
  { from: 3528, to: 3589, lengths: [16, 19] },
  { from: 62, to: 62, lengths: [16, 17, 18, 19] },
  { from: 2200, to: 2204, lengths: [16, 19] },
  ...[5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].map((prefix) => ({
    from: prefix,
    to: prefix,
    lengths: [16, 12, 13, 14, 15, 17, 18, 19],
  })),
];

/** Whether some issuer gives such numbers: `usual` when it is of the length that its cards have. */
export function cardOf(digits: string): 'usual' | 'rare' | undefined {
  if (!luhn(digits)) return undefined;
  for (const { from, to, lengths } of ISSUERS) {
    const prefix = Number(digits.slice(0, String(from).length));
    if (prefix < from || prefix > to || !lengths.includes(digits.length)) continue;
    return lengths[0] === digits.length ? 'usual' : 'rare';
  }
  return undefined;
}
