import { concat, lp, u32, utf8 } from '../encoding/bytes.ts';
import { label, labelledHash } from '../keys/derive.ts';
import { ENCAPSULATED_BYTES, TAG_BYTES } from '../keys/hpke.ts';
import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';

/** Whom a grant is for. */
export const RECIPIENT = { reader: 1, recovery: 2 } as const;

/** An epoch's private key wrapped to one recipient; the signature says that people meant this recipient. */
export interface Grant {
  workspace: string;
  /** Hash of the delegation whose key signs. */
  operations: Uint8Array;
  epoch: number;
  epochId: Uint8Array;
  /** One of RECIPIENT. */
  kind: number;
  /** Id of the recipient's key, 32 bytes. */
  recipient: Uint8Array;
  /** 1,120 bytes. */
  enc: Uint8Array;
  /** The epoch's 32-byte private seed, sealed: 48 bytes. */
  wrapped: Uint8Array;
  /** Seconds since 1970. */
  issued: number;
}

/** 32 bytes that name a reader's public key; people compare them before a grant is made. */
export function readerId(publicKey: Uint8Array): Uint8Array {
  return labelledHash('reader-id', lp(publicKey));
}

/** HPKE `info` of a grant: it opens for this workspace, epoch and recipient only. */
export function grantInfo(
  grant: Pick<Grant, 'workspace' | 'epoch' | 'epochId' | 'kind' | 'recipient'>,
): Uint8Array {
  return concat(
    label('grant'),
    lp(utf8(grant.workspace)),
    u32(grant.epoch),
    grant.epochId,
    Uint8Array.of(grant.kind),
    grant.recipient,
  );
}

/** The signed record, canonical bytes. */
export async function encodeGrant(grant: Grant, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('grant')
    .text(grant.workspace)
    .raw(grant.operations)
    .u32(grant.epoch)
    .raw(grant.epochId)
    .u8(grant.kind)
    .raw(grant.recipient)
    .lp(grant.enc)
    .lp(grant.wrapped)
    .i64(grant.issued);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeGrant(record: Uint8Array): { grant: Grant; parts: SignedParts } {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'grant', 'RECORD_MALFORMED');
  const grant: Grant = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    operations: reader.raw(32, 'operations'),
    epoch: reader.u32('epoch'),
    epochId: reader.raw(32, 'epoch id'),
    kind: reader.u8('recipient kind'),
    recipient: reader.raw(32, 'recipient'),
    enc: reader.lp('enc', { exact: ENCAPSULATED_BYTES }),
    wrapped: reader.lp('wrapped key', { exact: 32 + TAG_BYTES }),
    issued: reader.i64('issued'),
  };
  if (grant.kind !== RECIPIENT.reader && grant.kind !== RECIPIENT.recovery) reader.fail('recipient kind');
  reader.end();
  return { grant, parts };
}
