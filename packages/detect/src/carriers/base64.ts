import { DIGIT64 } from '../keywords/classes.ts';
import type { Keyword } from '../keywords/keyword.ts';
import type { Runs } from '../scan/runs.ts';
import { BEYOND } from './percent.ts';

/** Where a keyword can stand in base64, and what its letters become there. */
export interface Alignment {
  readonly keyword: Keyword;
  /** Index modulo 4 of the hit's first digit within the encoded value. */
  readonly phase: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Fewer digits than this turn up in every picture. */
const MIN_DIGITS = 4;
/** More digits than this tell nothing more. */
const MAX_DIGITS = 8;
/** A secret must follow: digits of base64 that a hit needs after it. */
const MIN_REST = 8;

/**
 * The three forms that `text` takes in base64 (RFC 4648), by its offset modulo 3 in what was encoded;
 * only digits that `text` alone decides. Forms of fewer than `MIN_DIGITS` digits are left out. At least
 * `rest` further digits must follow.
 */
export function alignments(text: string, rest: number = MIN_REST): Alignment[] {
  const bits = [...text].map((char) => char.charCodeAt(0).toString(2).padStart(8, '0')).join('');
  const found: Alignment[] = [];
  for (let offset = 0; offset < 3; offset++) {
    // The first digit that begins at or after the text's first bit.
    const phase = Math.ceil((offset * 8) / 6);
    let digits = '';
    for (let bit = phase * 6 - offset * 8; bit + 6 <= bits.length && digits.length < MAX_DIGITS; bit += 6) {
      digits += DIGITS[Number.parseInt(bits.slice(bit, bit + 6), 2)];
    }
    if (digits.length < MIN_DIGITS) continue;
    for (const exact of new Set([digits, digits.replaceAll('+', '-').replaceAll('/', '_')])) {
      const next = { kind: 'run', class: 'base64', min: rest } as const;
      found.push({ keyword: { text: exact.toLowerCase(), exact, next }, phase });
    }
  }
  return found;
}

/** A base64 or base64url value in a text, decoded. */
export interface Encoded {
  readonly start: number;
  readonly end: number;
  /** One unit a byte; those beyond ASCII are `BEYOND`. */
  readonly text: string;
}

/**
 * The base64 value around a hit whose first digit stands at `at` with `phase`; undefined when it was
 * decoded before, as `seen` remembers, or is none.
 */
export function encodedAround(
  text: string,
  at: number,
  phase: number,
  runs: Runs,
  seen: Set<number>,
): Encoded | undefined {
  const run = runs.around(DIGIT64, at);
  // Digits before the true beginning (a path, a prefix) shift the phase: skip at most three.
  const first = run.from + ((((at - run.from - phase) % 4) + 4) % 4);
  if (seen.has(first)) return undefined;
  seen.add(first);
  let digits = text.slice(first, run.to).replace(/[-_]/g, (char) => (char === '-' ? '+' : '/'));
  if (digits.length % 4 === 1) digits = digits.slice(0, -1);
  let end = run.to;
  while (text[end] === '=' && end < run.to + 2) end++;
  try {
    return { start: run.from, end, text: atob(digits).replace(/[\x80-\xff]/g, BEYOND) };
  } catch {
    return undefined;
  }
}
