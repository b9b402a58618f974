import { createCipheriv, createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type AeadEncryptionContext, type AeadInterface, CipherSuite, HkdfSha256 } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';
import { describe, expect, it } from 'vitest';
import { toHex } from '../src/encoding/bytes.ts';
import { expandBytes, extract } from '../src/keys/derive.ts';
import { hpkePublicKey } from '../src/keys/hpke.ts';
import { platform as browser } from '../src/platform/browser.ts';
import { platform as node } from '../src/platform/platform.node.ts';

const folder = new URL('../../../../shared/vectors/', import.meta.url);
const here = existsSync(folder);
if (!here) console.info('skipped: no folder ../shared/vectors beside the repository');

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

interface Case {
  tcId: number;
  result: 'valid' | 'invalid' | 'acceptable';
  [member: string]: unknown;
}
interface Group {
  tests: Case[];
  [member: string]: unknown;
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
}
const groups = (name: string) => load<{ testGroups: Group[] }>(`wycheproof-${name}_test.json`).testGroups;
const text = (test: Case, member: string) => bytes(test[member] as string);

describe.skipIf(!here)('Wycheproof', () => {
  it('AES-256-GCM', async () => {
    let count = 0;
    for (const group of groups('aes_gcm')) {
      if (group.keySize !== 256 || group.ivSize !== 96 || group.tagSize !== 128) continue;
      for (const test of group.tests) {
        const [key, iv, aad, msg] = [
          text(test, 'key'),
          text(test, 'iv'),
          text(test, 'aad'),
          text(test, 'msg'),
        ];
        const sealed = bytes(`${test.ct}${test.tag}`);
        for (const platform of [node, browser]) {
          const opened = await platform.gcmOpen(key, iv, aad, sealed);
          expect(opened && toHex(opened), `test ${test.tcId}`).toBe(
            test.result === 'valid' ? toHex(msg) : undefined,
          );
          if (test.result === 'valid') expect(await platform.gcmSeal(key, iv, aad, msg)).toEqual(sealed);
        }
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(50);
  });

  it('HKDF-SHA-256', () => {
    for (const group of groups('hkdf_sha256')) {
      for (const test of group.tests) {
        const derive = () =>
          expandBytes(
            extract(text(test, 'salt'), text(test, 'ikm')),
            text(test, 'info'),
            test.size as number,
          );
        if (test.result === 'valid') expect(toHex(derive())).toBe(test.okm);
        else expect(derive).toThrow(RangeError);
      }
    }
  });

  it('Ed25519', async () => {
    for (const group of groups('ed25519')) {
      const key = bytes((group.publicKey as { pk: string }).pk);
      for (const test of group.tests) {
        for (const platform of [node, browser]) {
          const good = await platform.verify(key, text(test, 'sig'), text(test, 'msg'));
          expect(good, `test ${test.tcId} on ${platform.name}`).toBe(test.result === 'valid');
        }
      }
    }
  });

  it('X25519, as the HPKE library computes it', async () => {
    const x25519 = new XWing() as unknown as {
      _x25519: { derive(secret: Uint8Array, point: Uint8Array): Promise<Uint8Array> };
    };
    for (const group of groups('x25519')) {
      for (const test of group.tests) {
        const shared = await x25519._x25519
          .derive(text(test, 'private'), text(test, 'public'))
          .then(toHex, () => 'refused');
        // A point of small order gives zeros, which the library may also refuse.
        if (shared === 'refused') expect(test.shared).toMatch(/^0+$/);
        else expect(shared, `test ${test.tcId}`).toBe(test.shared);
      }
    }
  });
});

/** The vectors use ChaCha20-Poly1305; the key schedule before it is the same for every AEAD. */
class ChaCha implements AeadInterface {
  readonly id = 3;
  readonly keySize = 32;
  readonly nonceSize = 12;
  readonly tagSize = 16;
  createEncryptionContext(key: ArrayBufferLike): AeadEncryptionContext {
    const options = { authTagLength: 16 };
    const owned = (view: ArrayBufferLike | ArrayBufferView) =>
      ArrayBuffer.isView(view)
        ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
        : new Uint8Array(view);
    return {
      seal: async (iv, data, aad) => {
        const cipher = createCipheriv('chacha20-poly1305', owned(key), owned(iv), options);
        cipher.setAAD(owned(aad), { plaintextLength: data.byteLength });
        return new Uint8Array(
          Buffer.concat([cipher.update(owned(data)), cipher.final(), cipher.getAuthTag()]),
        ).buffer;
      },
      open: async (iv, data, aad) => {
        const sealed = owned(data);
        const decipher = createDecipheriv('chacha20-poly1305', owned(key), owned(iv), options);
        decipher.setAAD(owned(aad), { plaintextLength: sealed.length - 16 });
        decipher.setAuthTag(sealed.subarray(sealed.length - 16));
        return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]))
          .buffer;
      },
    };
  }
}

interface HpkeVector {
  kem_id: number;
  kdf_id: number;
  aead_id: number;
  info: string;
  skRm: string;
  pkRm: string;
  enc: string;
  shared_secret: string;
  encryptions: { aad: string; ct: string; pt: string }[];
  exports: { exporter_context: string; L: number; exported_value: string }[];
}

describe.skipIf(!here)('HPKE', () => {
  it('with X-Wing agrees with the vectors of draft-ietf-hpke-pq', async () => {
    const vectors = load<HpkeVector[]>('hpke-pq.json').filter((v) => v.kem_id === 0x647a && v.kdf_id === 1);
    expect(vectors.length).toBeGreaterThan(0);
    const kem = new XWing();
    for (const vector of vectors) {
      const enc = bytes(vector.enc);
      expect(toHex(await hpkePublicKey(bytes(vector.skRm)))).toBe(vector.pkRm);
      const recipientKey = await kem.deserializePrivateKey(bytes(vector.skRm));
      const shared = await kem.decap({ recipientKey, enc });
      expect(toHex(new Uint8Array(shared))).toBe(vector.shared_secret);
      const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new ChaCha() });
      const recipient = await suite.createRecipientContext({ recipientKey, enc, info: bytes(vector.info) });
      for (const { aad, ct, pt } of vector.encryptions.slice(0, 20)) {
        expect(toHex(new Uint8Array(await recipient.open(bytes(ct), bytes(aad))))).toBe(pt);
      }
      for (const one of vector.exports) {
        const value = await recipient.export(bytes(one.exporter_context), one.L);
        expect(toHex(new Uint8Array(value))).toBe(one.exported_value);
      }
    }
  });
});
