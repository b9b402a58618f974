import { type ErrorCode, TacetError } from '@tacet/records';
import { platform } from '#platform';
import { concat, utf8 } from '../encoding/bytes.ts';
import { ByteReader } from '../encoding/reader.ts';
import { ByteWriter } from '../encoding/writer.ts';
import { label } from '../keys/derive.ts';
import type { Signer } from '../platform/port.ts';

/** What a record is; the byte after the magic. */
export const KIND = {
  root: 1,
  operations: 2,
  epoch: 3,
  writer: 4,
  grant: 5,
  session: 6,
  segment: 7,
  heartbeat: 8,
  closing: 9,
  identity: 10,
  keyring: 11,
  revocation: 12,
  reader: 13,
  credential: 14,
  introduction: 15,
  recovery: 16,
} as const;

export type Kind = keyof typeof KIND;

const MAGIC = utf8('TACET');
const VERSION = 1;
export const SIGNATURE_BYTES = 64;
/** Larger records are refused before they are read. */
export const MAX_RECORD_BYTES = 65_536;
export const MAX_WORKSPACE_BYTES = 128;

/** A writer that holds magic, kind and version already. */
export function beginRecord(kind: Kind): ByteWriter {
  return new ByteWriter(2048).raw(MAGIC).u8(KIND[kind]).u8(VERSION);
}

/**
 * Reads magic, kind and version.
 * @throws TacetError `code` when it is something else, RECORD_VERSION_UNKNOWN when it is newer.
 */
export function openRecord(
  bytes: Uint8Array,
  kind: Kind,
  code: ErrorCode,
  limit = MAX_RECORD_BYTES,
): ByteReader {
  if (bytes.length > limit) throw new TacetError(code, `a ${kind} record is not that long`);
  const reader = new ByteReader(bytes, code);
  for (const byte of MAGIC) if (reader.u8('magic') !== byte) reader.fail('magic');
  if (reader.u8('kind') !== KIND[kind]) reader.fail(`not a ${kind} record`);
  const version = reader.u8('version');
  if (version !== VERSION) {
    throw new TacetError(
      'RECORD_VERSION_UNKNOWN',
      `${kind} record of version ${version}; this is ${VERSION}`,
    );
  }
  return reader;
}

function signedMessage(payload: Uint8Array): Uint8Array {
  return concat(label('record'), payload);
}

/** The payload with its Ed25519 signature after it. */
export async function signRecord(payload: Uint8Array, signer: Signer): Promise<Uint8Array> {
  return concat(payload, await signer.sign(signedMessage(payload)));
}

/** A record taken apart, its signature not yet checked. */
export interface SignedParts {
  payload: Uint8Array;
  signature: Uint8Array;
}

/** Splits payload and signature. @throws TacetError `code` when it is too short or too long. */
export function splitRecord(record: Uint8Array, code: ErrorCode): SignedParts {
  if (record.length <= SIGNATURE_BYTES || record.length > MAX_RECORD_BYTES) {
    throw new TacetError(code, 'not in canonical form: the record has an impossible length');
  }
  const end = record.length - SIGNATURE_BYTES;
  return { payload: record.subarray(0, end), signature: record.subarray(end) };
}

/** @throws TacetError `code` when `key` did not sign exactly these bytes. */
export async function requireSignature(key: Uint8Array, parts: SignedParts, code: ErrorCode): Promise<void> {
  const good = await platform.verify(key, parts.signature, signedMessage(parts.payload));
  if (!good) throw new TacetError(code, 'the signature does not fit the record');
}

/** SHA-256 of a whole record, signature included: how other records name it. */
export function recordHash(record: Uint8Array): Uint8Array {
  return platform.sha256(record);
}
