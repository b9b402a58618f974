/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) on 32-bit halves, so that no BigInt is made in the filter's
 * hot loop. A 64-bit word is a pair (low, high); the hash is little-endian as in the paper.
 */

/** The 64-bit result, low half first. */
export type Hash64 = Int32Array;

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/**
 * SipHash-2-4 of whole 64-bit words that already hold the final word (rest of the message, and its
 * length modulo 256 in the top byte).
 * @param key 16 bytes at `keyAt`. @param words low and high halves in turn. @param out gets the result.
 */
export function sipHashWords(key: Uint8Array, keyAt: number, words: Int32Array, out: Hash64): void {
  const k0l = word(key, keyAt);
  const k0h = word(key, keyAt + 4);
  const k1l = word(key, keyAt + 8);
  const k1h = word(key, keyAt + 12);
  let v0l = k0l ^ 0x70736575;
  let v0h = k0h ^ 0x736f6d65;
  let v1l = k1l ^ 0x6e646f6d;
  let v1h = k1h ^ 0x646f7261;
  let v2l = k0l ^ 0x6e657261;
  let v2h = k0h ^ 0x6c796765;
  let v3l = k1l ^ 0x79746573;
  let v3h = k1h ^ 0x74656462;
  // The carry of each addition is computed, not compared: a branch on random bits is guessed wrong half
  // the time, which costs more than all the rest.
  let sum = 0;
  const count = words.length;
  for (let at = 0; at <= count; at += 2) {
    const final = at === count;
    const ml = final ? 0 : words[at]!;
    const mh = final ? 0 : words[at + 1]!;
    if (final) v2l ^= 0xff;
    v3l ^= ml;
    v3h ^= mh;
    for (let round = final ? 4 : 2; round > 0; round--) {
      sum = (v0l + v1l) | 0;
      v0h = (v0h + v1h + (((v0l & v1l) | ((v0l | v1l) & ~sum)) >>> 31)) | 0;
      v0l = sum;
      let swap = v1l;
      v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l;
      v1h = ((v1h << 13) | (swap >>> 19)) ^ v0h;
      swap = v0l;
      v0l = v0h;
      v0h = swap;
      sum = (v2l + v3l) | 0;
      v2h = (v2h + v3h + (((v2l & v3l) | ((v2l | v3l) & ~sum)) >>> 31)) | 0;
      v2l = sum;
      swap = v3l;
      v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l;
      v3h = ((v3h << 16) | (swap >>> 16)) ^ v2h;
      sum = (v0l + v3l) | 0;
      v0h = (v0h + v3h + (((v0l & v3l) | ((v0l | v3l) & ~sum)) >>> 31)) | 0;
      v0l = sum;
      swap = v3l;
      v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l;
      v3h = ((v3h << 21) | (swap >>> 11)) ^ v0h;
      sum = (v2l + v1l) | 0;
      v2h = (v2h + v1h + (((v2l & v1l) | ((v2l | v1l) & ~sum)) >>> 31)) | 0;
      v2l = sum;
      swap = v1l;
      v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l;
      v1h = ((v1h << 17) | (swap >>> 15)) ^ v2h;
      swap = v2l;
      v2l = v2h;
      v2h = swap;
    }
    v0l ^= ml;
    v0h ^= mh;
  }
  out[0] = v0l ^ v1l ^ v2l ^ v3l;
  out[1] = v0h ^ v1h ^ v2h ^ v3h;
}

/** The words of a message, its final word included; see `sipHashWords`. */
export function sipHashMessage(message: Uint8Array): Int32Array {
  const whole = message.length >> 3;
  const padded = new Uint8Array((whole + 1) * 8);
  padded.set(message);
  padded[padded.length - 1] = message.length & 0xff;
  return Int32Array.from({ length: padded.length / 4 }, (_, i) => word(padded, i * 4));
}

/** SipHash-2-4 of any message under a 16-byte key: 8 bytes, little-endian as the paper prints them. */
export function sipHash24(key: Uint8Array, message: Uint8Array): Uint8Array {
  const out = new Int32Array(2);
  sipHashWords(key, 0, sipHashMessage(message), out);
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, out[0]!, true);
  view.setInt32(4, out[1]!, true);
  return bytes;
}
