import { sipHash } from './siphash.ts';

const SLICES = 13;

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

/** Sets the bits of `trapdoor` in `filter`: 13 slices one after another, low bit first. */
export function plant(filter: Uint8Array, trapdoor: Uint8Array, id: Uint8Array): void {
  const sliceBytes = filter.length / SLICES;
  positions(trapdoor, id, sliceBytes).forEach((position, slice) => {
    const at = slice * sliceBytes + (position >> 3);
    filter[at] = filter[at]! | (1 << (position & 7));
  });
}

/** Whether every bit of `trapdoor` is set; an empty filter holds for all. */
export function holds(filter: Uint8Array, trapdoor: Uint8Array, id: Uint8Array): boolean {
  if (filter.length === 0) return true;
  const sliceBytes = filter.length / SLICES;
  return positions(trapdoor, id, sliceBytes).every(
    (position, slice) => ((filter[slice * sliceBytes + (position >> 3)]! >> (position & 7)) & 1) === 1,
  );
}
