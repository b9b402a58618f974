import type { ClearColumns } from '@tacet/records';
import { platform } from '#platform';
import { lp, wipe } from '../encoding/bytes.ts';
import { segmentKeys } from '../keys/chain.ts';
import { expand } from '../keys/derive.ts';
import type { Signer } from '../platform/port.ts';
import { segmentMessage } from './header.ts';

/** AES-GCM's nonce is fixed: a key seals one message, because its salt is made from that message. */
export const NONCE: Uint8Array = new Uint8Array(12);

/** A sealed segment as it is stored; the share lives elsewhere. */
export interface SealedParts {
  header: Uint8Array;
  /** 32 bytes. */
  salt: Uint8Array;
  /** 32 bytes. */
  commitment: Uint8Array;
  /** 64 bytes. */
  signature: Uint8Array;
  /** With its tag. */
  ciphertext: Uint8Array;
  /** One of the forms of filters; empty when the segment is always a candidate. */
  filter: Uint8Array;
  clear: ClearColumns;
  /** The server's part of the key, 32 bytes. */
  share: Uint8Array;
}

/** salt = HMAC(E(L, "siv"), lp(header) ‖ lp(padded)): other content, other key, even from a cloned state. */
export function syntheticSalt(link: Uint8Array, header: Uint8Array, padded: Uint8Array): Uint8Array {
  const key = expand(link, 'siv');
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, padded.length);
  const salt = platform.hmac(key, lp(header), length, padded);
  wipe(key);
  return salt;
}

/** Encrypts and signs; wipes the key. */
export async function encryptAndSign(
  link: Uint8Array,
  parts: { header: Uint8Array; salt: Uint8Array; padded: Uint8Array; filter: Uint8Array; share: Uint8Array },
  signer: Signer,
): Promise<Pick<SealedParts, 'commitment' | 'signature' | 'ciphertext'>> {
  const { header, salt, padded, filter } = parts;
  const { key, commitment } = segmentKeys(link, parts.share, salt);
  const ciphertext = await platform.gcmSeal(key, NONCE, header, padded);
  wipe(key);
  const signature = await signer.sign(segmentMessage({ header, salt, commitment, ciphertext, filter }));
  return { commitment, signature, ciphertext };
}
