import { TacetError } from '@tacet/records';
import { type Authority, type Epoch, epochCovers, mayErase, requireSealer } from '../authority/authority.ts';
import { equalBytes } from '../encoding/bytes.ts';
import { requireSignature } from '../records/envelope.ts';
import { decodeSession, type SessionRecord } from '../records/session.ts';
import type { SegmentHeader } from '../segment/header.ts';
import { checkForm, checkSignature } from '../segment/open.ts';
import type { SealedParts } from '../segment/seal.ts';

/** A session record whose writer, epoch and signature are good; its secret is still closed. */
export interface VerifiedSession {
  session: SessionRecord;
  /** SHA-256 of the record. */
  hash: Uint8Array;
  epoch: Epoch;
}

/**
 * What anybody can check of a session record: a server before it stores one, a reader before it opens one.
 * The signature is not checked again when `vouched` says that this reader did so before.
 * @throws TacetError SESSION_MALFORMED, RECORD_VERSION_UNKNOWN, SESSION_INVALID (workspace, signature),
 *   EPOCH_INVALID, WRITER_INVALID, EPOCH_SHREDDED.
 */
export async function verifySession(
  record: Uint8Array,
  authority: Authority,
  vouched: (session: SessionRecord) => boolean = () => false,
): Promise<VerifiedSession> {
  const { session, parts, hash } = decodeSession(record);
  if (session.workspace !== authority.workspace) {
    throw new TacetError('SESSION_INVALID', 'the session is of another workspace');
  }
  const epoch = authority.epochs[session.epoch - 1];
  if (!epoch || !equalBytes(epoch.id, session.epochId)) {
    throw new TacetError('EPOCH_INVALID', 'the session names an epoch that this workspace does not have');
  }
  if (!mayErase(authority, session.writer, epoch, session.started)) {
    if (!epochCovers(epoch, session.started)) {
      throw new TacetError('EPOCH_INVALID', 'the session began when no certificate of its epoch lasted');
    }
    requireSealer(authority, session.writer, session.started);
  }
  if (!vouched(session)) await requireSignature(session.writer, parts, 'SESSION_INVALID');
  if (epoch.shredded !== undefined) {
    throw new TacetError(
      'EPOCH_SHREDDED',
      `epoch ${epoch.number} was shredded: nothing of it opens any more`,
    );
  }
  return { session, hash, epoch };
}

/**
 * What anybody can check of a segment: its form, its place in its session, its writer, the signature.
 * @throws TacetError SEGMENT_MALFORMED, RECORD_VERSION_UNKNOWN, FILTER_MALFORMED, SESSION_INVALID,
 *   EPOCH_INVALID, WRITER_INVALID, SEGMENT_SIGNATURE.
 */
export async function verifySegment(
  segment: SealedParts,
  { session, hash, epoch }: VerifiedSession,
  authority: Authority,
): Promise<SegmentHeader> {
  const header = checkForm(segment);
  const own =
    header.workspace === session.workspace &&
    header.epoch === session.epoch &&
    equalBytes(header.session, session.session) &&
    equalBytes(header.record, hash) &&
    header.sealed >= session.started;
  if (!own) throw new TacetError('SESSION_INVALID', 'the segment is not of this session');
  // Who may erase seals rows again without a person's: never rows that stand nowhere else.
  const again = header.supersedes.length > 0 && mayErase(authority, session.writer, epoch, header.sealed);
  if (!again && !epochCovers(epoch, header.sealed)) {
    throw new TacetError('EPOCH_INVALID', 'sealed when no certificate of its epoch lasted');
  }
  if (!again) requireSealer(authority, session.writer, header.sealed);
  await checkSignature(segment, session.writer);
  return header;
}
