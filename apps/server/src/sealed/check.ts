import { createHash } from 'node:crypto';
import { TacetError } from '@tacet/records';
import {
  type Authority,
  compareIds,
  decodeClear,
  type SealedSegment,
  segmentId,
  type VerifiedSession,
  verifySegment,
} from '@tacet/seal';
import type { SentSegment } from '@tacet/search/wire';

/** What clocks may differ by, in seconds: a session begins now, a segment is not of tomorrow. */
export const CLOCK_SECONDS = 600;
/** A segment may have been on its way this long: its server was down. */
const LATE_SECONDS = 86_400;

/**
 * Checks all of a segment that can be checked without its keys, and gives it as the store takes it. `now`
 * in seconds. Throws what `verifySegment` throws, SEGMENT_MALFORMED, CLEAR_MISMATCH, SESSION_INVALID.
 */
export async function checkSent(
  sent: SentSegment,
  session: VerifiedSession,
  authority: Authority,
  now: number,
): Promise<SealedSegment> {
  const clear = decodeClear(sent.clear);
  const header = await verifySegment({ ...sent, clear }, session, authority);
  const { period, number, count, timeMin, timeMax, supersedes, sealed, epoch } = header;
  const id = segmentId(header.session, sent.salt);
  if (compareIds(id, sent.id) !== 0) throw new TacetError('SEGMENT_MALFORMED', 'the id is another one');
  const hash = createHash('sha256').update(sent.clear).digest();
  const within = clear.time.every((time) => time >= timeMin && time <= timeMax);
  if (clear.time.length !== count || compareIds(hash, header.clear) !== 0 || !within)
    throw new TacetError('CLEAR_MISMATCH', 'the clear columns are not the signed ones');
  if (sealed < now - LATE_SECONDS || sealed > now + CLOCK_SECONDS)
    throw new TacetError('SESSION_INVALID', 'the segment was not sealed now: compare the clocks');
  const place = { id, session: header.session, epoch, period, number };
  return { ...sent, ...place, count, timeMin, timeMax, clear, supersedes };
}

/** Resend marks of 16 bytes each. @throws TacetError SEGMENT_MALFORMED. */
export function marksOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length % 16 !== 0) throw new TacetError('SEGMENT_MALFORMED', 'a resend mark has 16 bytes');
  return Array.from({ length: bytes.length / 16 }, (_, at) => bytes.slice(at * 16, at * 16 + 16));
}
