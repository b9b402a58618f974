// Positions of the sliced Bloom filter: SipHash-2-4 (Aumasson, Bernstein 2012) under each trapdoor.
import { ENTRIES, ENTRY, FILTER, ID, KEY_BLOCK, LIST } from './layout';

let v0: u64 = 0, v1: u64 = 0, v2: u64 = 0, v3: u64 = 0;

@inline function round(): void {
  v0 += v1; v1 = rotl(v1, 13); v1 ^= v0; v0 = rotl(v0, 32);
  v2 += v3; v3 = rotl(v3, 16); v3 ^= v2;
  v0 += v3; v3 = rotl(v3, 21); v3 ^= v0;
  v2 += v1; v1 = rotl(v1, 17); v1 ^= v2; v2 = rotl(v2, 32);
}

@inline function block(m: u64): void {
  v3 ^= m;
  round();
  round();
  v0 ^= m;
}

/** Sets the 13 positions of each of the `count` listed tokens in slices of `sliceBytes`. */
export function fillFilter(count: u32, sliceBytes: u32): void {
  memory.fill(FILTER, 0, <usize>sliceBytes * 13);
  const low = load<u64>(ID), high = load<u64>(ID + 8);
  const bits = sliceBytes * 8;
  for (let i: u32 = 0; i < count; i++) {
    const entry = ENTRIES + <usize>load<u32>(LIST + <usize>i * 4) * ENTRY;
    const k0 = load<u64>(entry + 16), k1 = load<u64>(entry + 24);
    // The first two blocks are the segment's id: shared by the four counters.
    v0 = k0 ^ 0x736f6d6570736575;
    v1 = k1 ^ 0x646f72616e646f6d;
    v2 = k0 ^ 0x6c7967656e657261;
    v3 = k1 ^ 0x7465646279746573;
    block(low);
    block(high);
    const s0 = v0, s1 = v1, s2 = v2, s3 = v3;
    let slice = FILTER;
    for (let counter: u64 = 0; counter < 4; counter++) {
      v0 = s0; v1 = s1; v2 = s2; v3 = s3;
      block(((<u64>17) << 56) | counter);
      v2 ^= 0xff;
      round();
      round();
      round();
      round();
      let h = v0 ^ v1 ^ v2 ^ v3;
      const lanes = counter == 3 ? 1 : 4;
      for (let lane = 0; lane < lanes; lane++) {
        const position = ((<u32>h & 0xffff) * bits) >> 16;
        const at = slice + <usize>(position >> 3);
        store<u8>(at, load<u8>(at) | <u8>(1 << <u8>(position & 7)));
        h >>= 16;
        slice += sliceBytes;
      }
    }
  }
}

/**
 * Fills every slice to exactly one half with positions drawn under the 16-byte key at KEY_BLOCK:
 * message u32le(draw) ‖ u32le(slice). False when a slice is more than half full already.
 */
export function fillSlices(sliceBytes: u32): bool {
  const k0 = load<u64>(KEY_BLOCK), k1 = load<u64>(KEY_BLOCK + 8);
  const bits = sliceBytes * 8;
  for (let number: u64 = 0; number < 13; number++) {
    const slice = FILTER + <usize>number * sliceBytes;
    let set: u64 = 0;
    for (let i: usize = 0; i < sliceBytes; i += 8) set += popcnt(load<u64>(slice + i));
    if (set > bits / 2) return false;
    let missing = bits / 2 - <u32>set;
    for (let draw: u64 = 0; missing > 0; draw++) {
      v0 = k0 ^ 0x736f6d6570736575;
      v1 = k1 ^ 0x646f72616e646f6d;
      v2 = k0 ^ 0x6c7967656e657261;
      v3 = k1 ^ 0x7465646279746573;
      block(draw | (number << 32));
      block((<u64>8) << 56);
      v2 ^= 0xff;
      round();
      round();
      round();
      round();
      let h = v0 ^ v1 ^ v2 ^ v3;
      for (let lane = 0; lane < 4 && missing > 0; lane++) {
        const position = ((<u32>h & 0xffff) * bits) >> 16;
        const at = slice + <usize>(position >> 3);
        const byte = <u32>load<u8>(at);
        const mask = (<u32>1) << (position & 7);
        if ((byte & mask) == 0) {
          store<u8>(at, byte | mask);
          missing--;
        }
        h >>= 16;
      }
    }
  }
  return true;
}
