import { lp } from '../encoding/bytes.ts';
import { labelledHash } from '../keys/derive.ts';
import { PUBLIC_KEY_BYTES } from '../keys/hpke.ts';
import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  requireSignature,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';
import { RECIPIENT } from './grant.ts';

export const MAX_READER_NAME_BYTES = 64;

/** A reader's public half, as the reader hands it over. */
export interface Introduction {
  /** For people; at most 64 bytes of UTF-8. */
  name: string;
  /** X-Wing, 1,216 bytes: epochs are granted to it. */
  publicKey: Uint8Array;
  /** Ed25519, 32 bytes: signs the reader's keyrings. */
  signing: Uint8Array;
}

/** Whose keys these are, on the word of the operations key: people compared fingerprints before. */
export interface ReaderCertificate extends Introduction {
  workspace: string;
  /** Hash of the delegation whose key signs. */
  operations: Uint8Array;
  /** One of RECIPIENT. */
  kind: number;
  /** Seconds since 1970. */
  issued: number;
}

/** 32 bytes over both public keys: what two people compare over another channel. */
export function readerFingerprint(reader: Pick<Introduction, 'publicKey' | 'signing'>): Uint8Array {
  return labelledHash('reader-fingerprint', lp(reader.publicKey), reader.signing);
}

/** The signed record, canonical bytes. */
export async function encodeReader(reader: ReaderCertificate, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('reader')
    .text(reader.workspace)
    .raw(reader.operations)
    .u8(reader.kind)
    .lp(reader.publicKey)
    .raw(reader.signing)
    .text(reader.name)
    .i64(reader.issued);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeReader(record: Uint8Array): { reader: ReaderCertificate; parts: SignedParts } {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'reader', 'RECORD_MALFORMED');
  const certificate: ReaderCertificate = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    operations: reader.raw(32, 'operations'),
    kind: reader.u8('recipient kind'),
    publicKey: reader.lp('public key', { exact: PUBLIC_KEY_BYTES }),
    signing: reader.raw(32, 'signing key'),
    name: reader.text('name', MAX_READER_NAME_BYTES),
    issued: reader.i64('issued'),
  };
  if (certificate.kind !== RECIPIENT.reader && certificate.kind !== RECIPIENT.recovery) {
    reader.fail('recipient kind');
  }
  reader.end();
  return { reader: certificate, parts };
}

/** The reader's own signed statement of its keys; says nothing about who the reader is. */
export async function encodeIntroduction(introduction: Introduction, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('introduction')
    .text(introduction.name)
    .lp(introduction.publicKey)
    .raw(introduction.signing);
  return signRecord(writer.bytes(), signer);
}

/** Decoded and checked against its own key. @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export async function decodeIntroduction(record: Uint8Array): Promise<Introduction> {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const reader = openRecord(parts.payload, 'introduction', 'RECORD_MALFORMED');
  const introduction: Introduction = {
    name: reader.text('name', MAX_READER_NAME_BYTES),
    publicKey: reader.lp('public key', { exact: PUBLIC_KEY_BYTES }),
    signing: reader.raw(32, 'signing key'),
  };
  reader.end();
  await requireSignature(introduction.signing, parts, 'RECORD_MALFORMED');
  return introduction;
}
