import { isDay, mod } from './checks.ts';
import type { Confidence } from './finding.ts';

/** A national id with letters in it; tried on whole words, in upper case. */
export interface LetteredRule {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly holds: (id: string) => boolean;
  readonly confidence: Confidence;
  /** What must stand before it, when its form alone is too common. */
  readonly told?: RegExp;
}

const DNI = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Values of the letters of a codice fiscale in odd places; decree of 23 December 1976. */
const ODD = new Map(
  [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter, i) => [
    letter,
    [
      1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14,
      16, 10, 22, 25, 24, 23,
    ][i]!,
  ]),
);

function codiceFiscale(id: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const letter = id[i]!;
    const even = /\d/.test(letter) ? Number(letter) : letter.charCodeAt(0) - 65;
    sum += i % 2 === 0 ? ODD.get(letter)! : even;
  }
  return String.fromCharCode(65 + (sum % 26)) === id[15];
}

function nric(id: string): boolean {
  const sum = [2, 7, 6, 5, 4, 3, 2].reduce((all, weight, i) => all + weight * Number(id[i + 1]), 0);
  const first = id[0]!;
  const rest = (sum + (first === 'T' || first === 'G' ? 4 : first === 'M' ? 3 : 0)) % 11;
  if (first === 'M') return 'KLJNPQRTUWX'[10 - rest] === id[8];
  return (first === 'S' || first === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[rest] === id[8];
}

/** RENAPO; Ñ is between N and O. */
function curp(id: string): boolean {
  const alphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
  const sum = [...id.slice(0, 17)].reduce((all, letter, i) => all + alphabet.indexOf(letter) * (18 - i), 0);
  const year = Number(id.slice(4, 6));
  const day = isDay(
    /\d/.test(id[16]!) ? 1900 + year : 2000 + year,
    Number(id.slice(6, 8)),
    Number(id.slice(8, 10)),
  );
  return day && (10 - (sum % 10)) % 10 === Number(id[17]);
}

function taiwan(id: string): boolean {
  const area = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.indexOf(id[0]!) + 10;
  const digits = `${area}${id.slice(1)}`;
  const sum = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1].reduce(
    (all, weight, i) => all + weight * Number(digits[i]),
    0,
  );
  return sum % 10 === 0;
}

export const LETTERED: readonly LetteredRule[] = [
  {
    // HMRC, NIM39110: no check digit.
    kind: 'uk-nino',
    pattern: /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/,
    holds: () => true,
    confidence: 'high',
    told: /(?:nino|national insurance|ni number|ni no)[\w.)]{0,12}["'\s:=#]{0,6}(?:is |no\.? |number )?["']?$/,
  },
  {
    kind: 'es-dni',
    pattern: /^\d{8}[A-Z]$/,
    holds: (id) => DNI[Number(id.slice(0, 8)) % 23] === id[8],
    confidence: 'medium',
  },
  {
    kind: 'es-nie',
    pattern: /^[XYZ]\d{7}[A-Z]$/,
    holds: (id) => DNI[Number(`${'XYZ'.indexOf(id[0]!)}${id.slice(1, 8)}`) % 23] === id[8],
    confidence: 'medium',
  },
  {
    // With the letters that stand for digits where two people would have the same.
    kind: 'it-codice-fiscale',
    pattern: /^[A-Z]{6}[\dLMNPQRSTUV]{2}[ABCDEHLMPRST][\dLMNPQRSTUV]{2}[A-Z][\dLMNPQRSTUV]{3}[A-Z]$/,
    holds: codiceFiscale,
    confidence: 'high',
  },
  {
    kind: 'fr-nir',
    pattern: /^[1278]\d{2}(?:0[1-9]|1[0-2])2[AB]\d{8}$/,
    holds: (id) =>
      97 - mod(id.slice(0, 13).replace('2A', '19').replace('2B', '18'), 97) === Number(id.slice(13)),
    confidence: 'high',
  },
  { kind: 'sg-nric', pattern: /^[STFGM]\d{7}[A-Z]$/, holds: nric, confidence: 'medium' },
  {
    kind: 'mx-curp',
    pattern: /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d$/,
    holds: curp,
    confidence: 'high',
  },
  { kind: 'tw-national-id', pattern: /^[A-Z][12]\d{8}$/, holds: taiwan, confidence: 'medium' },
];
