import { hmacSha256 } from '#hmac';
import type { Mac } from './hmac/port.ts';

const FINGERPRINT_BYTES = 16;
/** What markers begin with. */
export const OPENING = '[secret:';
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

/**
 * `text`, or the JSON of an event, in which nothing is a marker: those that a sender wrote become
 * `[secret?/KIND/FINGERPRINT]`. Before secrets are cut out, so that every marker afterwards is detection's own.
 */
export function withoutClaims(text: string): string {
  if (!text.includes(OPENING)) return text;
  return text.replace(MARKER, (claim) => `[secret?/${claim.slice(OPENING.length).replace(':', '/')}`);
}

/** Makes fingerprints under one key. */
export class Fingerprints {
  readonly #mac: Mac;

  constructor(key: Uint8Array) {
    this.#mac = hmacSha256(key);
  }

  /**
   * The fingerprint of a secret in its normal form: HMAC-SHA-256(key, lp(kind) || lp(secret)) cut to
   * 128 bits, lower-case hexadecimal; lp is a 4-byte big-endian length before the UTF-8 bytes.
   */
  of(kind: string, secret: string): string {
    const message = lengthPrefixed(kind, secret);
    const mac = this.#mac(message);
    message.fill(0);
    return mac.slice(0, 2 * FINGERPRINT_BYTES);
  }
}

const utf8 = new TextEncoder();
/** Where messages of ordinary length are put together. */
const scratch = new Uint8Array(4096);

function lengthPrefixed(...texts: readonly string[]): Uint8Array {
  // A UTF-16 unit takes three bytes at most.
  const most = texts.reduce((sum, { length }) => sum + 4 + 3 * length, 0);
  const room = most > scratch.length ? new Uint8Array(most) : scratch;
  let at = 0;
  for (const text of texts) {
    const { written } = utf8.encodeInto(text, room.subarray(at + 4));
    for (let i = 0; i < 4; i++) room[at + i] = written >>> (24 - 8 * i);
    at += 4 + written;
  }
  return room.subarray(0, at);
}

/** One fingerprint; see `Fingerprints`. */
export function fingerprint(key: Uint8Array, kind: string, secret: string): string {
  return new Fingerprints(key).of(kind, secret);
}
