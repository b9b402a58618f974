import { SLICES, UNFILTERED_BYTES } from './schema.ts';

/** Tokens that are asked for in a few slices only still leave but one in sixteen other segments. */
const FEW_SLICES = 4;

/**
 * The SipHash key of a token for the period of a row, as `k<token>`; zeros outside the array, whose first
 * entry is for period `first`.
 */
export function keyDefinition(token: number, first: number): string {
  return `a${token}[period_no - ${first} + 1] AS k${token}`;
}

/**
 * One position of a token, in slice `slice`: with h = SipHash-2-4 under the segment's trapdoor of
 * id ‖ counter, counter = slice div 4 and lane = 16 bits of h, the position is lane · bits div 2^16 (here: lane · bytes div 2^13).
 * `bitSlice` counts from the high bit of a byte, filters from the low one. A hash gets its name where it
 * is used first; statements stay short, as servers want them.
 */
function sliceTest(token: number, slice: number): string {
  const counter = slice >> 2;
  const name = `h${token}_${counter}`;
  const hash = slice % 4 === 0 ? `(sipHash64Keyed(k${token},concat(id,'\\x0${counter}')) AS ${name})` : name;
  const shifted = slice % 4 === 0 ? hash : `bitShiftRight(${hash},${16 * (slice % 4)})`;
  // Every call costs the engine a quarter of a millisecond of planning: the highest lane needs no cut.
  const lane = slice % 4 === 3 ? shifted : `toUInt16(${shifted})`;
  const position = `intDiv(${lane}*slice_bytes,8192)`;
  return `bitSlice(slice_${slice},bitXor(${position},7)+1,1)='\\x80'`;
}

/** Without a key (sixteen zeros) a period has no candidates but its unfiltered segments. */
function keyTests(token: number, keys: Uint8Array): string[] {
  for (let at = 0; at < keys.length; at += 16) {
    if (keys.subarray(at, at + 16).every((byte) => byte === 0)) {
      return [`(k${token}.1 != 0 OR k${token}.2 != 0 OR slice_bytes = ${UNFILTERED_BYTES})`];
    }
  }
  return [];
}

/**
 * Conditions that hold for a segment whose filter has all of `tokens`, in the order to ask them: every
 * slice gives conditions of its own, so that the engine reads a slice only where the slices before it
 * left something. The tokens after the first `exact` are asked for in their first slices only, as planning
 * a condition takes the engine 1–2 ms. `keys` are those of the whole search, by token.
 */
export function filterConditions(
  tokens: readonly number[],
  exact: number,
  keys: readonly Uint8Array[],
): string[] {
  const conditions = tokens.flatMap((token) => keyTests(token, keys[token] ?? new Uint8Array(0)));
  for (let slice = 0; slice < SLICES; slice++) {
    const asked = slice < FEW_SLICES ? tokens : tokens.slice(0, exact);
    conditions.push(...asked.map((token) => sliceTest(token, slice)));
  }
  return conditions;
}
