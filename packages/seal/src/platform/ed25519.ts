import { concat } from '../encoding/bytes.ts';

// RFC 8410: the DER that stands before the 32 bytes of an Ed25519 key.
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
const SPKI = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]);

/** PKCS #8 of an Ed25519 private key given as its 32-byte seed. */
export function pkcs8(seed: Uint8Array): Uint8Array {
  if (seed.length !== 32) throw new RangeError('an Ed25519 seed has 32 bytes');
  return concat(PKCS8, seed);
}

/** SubjectPublicKeyInfo of a 32-byte Ed25519 public key. */
export function spki(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== 32) throw new RangeError('an Ed25519 public key has 32 bytes');
  return concat(SPKI, publicKey);
}

/** The 32 bytes that a JWK holds as base64url in `x`. */
export function fromJwkX(x: string | undefined): Uint8Array {
  if (x === undefined) throw new RangeError('the key has no x coordinate');
  const text = atob(x.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
