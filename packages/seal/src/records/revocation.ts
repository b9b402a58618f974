import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';

/** What a revocation ends: all grants to a reader, or all grants of an epoch. */
export const REVOKED = { reader: 1, epoch: 2 } as const;

/** Ends grants for good. There is no way back: a reader comes again with new keys, an epoch never. */
export interface Revocation {
  workspace: string;
  /** Hash of the delegation whose key signs. */
  operations: Uint8Array;
  /** One of REVOKED. */
  kind: number;
  /** Id of the reader or of the epoch, 32 bytes. */
  subject: Uint8Array;
  /** Seconds since 1970. */
  issued: number;
}

/** The signed record, canonical bytes. */
export async function encodeRevocation(revocation: Revocation, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('revocation')
    .text(revocation.workspace)
    .raw(revocation.operations)
    .u8(revocation.kind)
    .raw(revocation.subject)
    .i64(revocation.issued);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeRevocation(record: Uint8Array): { revocation: Revocation; parts: SignedParts } {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'revocation', 'RECORD_MALFORMED');
  const revocation: Revocation = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    operations: reader.raw(32, 'operations'),
    kind: reader.u8('what is revoked'),
    subject: reader.raw(32, 'subject'),
    issued: reader.i64('issued'),
  };
  if (revocation.kind !== REVOKED.reader && revocation.kind !== REVOKED.epoch) {
    reader.fail('what is revoked');
  }
  reader.end();
  return { revocation, parts };
}
