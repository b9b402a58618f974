import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Decompress } from 'fzstd';
import { fromJwkX, pkcs8 } from './ed25519.ts';
import type { Platform } from './port.ts';

const TAG_BITS = 128;

// WebCrypto takes no view of shared memory, and its types say so.
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function gcmKey(key: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', owned(key), 'AES-GCM', false, [usage]);
}

function gcm(nonce: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: 'AES-GCM', iv: owned(nonce), additionalData: owned(aad), tagLength: TAG_BITS };
}

/** WebCrypto, with @noble/hashes where the answer must be synchronous and fzstd to decompress. */
export const platform: Platform = {
  name: 'browser',

  sha256(...parts) {
    const state = sha256.create();
    for (const part of parts) state.update(part);
    return state.digest();
  },

  hmac(key, ...parts) {
    const state = hmac.create(sha256, key);
    for (const part of parts) state.update(part);
    return state.digest();
  },

  random(length) {
    return crypto.getRandomValues(new Uint8Array(new ArrayBuffer(length)));
  },

  async gcmSeal(key, nonce, aad, plain) {
    const sealed = await crypto.subtle.encrypt(gcm(nonce, aad), await gcmKey(key, 'encrypt'), owned(plain));
    return new Uint8Array(sealed);
  },

  async gcmOpen(key, nonce, aad, sealed) {
    if (sealed.length < TAG_BITS / 8) return undefined;
    const imported = await gcmKey(key, 'decrypt');
    try {
      return new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, aad), imported, owned(sealed)));
    } catch {
      return undefined;
    }
  },

  async signer(seed) {
    const der = owned(pkcs8(seed));
    // The public half is only to be had by exporting; the key that signs stays unextractable.
    const exported = await crypto.subtle.exportKey(
      'jwk',
      await crypto.subtle.importKey('pkcs8', der, 'Ed25519', true, ['sign']),
    );
    const key = await crypto.subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign']);
    der.fill(0);
    return {
      publicKey: fromJwkX(exported.x),
      sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, owned(message))),
    };
  },

  async verify(publicKey, signature, message) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    try {
      const key = await crypto.subtle.importKey('raw', owned(publicKey), 'Ed25519', false, ['verify']);
      return await crypto.subtle.verify('Ed25519', key, owned(signature), owned(message));
    } catch {
      return false;
    }
  },

  zstdDecompress(compressed, cap) {
    const out = new Uint8Array(cap);
    let length = 0;
    // Block by block: the size a frame declares is not trusted, what comes out is counted.
    const stream = new Decompress((chunk) => {
      if (length + chunk.length > cap) throw new RangeError('more comes out than was declared');
      out.set(chunk, length);
      length += chunk.length;
    });
    stream.push(compressed, true);
    return length === cap ? out : out.subarray(0, length);
  },
};
