import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  recordHash,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';

/** The root lets an operations key certify epochs, writers and grants for a time. */
export interface Delegation {
  workspace: string;
  /** Number of the root record whose key signs. */
  root: number;
  /** 0, 1, 2, … over the workspace's life. */
  number: number;
  /** Ed25519, 32 bytes. */
  key: Uint8Array;
  /** Seconds since 1970, both included. Only what is issued in between counts. */
  notBefore: number;
  notAfter: number;
}

/** The signed record, canonical bytes. */
export async function encodeDelegation(delegation: Delegation, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('operations')
    .text(delegation.workspace)
    .u32(delegation.root)
    .u32(delegation.number)
    .raw(delegation.key)
    .i64(delegation.notBefore)
    .i64(delegation.notAfter);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeDelegation(record: Uint8Array): {
  delegation: Delegation;
  parts: SignedParts;
  hash: Uint8Array;
} {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'operations', 'RECORD_MALFORMED');
  const delegation: Delegation = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    root: reader.u32('root'),
    number: reader.u32('number'),
    key: reader.raw(32, 'key'),
    notBefore: reader.i64('not before'),
    notAfter: reader.i64('not after'),
  };
  reader.end();
  return { delegation, parts, hash: recordHash(record) };
}
