import { createHash } from 'node:crypto';
import { TacetError } from '@tacet/records';
import { type Introduction, readerFingerprint, toHex } from '@tacet/seal';

/** How much of a fingerprint people compare: 160 bits, as ten groups of four. */
const SHOWN_BYTES = 20;

function inGroups(digits: string): string {
  return digits.replace(/(.{4})(?=.)/g, '$1 ');
}

/** A reader's fingerprint as it is shown and read aloud: `3f2a 91bc …`. */
export function fingerprintText(reader: Pick<Introduction, 'publicKey' | 'signing'>): string {
  return inGroups(toHex(readerFingerprint(reader).subarray(0, SHOWN_BYTES)));
}

/** A writer's, of SHA-256 of its public key. */
export function writerFingerprintText(publicKey: Uint8Array): string {
  return inGroups(toHex(createHash('sha256').update(publicKey).digest().subarray(0, SHOWN_BYTES)));
}

/** A fingerprint as somebody typed it, in the form above. Throws USAGE. */
export function parseFingerprint(text: string): string {
  const digits = text.toLowerCase().replace(/[\s:-]/g, '');
  if (!/^[0-9a-f]{40}$/.test(digits))
    throw new TacetError('USAGE', 'a fingerprint has 40 hexadecimal digits, in groups or not');
  return inGroups(digits);
}
