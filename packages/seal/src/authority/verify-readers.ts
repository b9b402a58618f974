import { TacetError } from '@tacet/records';
import { equalBytes } from '../encoding/bytes.ts';
import { decodeGrant, type Grant, readerId } from '../records/grant.ts';
import { decodeReader } from '../records/reader.ts';
import { decodeRevocation, REVOKED } from '../records/revocation.ts';
import type { DelegationEntry, Epoch, Reader } from './authority.ts';
import { certifiedBy } from './certified.ts';

type Delegations = ReadonlyMap<string, DelegationEntry>;

/** Reader certificates; one key has one certificate that counts, and repeats of it. */
export async function verifyReaders(
  records: readonly Uint8Array[],
  delegations: Delegations,
): Promise<Reader[]> {
  const readers: Reader[] = [];
  for (const record of records) {
    const { reader, parts } = decodeReader(record);
    if (!(await certifiedBy(delegations, reader, reader.issued, parts, 'READER_INVALID'))) continue;
    const { kind, publicKey, signing, name, issued } = reader;
    const id = readerId(publicKey);
    const known = readers.find((one) => equalBytes(one.id, id));
    if (known && !(equalBytes(known.signing, signing) && known.kind === kind)) {
      throw new TacetError('READER_INVALID', 'one reader key is certified with two signing keys or kinds');
    }
    if (!known) readers.push({ id, kind, publicKey, signing, name, issued });
  }
  return readers;
}

/** Marks in `epochs` and `readers` what was revoked, each with the earliest time. */
export async function verifyRevocations(
  records: readonly Uint8Array[],
  delegations: Delegations,
  epochs: readonly Epoch[],
  readers: readonly Reader[],
): Promise<void> {
  for (const record of records) {
    const { revocation, parts } = decodeRevocation(record);
    const { subject, issued } = revocation;
    if (!(await certifiedBy(delegations, revocation, issued, parts, 'REVOCATION_INVALID'))) continue;
    if (revocation.kind === REVOKED.reader) {
      const reader = readers.find((one) => equalBytes(one.id, subject));
      if (!reader) throw new TacetError('REVOCATION_INVALID', 'a revocation names an unknown reader');
      reader.revoked = Math.min(reader.revoked ?? issued, issued);
    } else {
      const epoch = epochs.find((one) => equalBytes(one.id, subject));
      // Writers seal to the newest: what they acknowledged must stay readable.
      if (!epoch || epoch.number === epochs.length) {
        throw new TacetError('REVOCATION_INVALID', 'a revocation names an unknown epoch, or the newest');
      }
      epoch.shredded = Math.min(epoch.shredded ?? issued, issued);
    }
  }
}

/** The grants that open something: none to a revoked reader, none of a shredded epoch. */
export async function verifyGrants(
  records: readonly Uint8Array[],
  delegations: Delegations,
  epochs: readonly Epoch[],
  readers: readonly Reader[],
): Promise<Grant[]> {
  const revoked = readers.filter((reader) => reader.revoked !== undefined);
  const grants: Grant[] = [];
  for (const record of records) {
    const { grant, parts } = decodeGrant(record);
    if (!(await certifiedBy(delegations, grant, grant.issued, parts, 'GRANT_INVALID'))) continue;
    const epoch = epochs[grant.epoch - 1];
    if (!epoch || !equalBytes(epoch.id, grant.epochId)) {
      throw new TacetError('GRANT_INVALID', 'a grant names an epoch that this workspace does not have');
    }
    const ended =
      epoch.shredded !== undefined || revoked.some((reader) => equalBytes(reader.id, grant.recipient));
    if (!ended) grants.push(grant);
  }
  return grants;
}
