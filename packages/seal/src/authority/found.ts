import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import { utf8 } from '../encoding/bytes.ts';
import { createIdentity, type Identity, type RandomBytes } from '../identity/identity.ts';
import { MAX_WORKSPACE_BYTES, recordHash } from '../records/envelope.ts';
import { encodeDelegation } from '../records/operations.ts';
import { encodeRoot } from '../records/root.ts';
import { type AuthorityRecords, emptyRecords } from './authority.ts';
import { BACKDATE, certifyWriter, DAY } from './certify.ts';
import { createWriter, type WriterCredential } from './credential.ts';
import { certifyReader, nextEpoch, type ReaderIssuer } from './readers.ts';
import { verifyAuthority } from './verify.ts';

export const DELEGATION_DAYS = 400;

export interface Founded {
  /** The owner's: reader keys, root, next root and operations. Protect it and keep it apart. */
  identity: Identity;
  authority: AuthorityRecords;
  writer: WriterCredential;
  /** SHA-256 of root record 0: what tokens and other identities pin. */
  rootHash: Uint8Array;
}

/** A workspace's name: 1–128 bytes of UTF-8 without control characters. */
export function isWorkspaceName(name: string): boolean {
  return (
    name.isWellFormed() &&
    !/\p{Cc}/u.test(name) &&
    name.length > 0 &&
    utf8(name).length <= MAX_WORKSPACE_BYTES
  );
}

/**
 * Founds a workspace: root record 0, an operations key, the new identity as its reader, epoch 1 granted
 * to it, and one certified writer.
 *
 * @param options.now milliseconds since 1970.
 * @param options.writerName for people; `gateway` unless told.
 * @param options.random for test vectors only.
 * @throws TacetError RECORD_MALFORMED when the name is not allowed.
 */
export async function foundWorkspace(options: {
  workspace: string;
  now: number;
  writerName?: string;
  random?: RandomBytes;
}): Promise<Founded> {
  const { workspace, now } = options;
  if (!isWorkspaceName(workspace)) {
    throw new TacetError(
      'RECORD_MALFORMED',
      'a workspace is named by 1–128 bytes without control characters',
    );
  }
  const random = options.random ?? platform.random;
  const identity = await createIdentity(random);
  const roots = { current: random(32), next: random(32) };
  const owner = { workspace, roots, operations: random(32) };
  identity.owner = owner;

  const root = await platform.signer(roots.current);
  const next = await platform.signer(roots.next);
  const issued = Math.floor(now / 1000) - BACKDATE;
  const rootRecord = await encodeRoot(
    {
      workspace,
      number: 0,
      key: root.publicKey,
      next: platform.sha256(next.publicKey),
      previous: new Uint8Array(32),
      issued,
      kept: [],
    },
    root,
  );
  const rootHash = recordHash(rootRecord);
  identity.pins.push({ workspace, rootHash });
  const operations = await platform.signer(owner.operations);
  const delegation = await encodeDelegation(
    {
      workspace,
      root: 0,
      number: 0,
      key: operations.publicKey,
      notBefore: issued,
      notAfter: issued + DELEGATION_DAYS * DAY,
    },
    root,
  );

  const records: AuthorityRecords = { ...emptyRecords(), root: [rootRecord], operations: [delegation] };
  // Each step is checked as a reader would check it before the next is built on it.
  const issuer = async (): Promise<ReaderIssuer> => ({
    identity,
    authority: await verifyAuthority(records, { rootHash }),
    now,
    ...(options.random ? { random } : {}),
  });
  const { reader, signing } = identity;
  const introduction = { name: 'owner', publicKey: reader.publicKey, signing: signing.publicKey };
  records.readers.push(await certifyReader(await issuer(), introduction));
  const { epochs, grants } = await nextEpoch(await issuer());
  records.epochs.push(...epochs);
  records.grants.push(...grants);
  const writer = await createWriter(workspace, options.writerName ?? 'gateway', random);
  records.writers.push(await certifyWriter(await issuer(), writer));
  return { identity, authority: records, writer, rootHash };
}
