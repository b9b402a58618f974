import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';

/** What a writer may do, as bits. */
export const CAPABILITY = {
  /** Seal new rows. */
  seal: 1,
  /** Seal rows again under an old epoch, without a person. */
  erase: 2,
} as const;

/** An Ed25519 key that may seal for a workspace for a time. */
export interface WriterCertificate {
  workspace: string;
  /** Hash of the delegation whose key signs. */
  operations: Uint8Array;
  /** Ed25519, 32 bytes. */
  key: Uint8Array;
  /** For people; at most 64 bytes of UTF-8, not secret. */
  name: string;
  capabilities: number;
  /** Seconds since 1970, both included. */
  notBefore: number;
  notAfter: number;
}

export const MAX_WRITER_NAME_BYTES = 64;

/** The signed record, canonical bytes. */
export async function encodeWriter(writer: WriterCertificate, signer: Signer): Promise<Uint8Array> {
  const bytes = beginRecord('writer')
    .text(writer.workspace)
    .raw(writer.operations)
    .raw(writer.key)
    .text(writer.name)
    .u32(writer.capabilities)
    .i64(writer.notBefore)
    .i64(writer.notAfter)
    .bytes();
  return signRecord(bytes, signer);
}

/** Decoded, the signature not checked. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeWriter(record: Uint8Array): { writer: WriterCertificate; parts: SignedParts } {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'writer', 'RECORD_MALFORMED');
  const writer: WriterCertificate = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    operations: reader.raw(32, 'operations'),
    key: reader.raw(32, 'key'),
    name: reader.text('name', MAX_WRITER_NAME_BYTES),
    capabilities: reader.u32('capabilities'),
    notBefore: reader.i64('not before'),
    notAfter: reader.i64('not after'),
  };
  reader.end();
  return { writer, parts };
}
