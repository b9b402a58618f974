// SHA-256 (FIPS 180-4): one block, and four blocks side by side in SIMD lanes.
import { SCHEDULE } from './layout';

const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** The initial hash value, at `state` as eight native words. */
export function reset(state: usize): void {
  store<u32>(state, 0x6a09e667);
  store<u32>(state + 4, 0xbb67ae85);
  store<u32>(state + 8, 0x3c6ef372);
  store<u32>(state + 12, 0xa54ff53a);
  store<u32>(state + 16, 0x510e527f);
  store<u32>(state + 20, 0x9b05688c);
  store<u32>(state + 24, 0x1f83d9ab);
  store<u32>(state + 28, 0x5be0cd19);
}

/** Folds the 64 bytes at `block` into `from` and writes the new state to `to`. */
export function compress(from: usize, to: usize, block: usize): void {
  for (let t: usize = 0; t < 64; t += 4) store<u32>(SCHEDULE + t, bswap(load<u32>(block + t)));
  for (let t: usize = 64; t < 256; t += 4) {
    const w2 = load<u32>(SCHEDULE + t - 8);
    const w15 = load<u32>(SCHEDULE + t - 60);
    const s1 = rotr(w2, 17) ^ rotr(w2, 19) ^ (w2 >> 10);
    const s0 = rotr(w15, 7) ^ rotr(w15, 18) ^ (w15 >> 3);
    store<u32>(SCHEDULE + t, s1 + load<u32>(SCHEDULE + t - 28) + s0 + load<u32>(SCHEDULE + t - 64));
  }
  let a = load<u32>(from), b = load<u32>(from + 4), c = load<u32>(from + 8), d = load<u32>(from + 12);
  let e = load<u32>(from + 16), f = load<u32>(from + 20), g = load<u32>(from + 24), h = load<u32>(from + 28);
  for (let t: usize = 0; t < 256; t += 4) {
    const t1 =
      h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) +
      load<u32>(K + t) + load<u32>(SCHEDULE + t);
    const t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g; g = f; f = e; e = d + t1; d = c; c = b; b = a; a = t1 + t2;
  }
  store<u32>(to, load<u32>(from) + a);
  store<u32>(to + 4, load<u32>(from + 4) + b);
  store<u32>(to + 8, load<u32>(from + 8) + c);
  store<u32>(to + 12, load<u32>(from + 12) + d);
  store<u32>(to + 16, load<u32>(from + 16) + e);
  store<u32>(to + 20, load<u32>(from + 20) + f);
  store<u32>(to + 24, load<u32>(from + 24) + g);
  store<u32>(to + 28, load<u32>(from + 28) + h);
}

@inline function rot4(x: v128, n: i32): v128 {
  return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n));
}

@inline function gather(blocks: usize, t: usize): v128 {
  let x = i32x4.splat(bswap(load<u32>(blocks + t)));
  x = i32x4.replace_lane(x, 1, bswap(load<u32>(blocks + 64 + t)));
  x = i32x4.replace_lane(x, 2, bswap(load<u32>(blocks + 128 + t)));
  return i32x4.replace_lane(x, 3, bswap(load<u32>(blocks + 192 + t)));
}

/**
 * Four independent blocks at `blocks` (64 bytes apart), each folded into the same state `from`.
 * Lane l of word i of the result is written, big-endian, to `to + 64·l + 4·i`.
 */
export function compress4(from: usize, to: usize, blocks: usize): void {
  for (let t: usize = 0; t < 16; t++) v128.store(SCHEDULE + t * 16, gather(blocks, t * 4));
  for (let t: usize = 256; t < 1024; t += 16) {
    const w2 = v128.load(SCHEDULE + t - 32);
    const w15 = v128.load(SCHEDULE + t - 240);
    const s1 = v128.xor(v128.xor(rot4(w2, 17), rot4(w2, 19)), i32x4.shr_u(w2, 10));
    const s0 = v128.xor(v128.xor(rot4(w15, 7), rot4(w15, 18)), i32x4.shr_u(w15, 3));
    v128.store(
      SCHEDULE + t,
      i32x4.add(
        i32x4.add(s1, v128.load(SCHEDULE + t - 112)),
        i32x4.add(s0, v128.load(SCHEDULE + t - 256)),
      ),
    );
  }
  const a0 = v128.load32_splat(from), b0 = v128.load32_splat(from + 4);
  const c0 = v128.load32_splat(from + 8), d0 = v128.load32_splat(from + 12);
  const e0 = v128.load32_splat(from + 16), f0 = v128.load32_splat(from + 20);
  const g0 = v128.load32_splat(from + 24), h0 = v128.load32_splat(from + 28);
  let a = a0, b = b0, c = c0, d = d0, e = e0, f = f0, g = g0, h = h0;
  for (let t: usize = 0; t < 64; t++) {
    const choose = v128.bitselect(f, g, e);
    const t1 = i32x4.add(
      i32x4.add(h, v128.xor(v128.xor(rot4(e, 6), rot4(e, 11)), rot4(e, 25))),
      i32x4.add(choose, i32x4.add(v128.load32_splat(K + t * 4), v128.load(SCHEDULE + t * 16))),
    );
    const majority = v128.bitselect(b, a, v128.xor(a, c));
    // majority(a,b,c): where a and c differ it is b, where they agree it is a.
    const t2 = i32x4.add(v128.xor(v128.xor(rot4(a, 2), rot4(a, 13)), rot4(a, 22)), majority);
    h = g; g = f; f = e; e = i32x4.add(d, t1); d = c; c = b; b = a; a = i32x4.add(t1, t2);
  }
  scatter(to, i32x4.add(a0, a));
  scatter(to + 4, i32x4.add(b0, b));
  scatter(to + 8, i32x4.add(c0, c));
  scatter(to + 12, i32x4.add(d0, d));
  scatter(to + 16, i32x4.add(e0, e));
  scatter(to + 20, i32x4.add(f0, f));
  scatter(to + 24, i32x4.add(g0, g));
  scatter(to + 28, i32x4.add(h0, h));
}

@inline function scatter(to: usize, x: v128): void {
  store<u32>(to, bswap(<u32>i32x4.extract_lane(x, 0)));
  store<u32>(to + 64, bswap(<u32>i32x4.extract_lane(x, 1)));
  store<u32>(to + 128, bswap(<u32>i32x4.extract_lane(x, 2)));
  store<u32>(to + 192, bswap(<u32>i32x4.extract_lane(x, 3)));
}
