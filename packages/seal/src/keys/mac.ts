import { sha256 } from '@noble/hashes/sha2.js';

const BLOCK = 64;
const DIGEST = 32;

/**
 * A buffer for a secret. It has a backing store of its own outside the engine's heap: a short
 * `new Uint8Array(32)` lies inside it, and the garbage collector leaves copies behind when it moves one.
 */
export function secretBytes(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** A copy of a secret, in such a buffer. */
export function copySecret(bytes: Uint8Array): Uint8Array {
  const out = secretBytes(bytes.length);
  out.set(bytes);
  return out;
}

const pad = secretBytes(BLOCK);
const inner = secretBytes(DIGEST);

function setPad(key: Uint8Array, mask: number): void {
  pad.fill(mask);
  for (let i = 0; i < key.length; i++) pad[i]! ^= key[i]!;
}

/**
 * HMAC-SHA-256 (RFC 2104) for keys and messages that must be forgotten: computed here and not in the
 * runtime's crypto, which keeps copies of key and result in memory that nobody clears. For short
 * messages; `platform.hmac` is for long ones.
 * @returns 32 bytes in a buffer that `wipe` really clears.
 */
export function secretHmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  if (key.length > BLOCK) return secretHmac(sha256(key), ...parts);
  const out = secretBytes(DIGEST);
  setPad(key, 0x36);
  const first = sha256.create().update(pad);
  for (const part of parts) first.update(part);
  first.digestInto(inner);
  first.destroy();
  setPad(key, 0x5c);
  const second = sha256.create().update(pad).update(inner);
  second.digestInto(out);
  second.destroy();
  pad.fill(0);
  inner.fill(0);
  return out;
}
