import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import { equalBytes, toHex } from '../encoding/bytes.ts';
import { requireSignature } from '../records/envelope.ts';
import { decodeEpoch, epochId, MAX_EPOCH_CERTIFICATE_SECONDS } from '../records/epoch.ts';
import { decodeDelegation } from '../records/operations.ts';
import { decodeRoot, type RootRecord } from '../records/root.ts';
import { decodeWriter, type WriterCertificate } from '../records/writer.ts';
import type { Authority, AuthorityRecords, DelegationEntry, Epoch } from './authority.ts';
import { certifiedBy } from './certified.ts';
import { verifyGrants, verifyReaders, verifyRevocations } from './verify-readers.ts';

type RootEntry = ReturnType<typeof decodeRoot>;

async function verifyRoots(records: readonly Uint8Array[], pinned: Uint8Array): Promise<RootEntry[]> {
  const fail = (what: string): never => {
    throw new TacetError('ROOT_MISMATCH', `the chain of root records does not hold: ${what}`);
  };
  const entries = records.map(decodeRoot).sort((a, b) => a.root.number - b.root.number);
  const first = entries[0];
  if (!first || !equalBytes(first.hash, pinned)) return fail('record 0 is not the pinned one');
  for (const [index, { root, parts }] of entries.entries()) {
    if (root.number !== index) fail('numbers are missing or doubled');
    if (root.workspace !== first.root.workspace) fail('another workspace');
    const before = entries[index - 1];
    if (before && !equalBytes(root.previous, before.hash)) fail('a record does not follow the one before');
    if (before && !equalBytes(platform.sha256(root.key), before.root.next))
      fail('not the key announced before');
    await requireSignature(root.key, parts, 'ROOT_MISMATCH');
  }
  return entries;
}

async function verifyDelegations(
  records: readonly Uint8Array[],
  roots: readonly RootRecord[],
): Promise<Map<string, DelegationEntry>> {
  const newest = roots.at(-1)!;
  const entries = new Map<string, DelegationEntry>();
  for (const record of records) {
    const { delegation, parts, hash } = decodeDelegation(record);
    const root = roots[delegation.root];
    if (!root || delegation.workspace !== newest.workspace || delegation.notBefore > delegation.notAfter) {
      throw new TacetError('OPERATIONS_INVALID', 'a delegation names another workspace, root or time');
    }
    await requireSignature(root.key, parts, 'OPERATIONS_INVALID');
    // A replaced root may have been stolen and could backdate: only what its successor listed counts.
    const counts = root.number === newest.number || newest.kept.some((kept) => equalBytes(kept, hash));
    entries.set(toHex(hash), { ...delegation, hash, counts });
  }
  return entries;
}

async function verifyEpochs(
  records: readonly Uint8Array[],
  delegations: ReadonlyMap<string, DelegationEntry>,
): Promise<Epoch[]> {
  const byNumber = new Map<number, Epoch>();
  for (const record of records) {
    const { epoch, parts } = decodeEpoch(record);
    const lasts = epoch.notAfter - epoch.notBefore;
    if (lasts < 0 || lasts > MAX_EPOCH_CERTIFICATE_SECONDS) {
      throw new TacetError('EPOCH_INVALID', 'an epoch certificate lasts between 0 and 90 days');
    }
    if (!(await certifiedBy(delegations, epoch, epoch.notBefore, parts, 'EPOCH_INVALID'))) continue;
    const id = epochId(epoch);
    const known = byNumber.get(epoch.number);
    if (known && !equalBytes(known.id, id)) {
      throw new TacetError('EPOCH_INVALID', `two different epochs have the number ${epoch.number}`);
    }
    const certificate = { notBefore: epoch.notBefore, notAfter: epoch.notAfter };
    if (known) known.certificates.push(certificate);
    else {
      const { number, previous, publicKey } = epoch;
      byNumber.set(number, { number, id, previous, publicKey, certificates: [certificate] });
    }
  }
  const epochs = [...byNumber.values()].sort((a, b) => a.number - b.number);
  for (const [index, epoch] of epochs.entries()) {
    const previous = epochs[index - 1]?.id ?? new Uint8Array(32);
    if (epoch.number !== index + 1 || !equalBytes(epoch.previous, previous)) {
      throw new TacetError('EPOCH_INVALID', 'the chain of epochs has a gap or a fork');
    }
  }
  return epochs;
}

async function verifyWriters(
  records: readonly Uint8Array[],
  delegations: ReadonlyMap<string, DelegationEntry>,
): Promise<WriterCertificate[]> {
  const writers: WriterCertificate[] = [];
  for (const record of records) {
    const { writer, parts } = decodeWriter(record);
    if (writer.notBefore > writer.notAfter) {
      throw new TacetError('WRITER_INVALID', 'a writer certificate ends before it begins');
    }
    if (await certifiedBy(delegations, writer, writer.notBefore, parts, 'WRITER_INVALID'))
      writers.push(writer);
  }
  return writers;
}

/**
 * Checks every record and every chain of a workspace and gives a typed view. Nothing of it is believed
 * because a server said so: all hangs on the hash of root record 0, which came with a token or identity.
 *
 * @param options.rootHash SHA-256 of root record 0, 32 bytes.
 * @param options.now milliseconds since 1970; when given, the newest epoch's certificate must still last.
 * @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN, ROOT_MISMATCH, OPERATIONS_INVALID,
 *   EPOCH_INVALID, WRITER_INVALID, READER_INVALID, REVOCATION_INVALID, GRANT_INVALID, EPOCH_EXPIRED.
 */
export async function verifyAuthority(
  records: AuthorityRecords,
  options: { rootHash: Uint8Array; now?: number },
): Promise<Authority> {
  const rootEntries = await verifyRoots(records.root, options.rootHash);
  const roots = rootEntries.map((entry) => entry.root);
  const delegations = await verifyDelegations(records.operations, roots);
  const epochs = await verifyEpochs(records.epochs, delegations);
  const writers = await verifyWriters(records.writers, delegations);
  const readers = await verifyReaders(records.readers, delegations);
  await verifyRevocations(records.revocations, delegations, epochs, readers);
  const grants = await verifyGrants(records.grants, delegations, epochs, readers);
  const newest = rootEntries.at(-1)!;
  const authority: Authority = {
    workspace: newest.root.workspace,
    rootHash: rootEntries[0]!.hash,
    newestRootHash: newest.hash,
    roots,
    operations: [...delegations.values()].sort((a, b) => a.number - b.number),
    epochs,
    writers,
    readers,
    grants,
  };
  const last = epochs.at(-1);
  if (options.now !== undefined && last) {
    const seconds = Math.floor(options.now / 1000);
    if (last.certificates.every((certificate) => certificate.notAfter < seconds)) {
      throw new TacetError('EPOCH_EXPIRED', `the certificate of epoch ${last.number} has ended`);
    }
  }
  return authority;
}
