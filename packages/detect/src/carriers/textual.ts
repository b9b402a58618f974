import { bitsOf, DIGIT64, HEX } from '../keywords/classes.ts';

/** How an encoded value tells what it is. */
export type Coding = 'base64' | 'hex';

/** Shorter values are told by keywords alone. */
const MIN_RUN = 28;
/** Digits whose bytes must all be text: of base64, of hexadecimal. */
const HEAD64 = 24;
const HEAD16 = 28;

/**
 * Calls `found` for every run of digits of base64 or hexadecimal that begins like an encoded text: of chance
 * runs, ids and digests, one in a million does. Most units are never looked at.
 */
export function textualRuns(
  length: number,
  unitAt: (index: number) => number,
  found: (start: number, coding: Coding) => void,
): void {
  for (let start = 0; start + MIN_RUN <= length; ) {
    let at = start + MIN_RUN - 1;
    while (at >= start && bitsOf(unitAt(at)) & DIGIT64) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    const first = start + prefixAt(start, unitAt);
    if (isText(first, HEAD16, hexByte, unitAt)) found(first, 'hex');
    else if (isText(first, HEAD64, base64Byte, unitAt)) found(first, 'base64');
    at = start + MIN_RUN;
    while (at < length && bitsOf(unitAt(at)) & DIGIT64) at++;
    start = at + 1;
  }
}

/** How the encoded text that begins at `start` is encoded. */
export function codingAt(start: number, unitAt: (index: number) => number): Coding {
  return isText(start, HEAD16, hexByte, unitAt) ? 'hex' : 'base64';
}

/** Units at the beginning of a run that are none of the value's: `0x`, the rest of an escape. */
function prefixAt(start: number, unitAt: (index: number) => number): number {
  const before = start === 0 ? 0 : unitAt(start - 1);
  const [unit, next] = [unitAt(start), unitAt(start + 1)];
  if (unit === 0x30 && (next | 0x20) === 0x78) return 2;
  // `%22`, `%2522`.
  if (before === 0x25) return unit === 0x32 && next === 0x35 ? 4 : 2;
  // `\n`, `\u0022`, `\x`.
  if (before === 0x5c) return unit === 0x75 ? 5 : 1;
  return 0;
}

type ByteAt = (start: number, index: number, unitAt: (index: number) => number) => number;

/** Whether `digits` digits from `start` on stand for ASCII text, plain or in UTF-16. */
function isText(start: number, digits: number, byteAt: ByteAt, unitAt: (index: number) => number): boolean {
  const bytes = byteAt === hexByte ? digits / 2 : (digits / 4) * 3;
  let zeros = 0;
  for (let index = 0; index < bytes; index++) {
    const byte = byteAt(start, index, unitAt);
    if (byte === 0) zeros++;
    else if (!((byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13))) return false;
  }
  return zeros * 5 <= bytes * 4;
}

/** The byte at `index` of a value; -1 where the digits are none of hexadecimal. */
function hexByte(start: number, index: number, unitAt: (index: number) => number): number {
  const [high, low] = [unitAt(start + 2 * index), unitAt(start + 2 * index + 1)];
  if (!(bitsOf(high) & HEX) || !(bitsOf(low) & HEX)) return -1;
  return (hexDigit(high) << 4) | hexDigit(low);
}

function hexDigit(unit: number): number {
  return unit <= 0x39 ? unit - 0x30 : (unit | 0x20) - 0x57;
}

function base64Byte(start: number, index: number, unitAt: (index: number) => number): number {
  const quad = start + Math.floor(index / 3) * 4 + (index % 3);
  const shift = (index % 3) * 2 + 2;
  return ((base64Digit(unitAt(quad)) << shift) | (base64Digit(unitAt(quad + 1)) >> (6 - shift))) & 0xff;
}

function base64Digit(unit: number): number {
  if (unit >= 0x61) return unit - 71;
  if (unit >= 0x41 && unit <= 0x5a) return unit - 65;
  if (unit >= 0x30 && unit <= 0x39) return unit + 4;
  // `+` and `-`, or `/` and `_`.
  return unit === 0x2b || unit === 0x2d ? 62 : 63;
}
