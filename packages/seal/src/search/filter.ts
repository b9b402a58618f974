import { TacetError } from '@tacet/records';
import { concat } from '../encoding/bytes.ts';
import { label } from '../keys/derive.ts';
import { secretHmac } from '../keys/mac.ts';
import { type Hash64, sipHashMessage, sipHashWords } from './siphash.ts';

/** A filter is this many slices; a token sets one bit in each. False positives: about 1 in 8,000. */
export const FILTER_SLICES = 13;
/** The classes: bytes a slice has. */
export const SLICE_BYTES = [160, 320, 640, 1280, 2560] as const;
export const TRAPDOOR_BYTES = 16;
/** Four 16-bit lanes come from one SipHash. */
const LANES = 4;

/** Fills a filter for one segment; a faster kernel may stand in for the reference `buildFilter`. */
export type FilterBuilder = (
  id: Uint8Array,
  trapdoors: Uint8Array,
  indexKey: Uint8Array,
  sliceBytes: number,
) => Uint8Array;

/** How many tokens a class is chosen for: bits · ln 2 · 0.97, where a slice is about half full. */
export function filterCapacity(sliceBytes: number): number {
  return Math.floor(sliceBytes * 8 * Math.LN2 * 0.97);
}

/** The smallest class for a number of tokens. @throws TacetError FILTER_OVERFLOW when there is none. */
export function filterClass(tokens: number): number {
  const index = SLICE_BYTES.findIndex((bytes) => filterCapacity(bytes) >= tokens);
  if (index < 0)
    throw new TacetError('FILTER_OVERFLOW', 'the segment has more tokens than the largest filter holds');
  return index;
}

/** Bytes in each slice of a filter, 0 for none. @throws TacetError FILTER_MALFORMED. */
export function sliceBytesOf(filter: Uint8Array): number {
  const bytes = filter.length / FILTER_SLICES;
  if (bytes !== 0 && !SLICE_BYTES.some((known) => known === bytes)) {
    throw new TacetError('FILTER_MALFORMED', 'a filter of that length does not exist');
  }
  return bytes;
}

function lane(hash: Hash64, index: number): number {
  return (hash[index >> 1]! >>> ((index & 1) * 16)) & 0xffff;
}

/** Words of id ‖ counter for counters 0–3: SipHash messages of 17 bytes. */
function counterMessages(id: Uint8Array): Int32Array[] {
  return Array.from({ length: Math.ceil(FILTER_SLICES / LANES) }, (_, counter) =>
    sipHashMessage(concat(id, Uint8Array.of(counter))),
  );
}

/** Bit position of one trapdoor in each slice, into `out` (13 entries). */
function positions(
  messages: readonly Int32Array[],
  trapdoors: Uint8Array,
  at: number,
  bits: number,
  hash: Hash64,
  out: Uint16Array,
): void {
  for (let slice = 0; slice < FILTER_SLICES; slice++) {
    if (slice % LANES === 0) sipHashWords(trapdoors, at, messages[slice / LANES]!, hash);
    out[slice] = (lane(hash, slice % LANES) * bits) >>> 16;
  }
}

/** Sets bits drawn from a stream that looks like tokens until the slice is exactly half full. */
function fill(slice: Uint8Array, index: number, key: Uint8Array, missing: number): void {
  const bits = slice.length * 8;
  const hash = new Int32Array(2);
  // The 8-byte message u32le(draw) ‖ u32le(slice), then the final word of an 8-byte message.
  const words = Int32Array.of(0, index, 0, 8 << 24);
  for (let draw = 0, left = missing; left > 0; draw++) {
    words[0] = draw;
    sipHashWords(key, 0, words, hash);
    for (let l = 0; l < LANES && left > 0; l++) {
      const position = (lane(hash, l) * bits) >>> 16;
      const mask = 1 << (position & 7);
      if ((slice[position >> 3]! & mask) === 0) {
        slice[position >> 3]! |= mask;
        left -= 1;
      }
    }
  }
}

/** The SipHash key, 16 bytes, under which a segment's filler is drawn. */
export function fillerKey(indexKey: Uint8Array, id: Uint8Array): Uint8Array {
  return secretHmac(indexKey, label('filler'), id).subarray(0, 16);
}

/**
 * The reference filter: Goh's secure index (2003) in 13 slices, each then filled to exactly one half,
 * so that neither the number of tokens nor the filter of another segment can be read from it.
 *
 * @param id 16 bytes. @param trapdoors n·16 bytes, distinct. @param indexKey 32 bytes.
 * @returns 13 slices one after another.
 * @throws TacetError FILTER_OVERFLOW when a slice is more than half full already: take the next class.
 */
export function buildFilter(
  id: Uint8Array,
  trapdoors: Uint8Array,
  indexKey: Uint8Array,
  sliceBytes: number,
): Uint8Array {
  const bits = sliceBytes * 8;
  const filter = new Uint8Array(FILTER_SLICES * sliceBytes);
  const messages = counterMessages(id);
  const hash = new Int32Array(2);
  const at = new Uint16Array(FILTER_SLICES);
  const counts = new Uint32Array(FILTER_SLICES);
  for (let token = 0; token < trapdoors.length; token += TRAPDOOR_BYTES) {
    positions(messages, trapdoors, token, bits, hash, at);
    for (let slice = 0; slice < FILTER_SLICES; slice++) {
      const byte = slice * sliceBytes + (at[slice]! >> 3);
      const mask = 1 << (at[slice]! & 7);
      if ((filter[byte]! & mask) === 0) {
        filter[byte]! |= mask;
        counts[slice]! += 1;
      }
    }
  }
  if (counts.some((count) => count > bits / 2)) {
    throw new TacetError('FILTER_OVERFLOW', 'a slice is more than half full');
  }
  const key = fillerKey(indexKey, id);
  for (let slice = 0; slice < FILTER_SLICES; slice++) {
    const view = filter.subarray(slice * sliceBytes, (slice + 1) * sliceBytes);
    fill(view, slice, key, bits / 2 - counts[slice]!);
  }
  return filter;
}

/**
 * Whether the segment may hold the token. An empty filter may hold anything.
 * @throws TacetError FILTER_MALFORMED.
 */
export function filterMatches(filter: Uint8Array, id: Uint8Array, trapdoor: Uint8Array): boolean {
  const sliceBytes = sliceBytesOf(filter);
  if (sliceBytes === 0) return true;
  const at = new Uint16Array(FILTER_SLICES);
  positions(counterMessages(id), trapdoor, 0, sliceBytes * 8, new Int32Array(2), at);
  return at.every((position, slice) => {
    const byte = filter[slice * sliceBytes + (position >> 3)]!;
    return (byte & (1 << (position & 7))) !== 0;
  });
}
