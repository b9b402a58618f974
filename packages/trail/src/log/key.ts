import { platform, type Signer } from '@tacet/seal';
import { SIGNATURE_TYPE, type SignatureType, type VerifierKey, verifierKey } from '../proof/note.ts';

/** A key that signs notes, and its public half with the name that it signs under. */
export interface LogKey {
  key: VerifierKey;
  signer: Signer;
}

/** The key made of a seed of 32 bytes; `name` gets a part of the public key's hash when it is a function. */
export async function signingKey(
  seed: Uint8Array,
  type: SignatureType,
  name: string | ((publicKey: Uint8Array) => string),
): Promise<LogKey> {
  const signer = await platform.signer(seed);
  const { publicKey } = signer;
  return { signer, key: verifierKey(typeof name === 'string' ? name : name(publicKey), type, publicKey) };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/**
 * The key of a workspace's trail. Its origin names the workspace by the hash of root record 0 and the
 * key by its own hash, so no two logs have one: `tacet/5b0f…/c41d…`.
 */
export function trailKey(seed: Uint8Array, rootHash: Uint8Array): Promise<LogKey> {
  return signingKey(seed, SIGNATURE_TYPE.note, (publicKey) => {
    const own = platform.sha256(publicKey);
    return `tacet/${hex(rootHash.slice(0, 8))}/${hex(own.slice(0, 8))}`;
  });
}
