import type { RunClass } from './keyword.ts';

/** Bits of the table below: which classes a unit under 128 belongs to. */
export const DIGIT = 1;
export const LETTER = 2;
export const HEX = 4;
export const WORD = 8;
export const BASE64 = 16;
export const SPACE = 32;
/** The digits of base64 and base64url, without padding. */
export const DIGIT64 = 64;
/** The units of most tokens: word, `.`, `~`. */
export const TOKEN = 1024;
/** What an unquoted value may hold: in a line of text, in a URL's query, after a shell's `NAME=`. */
export const BARE = 128;
export const QUERY = 256;
export const SHELL = 512;
const VALUE = BARE | QUERY | SHELL;
/** Letters, digits: the classes that a `start` boundary looks at. */
export const ALNUM = DIGIT | LETTER;

const table = new Uint16Array(128);
for (let unit = 0; unit < 128; unit++) {
  const char = String.fromCharCode(unit);
  let bits = 0;
  if (/[0-9]/.test(char)) bits |= DIGIT;
  if (/[A-Za-z]/.test(char)) bits |= LETTER;
  if (/[0-9A-Fa-f]/.test(char)) bits |= HEX;
  if (/[\w-]/.test(char)) bits |= WORD;
  if (/[\w+/=.~-]/.test(char)) bits |= BASE64;
  if (/[\w+/-]/.test(char)) bits |= DIGIT64;
  if (/[\w.~-]/.test(char)) bits |= TOKEN;
  if (/[ \t\r\n]/.test(char)) bits |= SPACE;
  // Nothing below the space stands in a value.
  if (unit >= 32 && /[^\s"'`\\,;<>(){}|[\]]/.test(char)) bits |= BARE;
  if (unit >= 32 && /[^\s"'`\\&#<>(){}|[\];]/.test(char)) bits |= QUERY;
  if (unit >= 32 && /[^\s"'`\\]/.test(char)) bits |= SHELL;
  table[unit] = bits;
}

/**
 * The class bits of a unit. Beyond ASCII, Latin letters may stand in values and nothing has another
 * class; NaN, past the end, has none.
 */
export function bitsOf(unit: number): number {
  if (unit < 128) return table[unit]!;
  return unit >= 0xc0 && unit < 0x250 ? VALUE : 0;
}

export const RUN_BITS: Readonly<Record<RunClass, number>> = {
  alnum: ALNUM,
  hex: HEX,
  word: WORD,
  base64: BASE64,
};
