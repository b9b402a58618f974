import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/**
 * Texts that the control records keep and whoever has these alone does not read: AES-256-GCM under a key that is
 * derived from one of the server's, bound to what the text belongs to.
 */
export class AtRest {
  readonly #key: Uint8Array;

  /** @param purpose tells the keys of different uses apart */
  constructor(key: Uint8Array, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', key, '', purpose, 32));
  }

  seal(belongsTo: string, text: string): Uint8Array {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(belongsTo));
    return new Uint8Array(
      Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]),
    );
  }

  /** What a text is known again by, without being read: a keyed hash, 32 bytes. */
  mark(text: string): Uint8Array {
    return new Uint8Array(createHmac('sha256', this.#key).update(text).digest());
  }

  /** Undefined when it was tampered with. */
  open(belongsTo: string, sealed: Uint8Array): string | undefined {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, NONCE))
        .setAAD(Buffer.from(belongsTo))
        .setAuthTag(sealed.subarray(-TAG));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      return undefined;
    }
  }
}
