import { type AeadEncryptionContext, AeadId, type AeadInterface, CipherSuite, HkdfSha256 } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';
import { platform } from '#platform';
import { wipe } from '../encoding/bytes.ts';
import { copySecret } from './mac.ts';

/** Lengths of X-Wing (draft-connolly-cfrg-xwing-kem): public key, private seed, encapsulated key. */
export const PUBLIC_KEY_BYTES = 1216;
export const PRIVATE_KEY_BYTES = 32;
export const ENCAPSULATED_BYTES = 1120;
/** What AES-256-GCM adds. */
export const TAG_BYTES = 16;

function view(bytes: ArrayBufferLike | ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(bytes)) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// The library keeps `.buffer` of what it is given: hand it an array that owns its whole buffer.
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/**
 * AES-256-GCM for the library, by our platform and for one message: it overwrites the key after use,
 * where the library's own would leave key and plain text in memory.
 */
class OneMessageAead implements AeadInterface {
  readonly id = AeadId.Aes256Gcm;
  readonly keySize = 32;
  readonly nonceSize = 12;
  readonly tagSize = TAG_BYTES;

  createEncryptionContext(key: ArrayBufferLike | ArrayBufferView): AeadEncryptionContext {
    const secret = view(key);
    return {
      seal: async (nonce, data, aad) => {
        const sealed = await platform.gcmSeal(secret, view(nonce), view(aad), view(data));
        wipe(secret);
        return owned(sealed).buffer;
      },
      open: async (nonce, data, aad) => {
        const plain = await platform.gcmOpen(secret, view(nonce), view(aad), view(data));
        wipe(secret);
        if (!plain) throw new RangeError('the tag does not fit');
        return owned(plain).buffer;
      },
    };
  }
}

/** HPKE (RFC 9180) base mode: X-Wing 0x647a, HKDF-SHA256 0x0001, AES-256-GCM 0x0002. */
const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new OneMessageAead() });

/** The 1,216-byte public key of a 32-byte private seed. */
export async function hpkePublicKey(seed: Uint8Array): Promise<Uint8Array> {
  const pair = await kem.generateKeyPairDerand(owned(seed));
  return new Uint8Array(await kem.serializePublicKey(pair.publicKey));
}

export interface Wrapped {
  /** 1,120 bytes. */
  enc: Uint8Array;
  /** The sealed bytes and their 16-byte tag. */
  sealed: Uint8Array;
}

/**
 * Single-shot HPKE seal to a public key, empty associated data. `randomness` (64 bytes) replaces the
 * encapsulation's own: for test vectors only.
 */
export async function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  plain: Uint8Array,
  randomness?: Uint8Array,
): Promise<Wrapped> {
  const recipientPublicKey = await kem.deserializePublicKey(owned(publicKey));
  const sender = await suite.createSenderContext({
    recipientPublicKey,
    info: owned(info),
    ...(randomness ? { ekm: owned(randomness) } : {}),
  });
  const copy = copySecret(plain);
  const sealed = await sender.seal(copy.buffer as ArrayBuffer);
  wipe(copy);
  return { enc: new Uint8Array(sender.enc), sealed: new Uint8Array(sealed) };
}

/** The plain bytes, or undefined when the key, the info or a byte of the message is another. */
export async function hpkeOpen(
  seed: Uint8Array,
  info: Uint8Array,
  wrapped: Wrapped,
): Promise<Uint8Array | undefined> {
  try {
    const recipientKey = await kem.deserializePrivateKey(owned(seed));
    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc: owned(wrapped.enc),
      info: owned(info),
    });
    return new Uint8Array(await recipient.open(owned(wrapped.sealed)));
  } catch {
    return undefined;
  }
}
