import { SLICES, UNFILTERED_BYTES } from './schema.ts';

/**
 * A search that requires more tokens than this asks for the further ones in their first slices only:
 * planning a condition takes the engine 1–2 ms, and 13 bits of each of the first are selective enough.
 */
const EXACT_TOKENS = 8;
const FURTHER_SLICES = 4;

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
 * left something. `keys` are those of the whole search, by token.
 */
export function filterConditions(tokens: readonly number[], keys: readonly Uint8Array[]): string[] {
  const conditions = tokens.flatMap((token) => keyTests(token, keys[token] ?? new Uint8Array(0)));
  for (let slice = 0; slice < SLICES; slice++) {
    const asked = slice < FURTHER_SLICES ? tokens : tokens.slice(0, EXACT_TOKENS);
    conditions.push(...asked.map((token) => sliceTest(token, slice)));
  }
  return conditions;
}
