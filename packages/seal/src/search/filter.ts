import { TacetError } from '@tacet/records';
import { concat } from '../encoding/bytes.ts';
import { label } from '../keys/derive.ts';
import { secretHmac } from '../keys/mac.ts';
import { type Hash64, sipHashMessage, sipHashWords } from './siphash.ts';

/** A token sets one bit in each of this many slices. False positives: about 1 in 8,000. */
export const FILTER_SLICES = 13;
export const TRAPDOOR_BYTES = 16;
/** Four 16-bit lanes come from one SipHash. */
const LANES = 4;
/** Blocks of a filter that is in blocks; the trapdoor's first four bits choose one. */
const BLOCKS = 16;

/** A filter is one block, or sixteen one after another; a block is 13 slices of equal size one after another. */
export interface FilterForm {
  blocks: 1 | typeof BLOCKS;
  sliceBytes: number;
}

/** Fills a filter for one segment; a faster kernel may stand in for the reference `buildFilter`. */
export type FilterBuilder = (
  id: Uint8Array,
  trapdoors: Uint8Array,
  indexKey: Uint8Array,
  form: FilterForm,
) => Uint8Array;

/**
 * The forms that are written, with the number of tokens up to which each is chosen. Blocks are filled unevenly:
 * of segments that have so many, one in a thousand overflows and takes the next form, and none of the last.
 */
const CLASSES: readonly { form: FilterForm; capacity: number }[] = [
  { form: { blocks: 1, sliceBytes: 160 }, capacity: 860 },
  { form: { blocks: 1, sliceBytes: 320 }, capacity: 1721 },
  { form: { blocks: 1, sliceBytes: 640 }, capacity: 3442 },
  { form: { blocks: BLOCKS, sliceBytes: 88 }, capacity: 6000 },
  { form: { blocks: BLOCKS, sliceBytes: 168 }, capacity: 12_500 },
  { form: { blocks: BLOCKS, sliceBytes: 200 }, capacity: 14_400 },
];

/** Segments sealed before there were blocks have these, too. */
const FORMER: readonly FilterForm[] = [
  { blocks: 1, sliceBytes: 1280 },
  { blocks: 1, sliceBytes: 2560 },
];

/** Every form that a filter may have. No two are of one length. */
export const FILTER_FORMS: readonly FilterForm[] = [...CLASSES.map(({ form }) => form), ...FORMER];

/** Tokens of a segment with which the last class but one is full, and with which the last is. */
export const [FULL_TOKENS, MOST_TOKENS] = CLASSES.slice(-2).map(({ capacity }) => capacity) as [
  number,
  number,
];

/** The forms for a number of tokens, the smallest first. @throws TacetError FILTER_OVERFLOW when there is none. */
export function formsFor(tokens: number): FilterForm[] {
  const forms = CLASSES.filter(({ capacity }) => capacity >= tokens).map(({ form }) => form);
  if (forms.length === 0)
    throw new TacetError('FILTER_OVERFLOW', 'the segment has more tokens than the largest filter holds');
  return forms;
}

export function filterBytes({ blocks, sliceBytes }: FilterForm): number {
  return blocks * FILTER_SLICES * sliceBytes;
}

/** The form of a filter, undefined for an empty one. @throws TacetError FILTER_MALFORMED. */
export function formOf(filter: Uint8Array): FilterForm | undefined {
  if (filter.length === 0) return undefined;
  const form = FILTER_FORMS.find((known) => filterBytes(known) === filter.length);
  if (!form) throw new TacetError('FILTER_MALFORMED', 'a filter of that length does not exist');
  return form;
}

/** Number of the first slice of the block in which the trapdoor at `at` is. */
function firstSlice(trapdoors: Uint8Array, at: number, blocks: number): number {
  return blocks === 1 ? 0 : (trapdoors[at]! >> 4) * FILTER_SLICES;
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

/** Sets bits drawn from a stream that looks like tokens until the slice, of that number, is exactly half full. */
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
 * The reference filter: Goh's secure index (2003) in slices, each then filled to exactly one half,
 * so that neither the number of tokens nor the filter of another segment can be read from it.
 *
 * @param id 16 bytes. @param trapdoors n·16 bytes, distinct. @param indexKey 32 bytes.
 * @returns the blocks one after another.
 * @throws TacetError FILTER_OVERFLOW when a slice is more than half full already: take the next class.
 */
export function buildFilter(
  id: Uint8Array,
  trapdoors: Uint8Array,
  indexKey: Uint8Array,
  form: FilterForm,
): Uint8Array {
  const { blocks, sliceBytes } = form;
  const bits = sliceBytes * 8;
  const filter = new Uint8Array(filterBytes(form));
  const messages = counterMessages(id);
  const hash = new Int32Array(2);
  const at = new Uint16Array(FILTER_SLICES);
  const counts = new Uint32Array(blocks * FILTER_SLICES);
  for (let token = 0; token < trapdoors.length; token += TRAPDOOR_BYTES) {
    positions(messages, trapdoors, token, bits, hash, at);
    const first = firstSlice(trapdoors, token, blocks);
    for (let slice = 0; slice < FILTER_SLICES; slice++) {
      const byte = (first + slice) * sliceBytes + (at[slice]! >> 3);
      const mask = 1 << (at[slice]! & 7);
      if ((filter[byte]! & mask) === 0) {
        filter[byte]! |= mask;
        counts[first + slice]! += 1;
      }
    }
  }
  if (counts.some((count) => count > bits / 2)) {
    throw new TacetError('FILTER_OVERFLOW', 'a slice is more than half full');
  }
  const key = fillerKey(indexKey, id);
  counts.forEach((count, slice) => {
    const view = filter.subarray(slice * sliceBytes, (slice + 1) * sliceBytes);
    fill(view, slice, key, bits / 2 - count);
  });
  return filter;
}

/**
 * Whether the segment may hold the token. An empty filter may hold anything.
 * @throws TacetError FILTER_MALFORMED.
 */
export function filterMatches(filter: Uint8Array, id: Uint8Array, trapdoor: Uint8Array): boolean {
  const form = formOf(filter);
  if (!form) return true;
  const { blocks, sliceBytes } = form;
  const first = firstSlice(trapdoor, 0, blocks);
  const at = new Uint16Array(FILTER_SLICES);
  positions(counterMessages(id), trapdoor, 0, sliceBytes * 8, new Int32Array(2), at);
  return at.every((position, slice) => {
    const byte = filter[(first + slice) * sliceBytes + (position >> 3)]!;
    return (byte & (1 << (position & 7))) !== 0;
  });
}
