import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '@tacet/seal';

const LABEL = 'tacet/v1/search/query';

/** A hash that stands for a query in the trail, and the salt that shows which query it was. */
export interface QueryCommitment {
  /** The query as it was committed to. */
  text: string;
  /** SHA-256(label ‖ salt ‖ query in UTF-8), 64 hexadecimal digits. */
  commitment: string;
  /** 32 random bytes, hexadecimal. Whoever loses it keeps the query secret for ever. */
  salt: string;
}

/** Random bytes in hexadecimal. */
export function randomHex(length: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(length)));
}

/** Commits to a query. Without the salt, even a guess at the query cannot be checked. */
export function commitQuery(text: string, salt: string = randomHex(32)): QueryCommitment {
  const hash = sha256(new TextEncoder().encode(`${LABEL}\n${salt}\n${text}`));
  return { text, commitment: toHex(hash), salt };
}
