import { createHash, randomBytes } from 'node:crypto';

/** A random secret of 256 bits as text: the code of a link, the value of a session's cookie. */
export function newCode(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of a code: the form that is kept. Undefined for what cannot be one. */
export function hashCode(code: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]{43}$/.test(code)) return undefined;
  return new Uint8Array(createHash('sha256').update(code).digest());
}
