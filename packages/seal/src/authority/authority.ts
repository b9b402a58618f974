import { TacetError } from '@tacet/records';
import { equalBytes } from '../encoding/bytes.ts';
import type { Grant } from '../records/grant.ts';
import type { Delegation } from '../records/operations.ts';
import type { Introduction } from '../records/reader.ts';
import type { RootRecord } from '../records/root.ts';
import { CAPABILITY, type WriterCertificate } from '../records/writer.ts';

/** The signed records of a workspace, as the control store keeps them. Order does not matter. */
export interface AuthorityRecords {
  root: Uint8Array[];
  operations: Uint8Array[];
  epochs: Uint8Array[];
  writers: Uint8Array[];
  readers: Uint8Array[];
  revocations: Uint8Array[];
  grants: Uint8Array[];
}

/** The names of the lists, in the order in which they are checked. */
export const AUTHORITY_LISTS = [
  'root',
  'operations',
  'epochs',
  'writers',
  'readers',
  'revocations',
  'grants',
] as const satisfies (keyof AuthorityRecords)[];

/** Seven empty lists. */
export function emptyRecords(): AuthorityRecords {
  return { root: [], operations: [], epochs: [], writers: [], readers: [], revocations: [], grants: [] };
}

export interface DelegationEntry extends Delegation {
  /** SHA-256 of the record. */
  hash: Uint8Array;
  /** False when a replaced root gave it and the newest root did not keep it. */
  counts: boolean;
}

/** From when to when, seconds since 1970, both included. */
export interface Validity {
  notBefore: number;
  notAfter: number;
}

export interface Epoch {
  number: number;
  id: Uint8Array;
  previous: Uint8Array;
  /** X-Wing, 1,216 bytes. */
  publicKey: Uint8Array;
  /** The first certificate and its renewals, in no order. */
  certificates: Validity[];
  /** Second at which every grant of it was revoked; nothing sealed in it opens any more. */
  shredded?: number;
}

/** A certified reader. */
export interface Reader extends Introduction {
  /** Id of its X-Wing key, 32 bytes. */
  id: Uint8Array;
  /** One of RECIPIENT. */
  kind: number;
  /** Seconds since 1970. */
  issued: number;
  /** Second at which it was revoked. */
  revoked?: number;
}

/** What `verifyAuthority` found good. */
export interface Authority {
  workspace: string;
  /** SHA-256 of root record 0: the workspace's identity. */
  rootHash: Uint8Array;
  newestRootHash: Uint8Array;
  /** By number. */
  roots: RootRecord[];
  operations: DelegationEntry[];
  /** By number, from 1. */
  epochs: Epoch[];
  writers: WriterCertificate[];
  /** In no order; the revoked ones too. */
  readers: Reader[];
  /** Those that were revoked, with their reader or their epoch, are not among them. */
  grants: Grant[];
}

function within(validity: Validity, seconds: number): boolean {
  return validity.notBefore <= seconds && seconds <= validity.notAfter;
}

/** Whether a certificate of the epoch covers the time, in seconds. */
export function epochCovers(epoch: Epoch, seconds: number): boolean {
  return epoch.certificates.some((certificate) => within(certificate, seconds));
}

/** Second at which the last certificate of the epoch ends. */
export function epochEnds(epoch: Epoch): number {
  return Math.max(...epoch.certificates.map((certificate) => certificate.notAfter));
}

/** The certificate that let the key seal at that time, in seconds; undefined when none did. */
export function writerAt(
  authority: Authority,
  key: Uint8Array,
  seconds: number,
): WriterCertificate | undefined {
  return authority.writers.find((writer) => equalBytes(writer.key, key) && within(writer, seconds));
}

/** Whether a certificate lets the key do that at that time, in seconds. */
export function writerMay(
  authority: Pick<Authority, 'writers'>,
  key: Uint8Array,
  seconds: number,
  capability: keyof typeof CAPABILITY,
): boolean {
  return authority.writers.some(
    (writer) =>
      (writer.capabilities & CAPABILITY[capability]) !== 0 &&
      equalBytes(writer.key, key) &&
      within(writer, seconds),
  );
}

/** @throws TacetError WRITER_INVALID when no certificate let `key` seal at that time, in seconds. */
export function requireSealer(authority: Authority, key: Uint8Array, seconds: number): void {
  if (!writerMay(authority, key, seconds, 'seal')) {
    throw new TacetError('WRITER_INVALID', 'no certificate lets this writer seal at that time');
  }
}

/** Whether the key may seal rows again in an epoch that has begun, be it long over: it may erase. */
export function mayErase(authority: Authority, key: Uint8Array, epoch: Epoch, seconds: number): boolean {
  const begun = epoch.certificates.some((certificate) => certificate.notBefore <= seconds);
  return begun && writerMay(authority, key, seconds, 'erase');
}

/** The highest epoch that a writer ever saw; without `id`, the lowest that its token allows. */
export interface SeenEpoch {
  number: number;
  id?: Uint8Array;
}

/**
 * The epoch that a writer must seal to at `seconds`: the highest that has begun. Never an older one
 * because the newest ended: that would let a server keep a revoked reader's epoch in use.
 *
 * @throws TacetError EPOCH_ROLLED_BACK below `seen`, EPOCH_INVALID when `seen` is another epoch now,
 *   EPOCH_EXPIRED when its certificates ended.
 */
export function sealingEpoch(authority: Authority, seconds: number, seen: SeenEpoch): Epoch {
  const begun = authority.epochs.findLast((epoch) =>
    epoch.certificates.some((certificate) => certificate.notBefore <= seconds),
  );
  if (!begun || begun.number < seen.number) {
    throw new TacetError('EPOCH_ROLLED_BACK', `the newest epoch is below the lowest allowed, ${seen.number}`);
  }
  if (seen.id && !equalBytes(authority.epochs[seen.number - 1]!.id, seen.id)) {
    throw new TacetError('EPOCH_INVALID', `epoch ${seen.number} is another than the one seen before`);
  }
  if (!epochCovers(begun, seconds)) {
    throw new TacetError('EPOCH_EXPIRED', `the certificate of epoch ${begun.number} has ended`);
  }
  return begun;
}
