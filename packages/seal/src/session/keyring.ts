import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import type { Authority, Epoch } from '../authority/authority.ts';
import { activeReaders } from '../authority/readers.ts';
import { equalBytes, toHex, wipe } from '../encoding/bytes.ts';
import type { Identity, RandomBytes } from '../identity/identity.ts';
import { hpkeOpen, hpkeSeal } from '../keys/hpke.ts';
import { copySecret, secretBytes } from '../keys/mac.ts';
import { requireSignature } from '../records/envelope.ts';
import {
  decodeKeyring,
  encodeKeyring,
  KEYRING_ENTRY_BYTES,
  KEYRING_SESSIONS,
  type Keyring,
  keyringInfo,
} from '../records/keyring.ts';
import { compareIds } from '../segment/header.ts';

/** Secrets of sessions (S0, 32 bytes) by id, hexadecimal. */
export type SessionSecrets = Map<string, Uint8Array>;

const idOf = (hex: string) =>
  Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));

/**
 * Makes keyrings of an epoch's sessions, as many as it takes.
 * @param now milliseconds since 1970.
 * @param random for test vectors only.
 * @throws TacetError READER_INVALID when the identity is no active reader: nobody would take them.
 */
export async function makeKeyrings(
  identity: Identity,
  authority: Authority,
  epoch: Epoch,
  secrets: SessionSecrets,
  now: number,
  random?: RandomBytes,
): Promise<Uint8Array[]> {
  const { id } = identity.reader;
  if (!activeReaders(authority).some((reader) => equalBytes(reader.id, id)))
    throw new TacetError('READER_INVALID', 'this identity is no active reader of the workspace');
  const signer = await platform.signer(identity.signing.seed);
  const names = { workspace: authority.workspace, epoch: epoch.number, epochId: epoch.id, reader: id };
  const sorted = [...secrets].sort(([a], [b]) => (a < b ? -1 : 1));
  const records: Uint8Array[] = [];
  for (let at = 0; at < sorted.length; at += KEYRING_SESSIONS) {
    const part = sorted.slice(at, at + KEYRING_SESSIONS);
    const plain = secretBytes(part.length * KEYRING_ENTRY_BYTES);
    for (const [place, [session, secret]] of part.entries()) {
      plain.set(idOf(session), place * KEYRING_ENTRY_BYTES);
      plain.set(secret, place * KEYRING_ENTRY_BYTES + 16);
    }
    const { enc, sealed } = await hpkeSeal(epoch.publicKey, keyringInfo(names), plain, random?.(64));
    wipe(plain);
    records.push(await encodeKeyring({ ...names, made: Math.floor(now / 1000), enc, sealed }, signer));
  }
  return records;
}

/**
 * What anybody can check of a keyring: its form, that its epoch is one that can be opened, and that an
 * active reader signed it.
 * @throws TacetError KEYRING_INVALID, RECORD_VERSION_UNKNOWN.
 */
export async function verifyKeyring(record: Uint8Array, authority: Authority): Promise<Keyring> {
  const { keyring, parts } = decodeKeyring(record);
  const epoch = authority.epochs[keyring.epoch - 1];
  const known =
    keyring.workspace === authority.workspace &&
    epoch?.shredded === undefined &&
    epoch !== undefined &&
    equalBytes(epoch.id, keyring.epochId);
  const reader = activeReaders(authority).find((one) => equalBytes(one.id, keyring.reader));
  if (!known || !reader) throw new TacetError('KEYRING_INVALID', 'a keyring of an unknown epoch or reader');
  await requireSignature(reader.signing, parts, 'KEYRING_INVALID');
  return keyring;
}

/**
 * Opens a keyring with its epoch's private key and adds what is in it to `secrets`. Nothing of it is
 * believed: a session takes such a secret only when it fits the session's own commitment.
 * @throws TacetError KEYRING_INVALID.
 */
export async function openKeyring(
  keyring: Keyring,
  epochSeed: Uint8Array,
  secrets: SessionSecrets,
): Promise<void> {
  const fail = (): never => {
    throw new TacetError('KEYRING_INVALID', 'a keyring does not open, or not to a list of sessions');
  };
  const plain = (await hpkeOpen(epochSeed, keyringInfo(keyring), keyring)) ?? fail();
  try {
    if (plain.length === 0 || plain.length % KEYRING_ENTRY_BYTES !== 0) fail();
    let before: Uint8Array | undefined;
    for (let at = 0; at < plain.length; at += KEYRING_ENTRY_BYTES) {
      const session = plain.subarray(at, at + 16);
      if (before && compareIds(before, session) >= 0) fail();
      secrets.set(toHex(session), copySecret(plain.subarray(at + 16, at + KEYRING_ENTRY_BYTES)));
      before = session;
    }
  } finally {
    wipe(plain);
  }
}
