import { platform } from '#platform';
import { hpkePublicKey, PRIVATE_KEY_BYTES } from '../keys/hpke.ts';
import { readerId } from '../records/grant.ts';

/** Random bytes; replaced only to make test vectors. */
export type RandomBytes = (length: number) => Uint8Array;

/**
 * The private keys that make authority. Those of the root exist in the owner's identity and in what the
 * owner made for recovery; a key agent's identity holds the operations key alone.
 */
export interface OwnerKeys {
  workspace: string;
  /** Ed25519 seeds, 32 bytes each. */
  operations: Uint8Array;
  roots?: { current: Uint8Array; next: Uint8Array };
}

/** An epoch's private key. */
export interface EpochKey {
  /** Id of the epoch, 32 bytes. */
  id: Uint8Array;
  number: number;
  /** X-Wing seed, 32 bytes. */
  seed: Uint8Array;
}

/** A workspace that this identity knows, by the hash of its root record 0. */
export interface Pin {
  workspace: string;
  rootHash: Uint8Array;
}

/** A person's keys. Kept in a passphrase-protected file outside the store's directory. */
export interface Identity {
  reader: { id: Uint8Array; publicKey: Uint8Array; seed: Uint8Array };
  signing: { publicKey: Uint8Array; seed: Uint8Array };
  pins: Pin[];
  epochs: EpochKey[];
  owner?: OwnerKeys;
}

/** Builds an identity from its private halves. */
export async function identityFromSeeds(reader: Uint8Array, signing: Uint8Array): Promise<Identity> {
  const publicKey = await hpkePublicKey(reader);
  const signer = await platform.signer(signing);
  return {
    reader: { id: readerId(publicKey), publicKey, seed: reader },
    signing: { publicKey: signer.publicKey, seed: signing },
    pins: [],
    epochs: [],
  };
}

/** A new reader: X-Wing to be granted epochs, Ed25519 to sign what it asks for. */
export function createIdentity(random: RandomBytes = platform.random): Promise<Identity> {
  return identityFromSeeds(random(PRIVATE_KEY_BYTES), random(32));
}
