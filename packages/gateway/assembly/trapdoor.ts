// T = HMAC-SHA-256(index key, lp(field) ‖ lp(token)) cut to 16 bytes, for every token that lacks one.
import { ENTRIES, ENTRY, INNER, KEY_BLOCK, LANES, LIST, OUTER, SHA_BLOCK } from './layout';
import { compress, compress4, reset } from './sha256';

/** Precomputes the padded-key midstates (RFC 2104) of the 32-byte key at KEY_BLOCK. */
export function setKey(): void {
  for (let i: usize = 0; i < 64; i++) {
    store<u8>(SHA_BLOCK + i, (i < 32 ? load<u8>(KEY_BLOCK + i) : 0) ^ 0x36);
    store<u8>(LANES + i, (i < 32 ? load<u8>(KEY_BLOCK + i) : 0) ^ 0x5c);
  }
  reset(INNER);
  reset(OUTER);
  compress(INNER, INNER, SHA_BLOCK);
  compress(OUTER, OUTER, LANES);
  memory.fill(KEY_BLOCK, 0, 32);
  memory.fill(SHA_BLOCK, 0, 64);
  memory.fill(LANES, 0, 64);
}

/** Forgets the key and everything derived from it that is not a trapdoor. */
export function forgetKey(): void {
  memory.fill(INNER, 0, 32);
  memory.fill(OUTER, 0, 32);
}

/** Writes lp(field) ‖ lp(token) of the entry to `to`; returns its length. */
@inline function message(entry: usize, to: usize): usize {
  const bytes = <usize>load<u32>(entry);
  const field = <usize>load<u16>(entry + 4);
  const token = <usize>load<u16>(entry + 6);
  store<u32>(to, bswap(<u32>field));
  memory.copy(to + 4, bytes, field);
  store<u32>(to + 4 + field, bswap(<u32>token));
  memory.copy(to + 8 + field, bytes + field, token);
  return 8 + field + token;
}

/** Scratch of `one`, away from the lanes that may be waiting. */
const DIGEST: usize = SHA_BLOCK + 512;

/** A message of any length, by itself. */
function one(entry: usize): void {
  const length = message(entry, SHA_BLOCK);
  const padded = (length + 9 + 63) & ~(<usize>63);
  store<u8>(SHA_BLOCK + length, 0x80);
  memory.fill(SHA_BLOCK + length + 1, 0, padded - length - 1);
  store<u32>(SHA_BLOCK + padded - 4, bswap((<u32>length + 64) * 8));
  compress(INNER, DIGEST, SHA_BLOCK);
  for (let block: usize = 64; block < padded; block += 64) compress(DIGEST, DIGEST, SHA_BLOCK + block);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(DIGEST + i, bswap(load<u32>(DIGEST + i)));
  finishBlock(DIGEST);
  compress(OUTER, DIGEST, DIGEST);
  for (let i: usize = 0; i < 16; i += 4) store<u32>(entry + 16 + i, bswap(load<u32>(DIGEST + i)));
  store<u32>(entry + 12, 1);
}

/** Padding of a 32-byte message that follows one 64-byte key block. */
@inline function finishBlock(block: usize): void {
  store<u32>(block + 32, 0x80);
  memory.fill(block + 36, 0, 26);
  store<u16>(block + 62, 0x0003); // 96 bytes = 768 bits, big-endian
}

/** Computes the trapdoors that the `count` listed tokens lack. */
export function computeTrapdoors(count: u32): void {
  let waiting: u32 = 0;
  let e0: usize = 0, e1: usize = 0, e2: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = ENTRIES + <usize>load<u32>(LIST + <usize>i * 4) * ENTRY;
    if (load<u32>(entry + 12)) continue;
    const length: usize = 8 + <usize>load<u16>(entry + 4) + <usize>load<u16>(entry + 6);
    if (length > 55) {
      one(entry);
      continue;
    }
    const block = LANES + <usize>waiting * 64;
    message(entry, block);
    store<u8>(block + length, 0x80);
    memory.fill(block + length + 1, 0, 60 - length - 1);
    store<u32>(block + 60, bswap((<u32>length + 64) * 8));
    if (waiting == 0) e0 = entry;
    else if (waiting == 1) e1 = entry;
    else if (waiting == 2) e2 = entry;
    else {
      compress4(INNER, LANES, LANES);
      finishBlock(LANES);
      finishBlock(LANES + 64);
      finishBlock(LANES + 128);
      finishBlock(LANES + 192);
      compress4(OUTER, LANES, LANES);
      keep(e0, LANES);
      keep(e1, LANES + 64);
      keep(e2, LANES + 128);
      keep(entry, LANES + 192);
      waiting = 0;
      continue;
    }
    waiting++;
  }
  if (waiting > 0) one(e0);
  if (waiting > 1) one(e1);
  if (waiting > 2) one(e2);
}

@inline function keep(entry: usize, digest: usize): void {
  v128.store(entry + 16, v128.load(digest));
  store<u32>(entry + 12, 1);
}
