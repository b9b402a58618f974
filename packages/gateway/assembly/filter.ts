// Positions of the sliced Bloom filter: SipHash-2-4 (Aumasson, Bernstein 2012) under each trapdoor, four hashes at a
// time: two in the lanes of a vector, two vectors side by side, so that no round waits for the one before.
import { ENTRIES, ENTRY, FILTER, HASHES, ID, KEY_BLOCK, LIST, SIP, SIP_ID } from './layout';

@inline function rotate(x: v128, n: i32): v128 {
  return v128.or(i64x2.shl(x, n), i64x2.shr_u(x, 64 - n));
}

@inline function rotate32(x: v128): v128 {
  return v128.shuffle<u32>(x, x, 1, 0, 3, 2);
}

@inline function rotate16(x: v128): v128 {
  return v128.shuffle<u16>(x, x, 3, 0, 1, 2, 7, 4, 5, 6);
}

/** Begins two hashes at `state` under the keys at `first` and `second`, 16 bytes each. */
@inline function begin(state: usize, first: usize, second: usize): void {
  const a = v128.load(first), b = v128.load(second);
  const k0 = v128.shuffle<u64>(a, b, 0, 2);
  const k1 = v128.shuffle<u64>(a, b, 1, 3);
  v128.store(state, v128.xor(k0, i64x2.splat(0x736f6d6570736575)));
  v128.store(state, v128.xor(k1, i64x2.splat(0x646f72616e646f6d)), 16);
  v128.store(state, v128.xor(k0, i64x2.splat(0x6c7967656e657261)), 32);
  v128.store(state, v128.xor(k1, i64x2.splat(0x7465646279746573)), 48);
}

/**
 * Folds a word of the message, `first` for two of the four hashes at `from` and `second` for the others, and writes the
 * states to `to`; after the last word, the hashes to HASHES.
 */
function fold(from: usize, to: usize, first: v128, second: v128, last: bool): void {
  let a0 = v128.load(from), a1 = v128.load(from, 16), a2 = v128.load(from, 32), a3 = v128.load(from, 48);
  let b0 = v128.load(from, 64), b1 = v128.load(from, 80), b2 = v128.load(from, 96), b3 = v128.load(from, 112);
  a3 = v128.xor(a3, first);
  b3 = v128.xor(b3, second);
  let left: u32 = last ? 6 : 2;
  while (true) {
    a0 = i64x2.add(a0, a1);
    b0 = i64x2.add(b0, b1);
    a2 = i64x2.add(a2, a3);
    b2 = i64x2.add(b2, b3);
    a1 = v128.xor(rotate(a1, 13), a0);
    b1 = v128.xor(rotate(b1, 13), b0);
    a3 = v128.xor(rotate16(a3), a2);
    b3 = v128.xor(rotate16(b3), b2);
    a0 = i64x2.add(rotate32(a0), a3);
    b0 = i64x2.add(rotate32(b0), b3);
    a2 = i64x2.add(a2, a1);
    b2 = i64x2.add(b2, b1);
    a3 = v128.xor(rotate(a3, 21), a0);
    b3 = v128.xor(rotate(b3, 21), b0);
    a1 = v128.xor(rotate(a1, 17), a2);
    b1 = v128.xor(rotate(b1, 17), b2);
    a2 = rotate32(a2);
    b2 = rotate32(b2);
    left--;
    if (left == 0) break;
    if (left == 4) {
      a0 = v128.xor(a0, first);
      b0 = v128.xor(b0, second);
      a2 = v128.xor(a2, i64x2.splat(0xff));
      b2 = v128.xor(b2, i64x2.splat(0xff));
    }
  }
  if (last) {
    v128.store(HASHES, v128.xor(v128.xor(a0, a1), v128.xor(a2, a3)));
    v128.store(HASHES, v128.xor(v128.xor(b0, b1), v128.xor(b2, b3)), 16);
    return;
  }
  v128.store(to, v128.xor(a0, first));
  v128.store(to, a1, 16);
  v128.store(to, a2, 32);
  v128.store(to, a3, 48);
  v128.store(to, v128.xor(b0, second), 64);
  v128.store(to, b1, 80);
  v128.store(to, b2, 96);
  v128.store(to, b3, 112);
}

/** Address of the trapdoor of a listed token. */
@inline function trapdoor(index: u32): usize {
  return ENTRIES + <usize>load<u32>(LIST + <usize>index * 4) * ENTRY + 16;
}

/** Sets the bit of the slice that sixteen bits of a hash choose; returns whether it was not set. */
@inline function set(slice: usize, bits: u32, chosen: u32): bool {
  const position = (chosen * bits) >> 16;
  const at = slice + <usize>(position >> 3);
  const byte = <u32>load<u8>(at);
  const mask = (<u32>1) << (position & 7);
  store<u8>(at, byte | mask);
  return (byte & mask) == 0;
}

/** Bytes before the block that a trapdoor chooses by its first four bits; `blockBytes` is 0 when there is one only. */
@inline function before(trapdoor: usize, blockBytes: u32): usize {
  return <usize>((<u32>load<u8>(trapdoor) >> 4) * blockBytes);
}

/** Sets the 13 positions of each of the `count` listed tokens in `blocks` (1 or 16) of slices of `sliceBytes`. */
export function fillFilter(count: u32, sliceBytes: u32, blocks: u32): void {
  memory.fill(FILTER, 0, <usize>(blocks * sliceBytes * 13));
  const blockBytes: u32 = blocks == 1 ? 0 : sliceBytes * 13;
  const low = v128.load64_splat(ID), high = v128.load64_splat(ID, 8);
  const bits = sliceBytes * 8;
  for (let i: u32 = 0; i < count; i += 4) {
    // At the end a token may come more than once: its bits are set already.
    const last = count - 1;
    const a = trapdoor(i), b = trapdoor(min(i + 1, last));
    const c = trapdoor(min(i + 2, last)), d = trapdoor(min(i + 3, last));
    begin(SIP, a, b);
    begin(SIP + 64, c, d);
    const inA = before(a, blockBytes), inB = before(b, blockBytes);
    const inC = before(c, blockBytes), inD = before(d, blockBytes);
    // The first two words are the segment's id: shared by the four counters.
    fold(SIP, SIP, low, low, false);
    fold(SIP, SIP_ID, high, high, false);
    for (let counter: u32 = 0; counter < 4; counter++) {
      const word = i64x2.splat(((<u64>17) << 56) | counter);
      fold(SIP_ID, SIP, word, word, true);
      const lanes: u32 = counter == 3 ? 1 : 4;
      let slice = FILTER + <usize>(counter * 4 * sliceBytes);
      for (let lane: usize = 0; lane < lanes; lane++) {
        set(slice + inA, bits, load<u16>(HASHES + lane * 2));
        set(slice + inB, bits, load<u16>(HASHES + lane * 2, 8));
        set(slice + inC, bits, load<u16>(HASHES + lane * 2, 16));
        set(slice + inD, bits, load<u16>(HASHES + lane * 2, 24));
        slice += sliceBytes;
      }
    }
  }
}

/**
 * Fills every slice to exactly one half with positions drawn under the 16-byte key at KEY_BLOCK:
 * message u32le(draw) ‖ u32le(slice). False when a slice is more than half full already.
 */
export function fillSlices(sliceBytes: u32, blocks: u32): bool {
  const bits = sliceBytes * 8;
  const end = i64x2.splat((<u64>8) << 56);
  for (let number: u64 = 0; number < <u64>blocks * 13; number++) {
    const slice = FILTER + <usize>number * sliceBytes;
    let full: u64 = 0;
    for (let i: usize = 0; i < sliceBytes; i += 8) full += popcnt(load<u64>(slice + i));
    if (full > bits / 2) return false;
    let missing = bits / 2 - <u32>full;
    for (let draw: u64 = 0; missing > 0; draw += 4) {
      begin(SIP, KEY_BLOCK, KEY_BLOCK);
      begin(SIP + 64, KEY_BLOCK, KEY_BLOCK);
      const first = draw | (number << 32);
      fold(SIP, SIP, i64x2(first, first + 1), i64x2(first + 2, first + 3), false);
      fold(SIP, SIP, end, end, true);
      for (let i: usize = 0; i < 32 && missing > 0; i += 2) {
        if (set(slice, bits, load<u16>(HASHES + i))) missing--;
      }
    }
  }
  // The states tell the key.
  memory.fill(SIP, 0, HASHES + 32 - SIP);
  return true;
}
