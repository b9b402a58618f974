import { sipHash } from './siphash.ts';

const SLICES = 13;
const BLOCKS = 16;
const IN_BLOCKS = [88, 168, 200].map((sliceBytes) => BLOCKS * SLICES * sliceBytes);

/** Every length that a filter may have, but 0: those of one block, and those of sixteen. */
export const FILTER_BYTES: readonly number[] = [
  ...[160, 320, 640, 1280, 2560].map((sliceBytes) => SLICES * sliceBytes),
  ...IN_BLOCKS,
];

/**
 * The 13 bit positions of a trapdoor in the slices of segment `id`: counter c = slice div 4, lane = 16
 * bits of SipHash-2-4 under the trapdoor of id ‖ c, position = lane · bits div 2^16.
 */
export function positions(trapdoor: Uint8Array, id: Uint8Array, sliceBytes: number): number[] {
  return Array.from({ length: SLICES }, (_, slice) => {
    const hash = sipHash(trapdoor, new Uint8Array([...id, slice >> 2]));
    const lane = Number((hash >> BigInt(16 * (slice & 3))) & 0xffffn);
    return Math.floor((lane * 8 * sliceBytes) / 0x1_0000);
  });
}

/** The block of `filter` in which `trapdoor` is: all of it, or the one of sixteen that its first four bits choose. */
function blockOf(filter: Uint8Array, trapdoor: Uint8Array): Uint8Array {
  if (!IN_BLOCKS.includes(filter.length)) return filter;
  const [size, block] = [filter.length / BLOCKS, trapdoor[0]! >> 4];
  return filter.subarray(block * size, (block + 1) * size);
}

/** Sets the bits of `trapdoor` in `filter`: in its block, 13 slices one after another, low bit first. */
export function plant(filter: Uint8Array, trapdoor: Uint8Array, id: Uint8Array): void {
  const block = blockOf(filter, trapdoor);
  const sliceBytes = block.length / SLICES;
  positions(trapdoor, id, sliceBytes).forEach((position, slice) => {
    const at = slice * sliceBytes + (position >> 3);
    block[at] = block[at]! | (1 << (position & 7));
  });
}

/** Whether every bit of `trapdoor` is set; an empty filter holds for all. */
export function holds(filter: Uint8Array, trapdoor: Uint8Array, id: Uint8Array): boolean {
  if (filter.length === 0) return true;
  const block = blockOf(filter, trapdoor);
  const sliceBytes = block.length / SLICES;
  return positions(trapdoor, id, sliceBytes).every(
    (position, slice) => ((block[slice * sliceBytes + (position >> 3)]! >> (position & 7)) & 1) === 1,
  );
}
