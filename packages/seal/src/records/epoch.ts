import { lp, u32, utf8 } from '../encoding/bytes.ts';
import { labelledHash } from '../keys/derive.ts';
import { PUBLIC_KEY_BYTES } from '../keys/hpke.ts';
import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';

/** X-Wing, HKDF-SHA-256, AES-256-GCM, Ed25519, SHA-256: the one suite there is. */
export const SUITE = 1;
/** An epoch certificate lasts at most this long: 90 days, in seconds. */
export const MAX_EPOCH_CERTIFICATE_SECONDS = 90 * 86_400;

/** A workspace key and how long writers may seal to it. Renewed by a new certificate with the same key. */
export interface EpochCertificate {
  workspace: string;
  /** Hash of the delegation whose key signs. */
  operations: Uint8Array;
  /** 1, 2, 3, … */
  number: number;
  /** Id of epoch number − 1; zeros for number 1. */
  previous: Uint8Array;
  /** X-Wing, 1,216 bytes. */
  publicKey: Uint8Array;
  /** Seconds since 1970, both included. */
  notBefore: number;
  notAfter: number;
}

/** 32 bytes that name an epoch and all before it, whatever its certificates say about time. */
export function epochId(
  epoch: Pick<EpochCertificate, 'workspace' | 'number' | 'previous' | 'publicKey'>,
): Uint8Array {
  return labelledHash(
    'epoch-id',
    lp(utf8(epoch.workspace)),
    u32(epoch.number),
    epoch.previous,
    lp(epoch.publicKey),
  );
}

/** The signed record, canonical bytes. */
export async function encodeEpoch(epoch: EpochCertificate, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('epoch')
    .text(epoch.workspace)
    .raw(epoch.operations)
    .u8(SUITE)
    .u32(epoch.number)
    .raw(epoch.previous)
    .lp(epoch.publicKey)
    .i64(epoch.notBefore)
    .i64(epoch.notAfter);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeEpoch(record: Uint8Array): { epoch: EpochCertificate; parts: SignedParts } {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'epoch', 'RECORD_MALFORMED');
  const workspace = reader.text('workspace', MAX_WORKSPACE_BYTES);
  const operations = reader.raw(32, 'operations');
  if (reader.u8('suite') !== SUITE) reader.fail('suite');
  const epoch: EpochCertificate = {
    workspace,
    operations,
    number: reader.u32('number'),
    previous: reader.raw(32, 'previous'),
    publicKey: reader.lp('public key', { exact: PUBLIC_KEY_BYTES }),
    notBefore: reader.i64('not before'),
    notAfter: reader.i64('not after'),
  };
  reader.end();
  return { epoch, parts };
}
