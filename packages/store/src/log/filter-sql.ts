import type { Formula } from '../port.ts';
import { isConjunction, renderFormula } from './formula.ts';
import { SLICES, UNFILTERED_BYTES } from './schema.ts';

/** After these slices the whole formula is asked of the slices so far, when it is no plain conjunction. */
const CHECKPOINTS: ReadonlySet<number> = new Set([3, 7, SLICES - 1]);

/**
 * The SipHash key of a token for the period of a row, as `k<token>`; zeros outside the arrays.
 * `first` is the period of the arrays' first entry.
 */
export function keyDefinition(token: number, first: number): string {
  const entry = `[period_no - ${first} + 1]`;
  return `(a${token}${entry}, b${token}${entry}) AS k${token}`;
}

/**
 * One position of a token, in slice `slice`: with h = SipHash-2-4 under the segment's trapdoor of
 * id ‖ counter, counter = slice div 4 and lane = 16 bits of h, the position is lane · bits div 2^16.
 * `bitSlice` counts from the high bit of a byte, filters from the low one.
 */
function sliceTest(token: number, slice: number): string {
  const hash = `sipHash64Keyed(k${token}, concat(id, char(${slice >> 2})))`;
  const position = `bitShiftRight(toUInt16(bitShiftRight(${hash}, ${16 * (slice & 3)})) * slice_bytes, 13)`;
  return `bitSlice(slice_${slice}, bitXor(${position}, 7) + 1, 1) = char(128)`;
}

/** Whether some period has no key: sixteen zeros. */
function hasGap(keys: Uint8Array): boolean {
  for (let at = 0; at < keys.length; at += 16) {
    if (keys.subarray(at, at + 16).every((byte) => byte === 0)) return true;
  }
  return false;
}

/** Tests of a token for one search; `1` where a test always holds. */
function tokenTests(keys: readonly Uint8Array[]) {
  const gaps = keys.map(hasGap);
  // Without a key a period has no candidates but its unfiltered segments.
  const key = (token: number) =>
    gaps[token] ? `(k${token}.1 != 0 OR k${token}.2 != 0 OR slice_bytes = ${UNFILTERED_BYTES})` : '1';
  const upTo = (slice: number) => (token: number) => {
    const tests = Array.from({ length: slice + 1 }, (_, index) => sliceTest(token, index));
    return `(${[key(token), ...tests].filter((test) => test !== '1').join(' AND ')})`;
  };
  return { key, upTo };
}

/** The whole test of a token: its key and all thirteen positions. */
export function wholeTests(keys: readonly Uint8Array[]): (token: number) => string {
  return tokenTests(keys).upTo(SLICES - 1);
}

/**
 * Conditions on the filters, in the order to ask them. Replacing each token by its test in one slice
 * weakens the formula (there is no negation), so every slice gives a condition of its own, and the engine
 * reads a slice only where the slices before it left something. That decides a conjunction; any other
 * formula is asked again, of all slices so far, at the checkpoints. Clear tests count as holding.
 */
export function filterConditions(formula: Formula, keys: readonly Uint8Array[]): string[] {
  const { key, upTo } = tokenTests(keys);
  const decided = isConjunction(formula);
  const conditions = [renderFormula(formula, { token: key })];
  for (let slice = 0; slice < SLICES; slice++) {
    conditions.push(renderFormula(formula, { token: (token) => sliceTest(token, slice) }));
    if (!decided && CHECKPOINTS.has(slice)) conditions.push(renderFormula(formula, { token: upTo(slice) }));
  }
  return conditions.filter((condition) => condition !== '1');
}
