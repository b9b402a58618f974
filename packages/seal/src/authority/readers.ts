import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import { toHex, wipe } from '../encoding/bytes.ts';
import type { Identity } from '../identity/identity.ts';
import { RECIPIENT } from '../records/grant.ts';
import { encodeIntroduction, encodeReader, type Introduction } from '../records/reader.ts';
import { encodeRevocation, REVOKED } from '../records/revocation.ts';
import type { Authority, AuthorityRecords, Epoch, Reader } from './authority.ts';
import { certifyEpoch, EPOCH_CERTIFICATE_DAYS, grantEpoch, type Issuer, operationsKey } from './certify.ts';

/** Who certifies, on the ground of a whole verified authority. */
export type ReaderIssuer = Issuer & { authority: Authority };

/** The public half of an identity under a name, signed by itself: what its owner hands over. */
export async function introduce(identity: Identity, name: string): Promise<Uint8Array> {
  const { reader, signing } = identity;
  const signer = await platform.signer(signing.seed);
  return encodeIntroduction({ name, publicKey: reader.publicKey, signing: signing.publicKey }, signer);
}

/**
 * Certifies a reader's keys. Call it only after people compared `readerFingerprint`.
 * @throws TacetError OPERATIONS_INVALID.
 */
export async function certifyReader(
  issuer: Issuer,
  reader: Introduction,
  kind: keyof typeof RECIPIENT = 'reader',
): Promise<Uint8Array> {
  const { signer, delegation, from } = await operationsKey(issuer);
  const { name, publicKey, signing } = reader;
  const { workspace } = issuer.authority;
  return encodeReader(
    { workspace, operations: delegation.hash, kind: RECIPIENT[kind], publicKey, signing, name, issued: from },
    signer,
  );
}

async function revoke(issuer: Issuer, kind: keyof typeof REVOKED, subject: Uint8Array): Promise<Uint8Array> {
  const { signer, delegation } = await operationsKey(issuer);
  const issued = Math.floor(issuer.now / 1000);
  const { workspace } = issuer.authority;
  return encodeRevocation(
    { workspace, operations: delegation.hash, kind: REVOKED[kind], subject, issued },
    signer,
  );
}

/** Readers to whom new epochs are granted. */
export function activeReaders(authority: Pick<Authority, 'readers'>): Reader[] {
  return authority.readers.filter((reader) => reader.revoked === undefined);
}

/**
 * Starts the next epoch: its certificate and a grant to every active reader, to be appended together.
 * Nothing of its private key remains here.
 * @throws TacetError OPERATIONS_INVALID, READER_INVALID when nobody could read it.
 */
export async function nextEpoch(
  issuer: ReaderIssuer,
  days: number = EPOCH_CERTIFICATE_DAYS,
): Promise<Pick<AuthorityRecords, 'epochs' | 'grants'>> {
  const readers = activeReaders(issuer.authority);
  if (!readers.some((reader) => reader.kind === RECIPIENT.reader)) {
    throw new TacetError('READER_INVALID', 'nobody could read the new epoch: the workspace has no reader');
  }
  const { record, key, publicKey } = await certifyEpoch(issuer, days);
  const previous = issuer.authority.epochs.at(-1)?.id ?? new Uint8Array(32);
  const epoch: Epoch = { number: key.number, id: key.id, previous, publicKey, certificates: [] };
  const granting: Issuer = {
    ...issuer,
    identity: { ...issuer.identity, epochs: [key] },
    authority: { ...issuer.authority, epochs: [...issuer.authority.epochs, epoch] },
  };
  const grants: Uint8Array[] = [];
  for (const reader of readers) grants.push(await grantTo(granting, key.number, reader));
  wipe(key.seed);
  return { epochs: [record], grants };
}

function grantTo(issuer: Issuer, epoch: number, reader: Pick<Reader, 'publicKey' | 'kind'>) {
  const kind = reader.kind === RECIPIENT.recovery ? 'recovery' : 'reader';
  return grantEpoch(issuer, { epoch, publicKey: reader.publicKey, kind });
}

/**
 * Certifies a reader and grants the epochs from `from` on, but not those that were shredded.
 * @throws TacetError OPERATIONS_INVALID, EPOCH_INVALID, GRANT_MISSING when one is not ours to give,
 *   READER_INVALID when the reader was revoked.
 */
export async function admitReader(
  issuer: ReaderIssuer,
  reader: Introduction,
  options: { kind?: keyof typeof RECIPIENT; from?: number } = {},
): Promise<Pick<AuthorityRecords, 'readers' | 'grants'>> {
  const { kind = 'reader', from = 1 } = options;
  const known = issuer.authority.readers.find((one) => toHex(one.publicKey) === toHex(reader.publicKey));
  if (known?.revoked !== undefined) {
    throw new TacetError('READER_INVALID', 'these keys were revoked: the reader has to make new ones');
  }
  const records = { readers: [await certifyReader(issuer, reader, kind)], grants: [] as Uint8Array[] };
  for (const epoch of issuer.authority.epochs) {
    if (epoch.number < from || epoch.shredded !== undefined) continue;
    records.grants.push(await grantTo(issuer, epoch.number, { ...reader, kind: RECIPIENT[kind] }));
  }
  return records;
}

/**
 * Ends all grants of a reader and starts an epoch that it is not granted.
 * @throws TacetError OPERATIONS_INVALID, READER_INVALID when no reader would be left.
 */
export async function revokeReader(
  issuer: ReaderIssuer,
  id: Uint8Array,
): Promise<Pick<AuthorityRecords, 'revocations' | 'epochs' | 'grants'>> {
  const left = issuer.authority.readers.filter((reader) => toHex(reader.id) !== toHex(id));
  const next = await nextEpoch({ ...issuer, authority: { ...issuer.authority, readers: left } });
  return { revocations: [await revoke(issuer, 'reader', id)], ...next };
}

/**
 * Ends all grants of an epoch: nobody opens anything of it any more.
 * @throws TacetError OPERATIONS_INVALID, EPOCH_INVALID when there is no such epoch or it is the newest.
 */
export async function shredEpoch(
  issuer: ReaderIssuer,
  number: number,
): Promise<Pick<AuthorityRecords, 'revocations'>> {
  const epoch = issuer.authority.epochs[number - 1];
  if (!epoch) throw new TacetError('EPOCH_INVALID', `the workspace has no epoch ${number}`);
  if (number === issuer.authority.epochs.length) {
    throw new TacetError('EPOCH_INVALID', `epoch ${number} is in use: start a new one first`);
  }
  return { revocations: [await revoke(issuer, 'epoch', epoch.id)] };
}
