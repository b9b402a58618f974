import { platform } from '#platform';
import { concat, utf8, wipe } from '../encoding/bytes.ts';
import { secretBytes, secretHmac } from './mac.ts';

const PREFIX = 'tacet/v1/';
const ONE = Uint8Array.of(1);

/** A label as it stands in hashes, signatures and key derivation: `tacet/v1/` and the name, no length. */
export function label(name: string): Uint8Array {
  return utf8(PREFIX + name);
}

/** HKDF-SHA-256 Extract (RFC 5869, section 2.2): 32 bytes. */
export function extract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return secretHmac(salt, secret);
}

/** HKDF-SHA-256 Expand (RFC 5869, section 2.3) to `length` bytes, at most 8,160. */
export function expandBytes(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 255 * 32) throw new RangeError('HKDF-SHA-256 gives at most 8,160 bytes');
  if (length === 32) return secretHmac(key, info, ONE);
  const out = secretBytes(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, counter = 1; at < length; at += 32, counter++) {
    const next = secretHmac(key, block, info, Uint8Array.of(counter));
    wipe(block);
    block = next;
    out.set(at + 32 > length ? block.subarray(0, length - at) : block, at);
  }
  wipe(block);
  return out;
}

/** E(k, name): Expand to 32 bytes under the label `tacet/v1/name`. */
export function expand(key: Uint8Array, name: string): Uint8Array {
  return expandBytes(key, label(name), 32);
}

/** SHA-256 of the label and the parts after it: a hash that means one thing. */
export function labelledHash(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return platform.sha256(concat(label(name), ...parts));
}
