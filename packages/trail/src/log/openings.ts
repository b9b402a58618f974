import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { TacetError } from '@tacet/records';
import type { Opening } from '../proof/entry.ts';

const IV = 12;
const TAG = 16;
const HASH = 32;

/**
 * One record of the file of openings: leaf hash(32) ‖ iv(12) ‖ AES-256-GCM(JSON) ‖ tag(16), the leaf
 * hash as associated data. The texts say why people looked: they are not left plain beside the logs.
 */
export function sealOpening(key: Uint8Array, hash: Uint8Array, opening: Opening): Uint8Array {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(hash);
  const text = Buffer.concat([cipher.update(JSON.stringify(opening)), cipher.final()]);
  return Buffer.concat([hash, iv, text, cipher.getAuthTag()]);
}

/** Opens such a record. Throws TRAIL_CORRUPT when key or bytes are not the ones it was made with. */
export function openOpening(key: Uint8Array, record: Uint8Array): { hash: Uint8Array; opening: Opening } {
  const bytes = Buffer.from(record);
  try {
    const hash = bytes.subarray(0, HASH);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(HASH, HASH + IV), {
      authTagLength: TAG,
    });
    decipher.setAAD(hash).setAuthTag(bytes.subarray(-TAG));
    const text = Buffer.concat([decipher.update(bytes.subarray(HASH + IV, -TAG)), decipher.final()]);
    return { hash: new Uint8Array(hash), opening: JSON.parse(text.toString('utf8')) };
  } catch (cause) {
    throw new TacetError('TRAIL_CORRUPT', 'a text of the trail does not open', { cause });
  }
}
