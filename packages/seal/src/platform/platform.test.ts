import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../encoding/bytes.ts';
import { platform as browser } from './browser.ts';
import { platform as node } from './platform.node.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const nonce = fc.uint8Array({ minLength: 12, maxLength: 12 });

describe('both platforms', () => {
  it('hash alike, in one part or several', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (key, a, b) => {
        const joined = concat(a, b);
        const hash = new Uint8Array(createHash('sha256').update(joined).digest());
        const mac = new Uint8Array(createHmac('sha256', key).update(joined).digest());
        for (const platform of [node, browser]) {
          expect(platform.sha256(a, b)).toEqual(hash);
          expect(platform.sha256(joined)).toEqual(hash);
          expect(platform.hmac(key, a, b)).toEqual(mac);
        }
      }),
    );
  });

  it('seal alike and open each other’s', async () => {
    await fc.assert(
      fc.asyncProperty(bytes32, nonce, bytes, bytes, async (key, iv, aad, plain) => {
        const sealed = await node.gcmSeal(key, iv, aad, plain);
        expect(await browser.gcmSeal(key, iv, aad, plain)).toEqual(sealed);
        for (const platform of [node, browser]) {
          expect(await platform.gcmOpen(key, iv, aad, sealed)).toEqual(plain);
          const flipped = sealed.slice();
          flipped[sealed.length >> 1]! ^= 1;
          expect(await platform.gcmOpen(key, iv, aad, flipped)).toBeUndefined();
          expect(await platform.gcmOpen(key, iv, concat(aad, key), sealed)).toBeUndefined();
          expect(await platform.gcmOpen(key, iv, aad, sealed.subarray(0, 15))).toBeUndefined();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('sign alike and verify each other’s', async () => {
    await fc.assert(
      fc.asyncProperty(bytes32, bytes, async (seed, message) => {
        const [a, b] = [await node.signer(seed), await browser.signer(seed)];
        expect(b.publicKey).toEqual(a.publicKey);
        const signature = await a.sign(message);
        expect(await b.sign(message)).toEqual(signature);
        for (const platform of [node, browser]) {
          expect(await platform.verify(a.publicKey, signature, message)).toBe(true);
          expect(await platform.verify(a.publicKey, signature, concat(message, seed))).toBe(false);
          expect(await platform.verify(seed.subarray(1), signature, message)).toBe(false);
          expect(await platform.verify(a.publicKey, signature.subarray(1), message)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('decompress alike, and never past the cap', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(40), (unit, times) => {
        const plain = concat(...Array.from({ length: times }, () => unit));
        const frame = node.zstdCompress!(plain);
        for (const platform of [node, browser]) {
          expect(platform.zstdDecompress(frame, plain.length)).toEqual(plain);
          if (plain.length > 1) expect(() => platform.zstdDecompress(frame, plain.length - 1)).toThrow();
          if (plain.length > 64) {
            expect(() =>
              platform.zstdDecompress(frame.subarray(0, frame.length - 3), plain.length),
            ).toThrow();
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('draw random bytes', () => {
    for (const platform of [node, browser]) {
      expect(platform.random(32)).toHaveLength(32);
      expect(platform.random(32)).not.toEqual(platform.random(32));
    }
  });
});
