import { platform } from '#platform';
import { equalBytes } from '../encoding/bytes.ts';
import type { Identity, OwnerKeys } from '../identity/identity.ts';
import type { Signer } from '../platform/port.ts';
import { recordHash } from '../records/envelope.ts';
import { encodeEpoch } from '../records/epoch.ts';
import { encodeGrant } from '../records/grant.ts';
import { encodeDelegation } from '../records/operations.ts';
import { encodeReader } from '../records/reader.ts';
import { encodeRevocation, REVOKED } from '../records/revocation.ts';
import { encodeWriter } from '../records/writer.ts';
import { type Authority, type AuthorityRecords, emptyRecords } from './authority.ts';
import { DAY } from './certify.ts';
import { DELEGATION_DAYS } from './found.ts';
import { type OwnerAct, replaceRoot } from './succeed.ts';

/** What a replacement of the root leaves its owner with. Keep `owner` before `records` are sent. */
export interface Replaced {
  records: Partial<AuthorityRecords>;
  owner: OwnerKeys;
}

/** Replaces the root; every delegation that counts goes on counting, and the operations key with it. */
export async function replaceRootAlone(act: OwnerAct): Promise<Replaced> {
  const kept = act.authority.operations.filter(({ counts }) => counts).map(({ hash }) => hash);
  const { record, nextRoot } = await replaceRoot(act, kept);
  const { workspace, operations, roots } = act.identity.owner!;
  return {
    records: { root: [record] },
    owner: { workspace, operations, roots: { current: roots!.next, next: nextRoot } },
  };
}

/**
 * Replaces root and operations key, and voids every earlier delegation: what a thief of the operations
 * key made and is not in `act.authority`, or makes from now on, counts for nothing. All that is there
 * is certified anew by the new key, so look at it before. Epochs keep their ids.
 * @throws TacetError ROOT_MISMATCH when the identity does not hold the announced root key.
 */
export async function replaceRootAndOperations(act: OwnerAct): Promise<Replaced> {
  const { authority } = act;
  const { record, nextRoot } = await replaceRoot(act, []);
  const { workspace, roots } = act.identity.owner!;
  const root = await platform.signer(roots!.next);
  const seed = (act.random ?? platform.random)(32);
  const signer = await platform.signer(seed);
  const delegation = await encodeDelegation(
    {
      workspace,
      root: authority.roots.length,
      number: authority.operations.length,
      key: signer.publicKey,
      // What was issued long ago is issued again with its own time.
      notBefore: Math.min(...authority.operations.map(({ notBefore }) => notBefore)),
      notAfter: Math.floor(act.now / 1000) + DELEGATION_DAYS * DAY,
    },
    root,
  );
  const certified = await certifyAnew(authority, recordHash(delegation), signer);
  return {
    records: { ...certified, root: [record], operations: [delegation] },
    owner: { workspace, operations: seed, roots: { current: roots!.next, next: nextRoot } },
  };
}

async function certifyAnew(
  authority: Authority,
  operations: Uint8Array,
  signer: Signer,
): Promise<AuthorityRecords> {
  const { workspace } = authority;
  const records = emptyRecords();
  for (const { number, previous, publicKey, certificates, id, shredded } of authority.epochs) {
    for (const { notBefore, notAfter } of certificates) {
      const epoch = { workspace, operations, number, previous, publicKey, notBefore, notAfter };
      records.epochs.push(await encodeEpoch(epoch, signer));
    }
    if (shredded === undefined) continue;
    const revocation = { workspace, operations, kind: REVOKED.epoch, subject: id, issued: shredded };
    records.revocations.push(await encodeRevocation(revocation, signer));
  }
  for (const writer of authority.writers)
    records.writers.push(await encodeWriter({ ...writer, operations }, signer));
  for (const { id, kind, publicKey, signing, name, issued, revoked } of authority.readers) {
    const reader = { workspace, operations, kind, publicKey, signing, name, issued };
    records.readers.push(await encodeReader(reader, signer));
    if (revoked === undefined) continue;
    const revocation = { workspace, operations, kind: REVOKED.reader, subject: id, issued: revoked };
    records.revocations.push(await encodeRevocation(revocation, signer));
  }
  for (const grant of authority.grants)
    records.grants.push(await encodeGrant({ ...grant, operations }, signer));
  return records;
}

/** Whether the identity holds the root and operations keys that count in this authority. */
export async function ownsNow(identity: Identity, authority: Authority): Promise<boolean> {
  const { owner } = identity;
  if (owner?.workspace !== authority.workspace || !owner.roots) return false;
  const root = await platform.signer(owner.roots.current);
  const operations = await platform.signer(owner.operations);
  return (
    equalBytes(root.publicKey, authority.roots.at(-1)!.key) &&
    authority.operations.some(({ counts, key }) => counts && equalBytes(key, operations.publicKey))
  );
}
