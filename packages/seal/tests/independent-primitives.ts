import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';

/** docs/format.md, section 1, with node:crypto; HPKE and X-Wing by their libraries. */

export const u32 = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
export const lp = (bytes: Uint8Array) => Buffer.concat([u32(bytes.length), bytes]);
export const label = (name: string) => Buffer.from(`tacet/v1/${name}`, 'latin1');
export const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
export const hmac = (key: Uint8Array, ...parts: Uint8Array[]) =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();

/** HKDF-Expand alone, by its definition in RFC 5869. */
export function expand(key: Uint8Array, info: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [Buffer.alloc(0)];
  while ((blocks.length - 1) * 32 < length)
    blocks.push(hmac(key, blocks.at(-1)!, info, Buffer.of(blocks.length)));
  return Buffer.concat(blocks).subarray(0, length);
}
export const e = (key: Uint8Array, name: string) => expand(key, label(name), 32);

export function signed(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, message, publicKey, signature);
}

const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });

export async function hpkeOpen(
  seed: Uint8Array,
  info: Uint8Array,
  enc: Uint8Array,
  sealed: Uint8Array,
): Promise<Buffer | undefined> {
  try {
    const recipientKey = await kem.deserializePrivateKey(new Uint8Array(seed));
    const parameters = { recipientKey, enc: new Uint8Array(enc), info: new Uint8Array(info) };
    return Buffer.from(await suite.open(parameters, new Uint8Array(sealed)));
  } catch {
    return undefined;
  }
}

export async function publicKeyOf(seed: Uint8Array): Promise<Buffer> {
  const pair = await kem.generateKeyPairDerand(new Uint8Array(seed));
  return Buffer.from(await kem.serializePublicKey(pair.publicKey));
}
