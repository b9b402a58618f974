import type { Formula } from '../port.ts';
import { holdsWithoutTokens, tokensIn } from './formula.ts';
import { SLICES, UNFILTERED_BYTES } from './schema.ts';

/** After this slice, alternatives are asked again of all slices so far. */
const CHECKPOINT = 3;

/**
 * The SipHash key of a token for the period of a row, as `k<token>`; zeros outside the array.
 * `first` is the period of the array's first entry.
 */
export function keyDefinition(token: number, first: number): string {
  return `a${token}[period_no - ${first} + 1] AS k${token}`;
}

/**
 * One position of a token, in slice `slice`: with h = SipHash-2-4 under the segment's trapdoor of
 * id ‖ counter, counter = slice div 4 and lane = 16 bits of h, the position is lane · bits div 2^16.
 * `bitSlice` counts from the high bit of a byte, filters from the low one.
 */
function sliceTest(token: number, slice: number): string {
  const hash = `sipHash64Keyed(k${token}, concat(id, '\\x0${slice >> 2}'))`;
  const position = `bitShiftRight(toUInt16(bitShiftRight(${hash}, ${16 * (slice & 3)})) * slice_bytes, 13)`;
  return `bitSlice(slice_${slice}, bitXor(${position}, 7) + 1, 1) = '\\x80'`;
}

function testUpTo(token: number, slice: number): string {
  return Array.from({ length: slice + 1 }, (_, index) => sliceTest(token, index)).join(' AND ');
}

/** Without a key (sixteen zeros) a period has no candidates but its unfiltered segments. */
function keyTest(token: number, keys: readonly Uint8Array[]): string | undefined {
  const bytes = keys[token] ?? new Uint8Array(0);
  for (let at = 0; at < bytes.length; at += 16) {
    if (bytes.subarray(at, at + 16).every((byte) => byte === 0)) {
      return `(k${token}.1 != 0 OR k${token}.2 != 0 OR slice_bytes = ${UNFILTERED_BYTES})`;
    }
  }
  return undefined;
}

/** The whole test of a token: its key and all thirteen positions. */
export function tokenTest(token: number, keys: readonly Uint8Array[]): string {
  const key = keyTest(token, keys);
  return `(${key ? `${key} AND ` : ''}${testUpTo(token, SLICES - 1)})`;
}

/**
 * Conditions on the filters, in the order to ask them, for `parts` of a formula that must all hold.
 *
 * Every slice gives conditions of its own, so that the engine reads a slice only where the slices before
 * it left something. Parts that are a token are decided by that. Of any other part that needs some token,
 * it is only asked whether one of its tokens may be there: enough to read little, not enough to decide.
 */
export function filterConditions(parts: readonly Formula[], keys: readonly Uint8Array[]): string[] {
  const required = [...new Set(parts.flatMap((part) => ('token' in part ? [part.token] : [])))];
  const choices = parts.filter((part) => !('token' in part || holdsWithoutTokens(part))).map(tokensIn);
  const conditions = required.flatMap((token) => keyTest(token, keys) ?? []);
  for (let slice = 0; slice < SLICES; slice++) {
    conditions.push(...required.map((token) => sliceTest(token, slice)));
    for (const tokens of choices) {
      conditions.push(any(tokens.map((token) => sliceTest(token, slice))));
      if (slice === CHECKPOINT) conditions.push(any(tokens.map((token) => testUpTo(token, slice))));
    }
  }
  return conditions;
}

function any(tests: string[]): string {
  return tests.length === 0 ? '0' : `(${tests.join(' OR ')})`;
}
