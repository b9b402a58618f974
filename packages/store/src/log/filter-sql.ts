import { BODY_AND_FILTER, LOW_SLICES, SLICES, UNFILTERED_BYTES } from './schema.ts';

/**
 * The SipHash key of a token for the period of a row, as `k<token>`; zeros outside the array, whose first
 * entry is for period `first`.
 */
export function keyDefinition(token: number, first: number): string {
  return `a${token}[period_no - ${first} + 1] AS k${token}`;
}

/**
 * Where a token is looked for, as a subquery for `(period_no, block) IN`: in each period the block that the four
 * highest bits of the trapdoor's first byte choose, and the filters that are whole. `table` is that of the inputs.
 */
export function placesOf(token: number, first: number, table: string): string {
  return `(SELECT toUInt32(${first}+i),arrayJoin([toUInt8(key.1%256 DIV 16),${BODY_AND_FILTER}]) FROM ${table}
ARRAY JOIN in_a${token} AS key,range(length(in_a${token})) AS i)`;
}

/**
 * One position of a token, in slice `slice`: with h = SipHash-2-4 under the segment's trapdoor of
 * id ‖ counter, counter = slice div 4 and lane = 16 bits of h, the position is lane · bits div 2^16 (here: lane · bytes div 2^13)
 * behind those of the slices before it in the column.
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
  const [column, before] = slice < LOW_SLICES ? ['low', slice] : ['high', slice - LOW_SLICES];
  const at = before === 0 ? lane : `(${lane}+${before * 65_536})`;
  return `bitSlice(${column},bitXor(${at}*slice_bytes DIV 8192,7)+1,1)='\\x80'`;
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
 * Conditions that hold for a row whose part of the filter has `token`, in the order to ask them: conditions of
 * their own, so that the engine reads the high slices only where the low ones left something. `keys` are the token's.
 */
export function filterConditions(token: number, keys: Uint8Array): string[] {
  return [...keyTests(token, keys), ...Array.from({ length: SLICES }, (_, slice) => sliceTest(token, slice))];
}
