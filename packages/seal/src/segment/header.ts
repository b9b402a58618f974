import { platform } from '#platform';
import { concat, lp } from '../encoding/bytes.ts';
import { PERIOD_SEGMENTS, SESSION_PERIODS } from '../keys/chain.ts';
import { label } from '../keys/derive.ts';
import { beginRecord, MAX_WORKSPACE_BYTES, openRecord } from '../records/envelope.ts';
import { SUITE } from '../records/epoch.ts';

/** What the rows are: JSON texts of `Event`, one a line. */
export const SCHEMA = 1;
export const CODEC = { none: 0, zstd: 1 } as const;
export type Codec = keyof typeof CODEC;
const CODEC_NAMES: readonly Codec[] = ['none', 'zstd'];

export const MAX_SUPERSEDES = 4096;
export const MAX_ROWS = 131_072;
const MAX_HEADER_BYTES = 131_072;

/** What a segment says in the clear about itself: bound by the tag, the salt and the signature. */
export interface SegmentHeader {
  workspace: string;
  epoch: number;
  /** 16 bytes. */
  session: Uint8Array;
  period: number;
  /** 0–4,095 within the period. */
  number: number;
  /** Id of the session's segment before; zeros for the first. */
  previous: Uint8Array;
  /** Ids of segments whose rows stand in this one too, ascending. */
  supersedes: Uint8Array[];
  /** SHA-256 of the session record. */
  record: Uint8Array;
  codec: Codec;
  /** Rows. */
  count: number;
  /** When it was sealed, by the writer's clock: seconds since 1970. */
  sealed: number;
  /** First and last second of the rows, both included. */
  timeMin: number;
  timeMax: number;
  /** SHA-256 of the canonical clear columns. */
  clear: Uint8Array;
}

/** Less than 0 when a sorts before b; both 16 bytes. */
export function compareIds(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/** The canonical bytes of a header. */
export function encodeHeader(header: SegmentHeader): Uint8Array {
  const writer = beginRecord('segment')
    .u8(SUITE)
    .text(header.workspace)
    .u32(header.epoch)
    .raw(header.session)
    .u32(header.period)
    .u32(header.number)
    .raw(header.previous)
    .u32(header.supersedes.length);
  for (const id of header.supersedes) writer.raw(id);
  return writer
    .raw(header.record)
    .u16(SCHEMA)
    .u8(CODEC[header.codec])
    .u32(header.count)
    .i64(header.sealed)
    .i64(header.timeMin)
    .i64(header.timeMax)
    .raw(header.clear)
    .bytes();
}

/**
 * Reads a header; nothing of it is to be believed before the signature was checked.
 * @throws TacetError SEGMENT_MALFORMED, RECORD_VERSION_UNKNOWN.
 */
export function parseHeader(bytes: Uint8Array): SegmentHeader {
  const reader = openRecord(bytes, 'segment', 'SEGMENT_MALFORMED', MAX_HEADER_BYTES);
  if (reader.u8('suite') !== SUITE) reader.fail('suite');
  const workspace = reader.text('workspace', MAX_WORKSPACE_BYTES);
  const epoch = reader.u32('epoch');
  const session = reader.raw(16, 'session');
  const period = reader.u32('period', SESSION_PERIODS - 1);
  const number = reader.u32('number', PERIOD_SEGMENTS - 1);
  const previous = reader.raw(16, 'previous');
  const supersedes: Uint8Array[] = [];
  for (let left = reader.count('supersedes', 16, MAX_SUPERSEDES); left > 0; left--) {
    const id = reader.raw(16, 'supersedes');
    const before = supersedes.at(-1);
    if (before && compareIds(before, id) >= 0) reader.fail('supersedes is not ascending');
    supersedes.push(id);
  }
  const record = reader.raw(32, 'session record');
  if (reader.u16('schema') !== SCHEMA) reader.fail('schema');
  const codec = CODEC_NAMES[reader.u8('codec')] ?? reader.fail('codec');
  const count = reader.u32('count', MAX_ROWS);
  const header: SegmentHeader = {
    workspace,
    epoch,
    session,
    period,
    number,
    previous,
    supersedes,
    record,
    codec,
    count,
    sealed: reader.i64('sealed'),
    timeMin: reader.i64('first time'),
    timeMax: reader.i64('last time'),
    clear: reader.raw(32, 'clear'),
  };
  if (count === 0) reader.fail('no rows');
  if (header.timeMin > header.timeMax) reader.fail('times');
  reader.end();
  return header;
}

/** The 16 bytes that name a segment: SHA-256(label ‖ session ‖ salt), cut. */
export function segmentId(session: Uint8Array, salt: Uint8Array): Uint8Array {
  return platform.sha256(concat(label('id'), session, salt)).slice(0, 16);
}

/** What the writer signs of a segment. */
export function segmentMessage(parts: {
  header: Uint8Array;
  salt: Uint8Array;
  commitment: Uint8Array;
  ciphertext: Uint8Array;
  filter: Uint8Array;
}): Uint8Array {
  return concat(
    label('segment-signature'),
    lp(parts.header),
    parts.salt,
    parts.commitment,
    platform.sha256(parts.ciphertext),
    platform.sha256(parts.filter),
  );
}
