import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Mac } from './port.ts';

export function hmacSha256(key: Uint8Array): Mac {
  const keyed = hmac.create(sha256, key);
  return (message) => bytesToHex(keyed.clone().update(message).digest());
}
