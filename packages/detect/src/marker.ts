import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const FINGERPRINT_BYTES = 16;
/** A marker in a text; detection leaves it alone. */
export const MARKER = /\[secret:[a-z0-9-]{1,64}(?::[0-9a-f]{32})?\]/g;

/** What is said of one secret that was found. */
export interface Found {
  readonly kind: string;
  /** 32 hexadecimal digits; absent for what a person may have chosen. */
  readonly fingerprint?: string;
}

/** What stands where a secret stood. */
export function marker(found: Found): string {
  return found.fingerprint ? `[secret:${found.kind}:${found.fingerprint}]` : `[secret:${found.kind}]`;
}

function lengthPrefixed(text: string): Uint8Array {
  const bytes = utf8ToBytes(text);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

/** Makes fingerprints under one key. */
export class Fingerprints {
  readonly #mac: ReturnType<typeof hmac.create>;

  constructor(key: Uint8Array) {
    this.#mac = hmac.create(sha256, key);
  }

  /**
   * The fingerprint of a secret in its normal form: HMAC-SHA-256(key, lp(kind) || lp(secret)) cut to
   * 128 bits, lower-case hexadecimal; lp is a 4-byte big-endian length before the UTF-8 bytes.
   */
  of(kind: string, secret: string): string {
    const text = concatBytes(lengthPrefixed(kind), lengthPrefixed(secret));
    return bytesToHex(this.#mac.clone().update(text).digest().subarray(0, FINGERPRINT_BYTES));
  }
}

/** One fingerprint; see `Fingerprints`. */
export function fingerprint(key: Uint8Array, kind: string, secret: string): string {
  return new Fingerprints(key).of(kind, secret);
}
