import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  randomFillSync,
  sign,
  verify,
} from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { release } from '@tacet/records';
import { fromJwkX, pkcs8, spki } from './ed25519.ts';
import type { Platform } from './port.ts';

const TAG = 16;
/** Level 3: a fifth smaller than level 1 for 1.3 ns a byte more; see docs/performance.md. */
const LEVEL = { [constants.ZSTD_c_compressionLevel]: 3 };

// A Buffer compares, prints and slices differently; nothing outside this file should meet one.
function bare(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** node:crypto and node:zlib: synchronous underneath, no copies through a thread pool. */
export const platform: Platform = {
  name: 'node',

  sha256(...parts) {
    if (parts.length === 1) return bare(hash('sha256', parts[0]!, 'buffer'));
    const state = createHash('sha256');
    for (const part of parts) state.update(part);
    return bare(state.digest());
  },

  hmac(key, ...parts) {
    const state = createHmac('sha256', key);
    for (const part of parts) state.update(part);
    return bare(state.digest());
  },

  random(length) {
    return randomFillSync(new Uint8Array(new ArrayBuffer(length)));
  },

  async gcmSeal(key, nonce, aad, plain) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(aad);
    const out = new Uint8Array(plain.length + TAG);
    const sealed = cipher.update(plain);
    out.set(sealed);
    release(sealed);
    cipher.final();
    out.set(cipher.getAuthTag(), plain.length);
    return out;
  },

  async gcmOpen(key, nonce, aad, sealed) {
    if (sealed.length < TAG) return undefined;
    const end = sealed.length - TAG;
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch {
      plain.fill(0);
      return undefined;
    }
    return bare(plain);
  },

  async signer(seed) {
    const key = createPrivateKey({ key: Buffer.from(pkcs8(seed)), format: 'der', type: 'pkcs8' });
    const publicKey = fromJwkX(createPublicKey(key).export({ format: 'jwk' }).x);
    return { publicKey, sign: async (message) => bare(sign(null, message, key)) };
  },

  async verify(publicKey, signature, message) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    try {
      const key = createPublicKey({ key: Buffer.from(spki(publicKey)), format: 'der', type: 'spki' });
      return verify(null, message, key, signature);
    } catch {
      return false;
    }
  },

  zstdCompress(plain) {
    const chunkSize = (plain.length >> 1) + Buffer.poolSize;
    const frame = zstdCompressSync(plain, { params: LEVEL, chunkSize });
    const out = Uint8Array.from(frame);
    // The chunk that it was written to is more than twice as long.
    const chunk = new Uint8Array(frame.buffer);
    chunk.fill(0, 0, frame.length);
    release(chunk);
    return out;
  },

  zstdDecompress(compressed, cap) {
    return bare(
      zstdDecompressSync(compressed, { maxOutputLength: Math.max(1, cap), chunkSize: Math.max(64, cap) }),
    );
  },
};
