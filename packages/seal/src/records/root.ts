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

/** The owner's key, and the hash of the one that may replace it. */
export interface RootRecord {
  workspace: string;
  /** 0 for the first; its hash is what tokens and identities pin. */
  number: number;
  /** Ed25519, 32 bytes. */
  key: Uint8Array;
  /** SHA-256 of the next root's public key. */
  next: Uint8Array;
  /** Hash of root record number − 1; zeros for number 0. */
  previous: Uint8Array;
  /** Seconds since 1970. */
  issued: number;
  /** Hashes of delegations by earlier roots that still count; all others of theirs are void. */
  kept: Uint8Array[];
}

const MAX_KEPT = 1024;

/** The signed record, canonical bytes. */
export async function encodeRoot(root: RootRecord, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('root')
    .text(root.workspace)
    .u32(root.number)
    .raw(root.key)
    .raw(root.next)
    .raw(root.previous)
    .i64(root.issued)
    .u32(root.kept.length);
  for (const hash of root.kept) writer.raw(hash);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeRoot(record: Uint8Array): { root: RootRecord; parts: SignedParts; hash: Uint8Array } {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'root', 'RECORD_MALFORMED');
  const root: RootRecord = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    number: reader.u32('number'),
    key: reader.raw(32, 'key'),
    next: reader.raw(32, 'next'),
    previous: reader.raw(32, 'previous'),
    issued: reader.i64('issued'),
    kept: [],
  };
  for (let left = reader.count('kept', 32, MAX_KEPT); left > 0; left--)
    root.kept.push(reader.raw(32, 'kept'));
  reader.end();
  return { root, parts, hash: recordHash(record) };
}
