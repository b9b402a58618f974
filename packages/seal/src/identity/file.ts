import { codeOf, TacetError } from '@tacet/records';
import { Decrypter, Encrypter } from 'age-encryption';
import { wipe } from '../encoding/bytes.ts';
import type { ByteReader } from '../encoding/reader.ts';
import { PRIVATE_KEY_BYTES } from '../keys/hpke.ts';
import { beginRecord, MAX_WORKSPACE_BYTES, openRecord } from '../records/envelope.ts';
import { type Identity, identityFromSeeds, type OwnerKeys } from './identity.ts';

const MAX_PINS = 4096;
const MAX_EPOCHS = 65_536;
/** What of the workspace's authority an identity holds. */
const HOLDS = { nothing: 0, owner: 1, operations: 2 } as const;
const MAX_FILE_BYTES = 8 << 20;
/** log2 of scrypt's N, r = 8, p = 1: about a second and 256 MiB. What age uses by default. */
export const DEFAULT_WORK_FACTOR = 18;
/** Enough only for a passphrase that was generated with 128 bits of entropy or more. */
export const GENERATED_PASSPHRASE_WORK_FACTOR = 10;

/** The plain bytes that the file protects. */
export function encodeIdentity(identity: Identity): Uint8Array {
  const writer = beginRecord('identity').raw(identity.reader.seed).raw(identity.signing.seed);
  writer.u32(identity.pins.length);
  for (const pin of identity.pins) writer.text(pin.workspace).raw(pin.rootHash);
  writer.u32(identity.epochs.length);
  for (const epoch of identity.epochs) writer.u32(epoch.number).raw(epoch.id).raw(epoch.seed);
  const { owner } = identity;
  if (!owner) return writer.u8(HOLDS.nothing).bytes();
  writer.u8(owner.roots ? HOLDS.owner : HOLDS.operations).text(owner.workspace);
  if (owner.roots) writer.raw(owner.roots.current).raw(owner.roots.next);
  return writer.raw(owner.operations).bytes();
}

function readOwner(reader: ByteReader): OwnerKeys | undefined {
  const holds = reader.u8('owner');
  if (holds === HOLDS.nothing) return undefined;
  if (holds > HOLDS.operations) reader.fail('owner');
  const workspace = reader.text('workspace', MAX_WORKSPACE_BYTES);
  const roots =
    holds === HOLDS.owner
      ? { current: reader.raw(32, 'root key'), next: reader.raw(32, 'next root key') }
      : undefined;
  return { workspace, operations: reader.raw(32, 'operations key'), ...(roots && { roots }) };
}

/** @throws TacetError IDENTITY_MALFORMED, RECORD_VERSION_UNKNOWN. */
export async function decodeIdentity(bytes: Uint8Array): Promise<Identity> {
  const reader = openRecord(bytes, 'identity', 'IDENTITY_MALFORMED', MAX_FILE_BYTES);
  const seeds = [reader.raw(PRIVATE_KEY_BYTES, 'reader key'), reader.raw(32, 'signing key')] as const;
  const pins: Identity['pins'] = [];
  for (let left = reader.count('pins', 36, MAX_PINS); left > 0; left--) {
    pins.push({
      workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
      rootHash: reader.raw(32, 'root hash'),
    });
  }
  const epochs: Identity['epochs'] = [];
  for (let left = reader.count('epochs', 68, MAX_EPOCHS); left > 0; left--) {
    epochs.push({
      number: reader.u32('epoch'),
      id: reader.raw(32, 'epoch id'),
      seed: reader.raw(PRIVATE_KEY_BYTES, 'epoch key'),
    });
  }
  const owner = readOwner(reader);
  reader.end();
  return { ...(await identityFromSeeds(...seeds)), pins, epochs, ...(owner ? { owner } : {}) };
}

// The same passphrase typed on two systems may come composed or decomposed.
function normalised(passphrase: string): string {
  return passphrase.normalize('NFC');
}

/**
 * Encrypts an identity under a passphrase as an age v1 file (age-encryption.org/v1, scrypt recipient).
 * @param options.workFactor log2 of scrypt's N, 1–20; lower it only for a generated passphrase.
 */
export async function protectIdentity(
  identity: Identity,
  passphrase: string,
  options: { workFactor?: number } = {},
): Promise<Uint8Array> {
  const plain = encodeIdentity(identity);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(normalised(passphrase));
  encrypter.setScryptWorkFactor(options.workFactor ?? DEFAULT_WORK_FACTOR);
  try {
    return await encrypter.encrypt(plain);
  } finally {
    wipe(plain);
  }
}

const AGE_INTRO = 'age-encryption.org/v1\n';

/** The work factor that a file was protected with, so that it can be protected alike again. */
export function workFactorOf(file: Uint8Array): number {
  const head = String.fromCharCode(...file.subarray(0, 128));
  return Number(/^-> scrypt \S+ (\d{1,2})$/m.exec(head)?.[1] ?? DEFAULT_WORK_FACTOR);
}

/**
 * Opens what `protectIdentity` made. Takes as long as the file's work factor says, at most factor 20.
 * @throws TacetError IDENTITY_MALFORMED (not such a file), IDENTITY_PASSPHRASE (does not open),
 *   RECORD_VERSION_UNKNOWN.
 */
export async function openIdentity(bytes: Uint8Array, passphrase: string): Promise<Identity> {
  const intro = String.fromCharCode(...bytes.subarray(0, AGE_INTRO.length));
  if (intro !== AGE_INTRO || bytes.length > MAX_FILE_BYTES) {
    throw new TacetError('IDENTITY_MALFORMED', 'this is not an identity file');
  }
  const decrypter = new Decrypter();
  decrypter.addPassphrase(normalised(passphrase));
  let plain: Uint8Array;
  try {
    plain = await decrypter.decrypt(bytes);
  } catch {
    throw new TacetError('IDENTITY_PASSPHRASE', 'the identity file does not open with this passphrase');
  }
  try {
    return await decodeIdentity(plain);
  } catch (error) {
    if (codeOf(error)) throw error;
    throw new TacetError('IDENTITY_MALFORMED', 'the identity file holds something else');
  } finally {
    wipe(plain);
  }
}
