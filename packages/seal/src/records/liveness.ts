import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  KIND,
  MAX_WORKSPACE_BYTES,
  openRecord,
  requireSignature,
  signRecord,
  splitRecord,
} from './envelope.ts';

/**
 * A writer's word on how much a session holds by now. A heartbeat each minute and a closing record at
 * the end go to the trail: a tail that went missing shows as segments that were counted and are not there.
 */
export interface Liveness {
  kind: 'heartbeat' | 'closing';
  workspace: string;
  session: Uint8Array;
  /** SHA-256 of the session record. */
  record: Uint8Array;
  /** Seconds since 1970. */
  time: number;
  period: number;
  /** Segments and rows sealed in the session so far. */
  segments: number;
  rows: number;
  /** Id of the last segment; zeros when there is none. */
  last: Uint8Array;
}

/** The signed record, canonical bytes. */
export async function encodeLiveness(liveness: Liveness, signer: Signer): Promise<Uint8Array> {
  const bytes = beginRecord(liveness.kind)
    .text(liveness.workspace)
    .raw(liveness.session)
    .raw(liveness.record)
    .i64(liveness.time)
    .u32(liveness.period)
    .i64(liveness.segments)
    .i64(liveness.rows)
    .raw(liveness.last)
    .bytes();
  return signRecord(bytes, signer);
}

/**
 * Decodes a heartbeat or closing record and checks that `writer` (Ed25519, 32 bytes) signed it.
 * @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN, SESSION_INVALID (signature).
 */
export async function verifyLiveness(record: Uint8Array, writer: Uint8Array): Promise<Liveness> {
  const parts = splitRecord(record, 'RECORD_MALFORMED');
  const kind = record[5] === KIND.closing ? 'closing' : 'heartbeat';
  const reader = openRecord(parts.payload, kind, 'RECORD_MALFORMED');
  const liveness: Liveness = {
    kind,
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    session: reader.raw(16, 'session'),
    record: reader.raw(32, 'session record'),
    time: reader.i64('time'),
    period: reader.u32('period'),
    segments: reader.i64('segments'),
    rows: reader.i64('rows'),
    last: reader.raw(16, 'last'),
  };
  if (liveness.segments < 0 || liveness.rows < 0) reader.fail('a count is negative');
  reader.end();
  await requireSignature(writer, parts, 'SESSION_INVALID');
  return liveness;
}
