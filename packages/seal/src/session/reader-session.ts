import { TacetError } from '@tacet/records';
import { type Authority, type Epoch, epochCovers, requireSealer } from '../authority/authority.ts';
import { epochKey } from '../authority/certify.ts';
import { equalBytes, wipe } from '../encoding/bytes.ts';
import type { Identity } from '../identity/identity.ts';
import { firstPeriodKey, ReaderChain } from '../keys/chain.ts';
import { hpkeOpen } from '../keys/hpke.ts';
import { requireSignature } from '../records/envelope.ts';
import { decodeSession, type SessionRecord, sessionCommitment, sessionInfo } from '../records/session.ts';
import type { SegmentHeader } from '../segment/header.ts';
import { checkForm, checkSignature, decrypt, type OpenedSegment, openPadded } from '../segment/open.ts';
import type { SealedParts } from '../segment/seal.ts';

/** A session that a reader holds the secret of. */
export class ReaderSession {
  readonly id: Uint8Array;
  readonly epoch: number;
  readonly session: SessionRecord;
  readonly #recordHash: Uint8Array;
  readonly #epoch: Epoch;
  readonly #authority: Authority;
  readonly #chain: ReaderChain;

  constructor(parts: {
    session: SessionRecord;
    recordHash: Uint8Array;
    epoch: Epoch;
    authority: Authority;
    chain: ReaderChain;
  }) {
    this.session = parts.session;
    this.id = parts.session.session;
    this.epoch = parts.session.epoch;
    this.#recordHash = parts.recordHash;
    this.#epoch = parts.epoch;
    this.#authority = parts.authority;
    this.#chain = parts.chain;
  }

  /** The key that trapdoors of a period are made with: 32 bytes. @throws TacetError SEGMENT_MALFORMED. */
  indexKey(period: number): Uint8Array {
    return this.#chain.indexKey(period);
  }

  /**
   * Opens a segment, or throws and gives nothing. The checks and their order are those of docs/format.md.
   * @throws TacetError SEGMENT_MALFORMED, RECORD_VERSION_UNKNOWN, FILTER_MALFORMED, SESSION_INVALID,
   *   EPOCH_INVALID, WRITER_INVALID, SEGMENT_SIGNATURE, SEGMENT_COMMITMENT, SEGMENT_TAG, SEGMENT_SALT,
   *   SEGMENT_PADDING, SEGMENT_DECOMPRESSION, SEGMENT_COUNT, SEGMENT_ROWS, CLEAR_MISMATCH.
   */
  async open(segment: SealedParts): Promise<OpenedSegment> {
    const header = checkForm(segment);
    this.#checkAuthority(header);
    await checkSignature(segment, this.session.writer);
    const padded = await decrypt(segment, this.#chain.link(header.period, header.number));
    try {
      return openPadded(segment, header, padded);
    } finally {
      wipe(padded);
    }
  }

  #checkAuthority(header: SegmentHeader): void {
    const own =
      header.workspace === this.session.workspace &&
      header.epoch === this.epoch &&
      equalBytes(header.session, this.id) &&
      equalBytes(header.record, this.#recordHash) &&
      header.sealed >= this.session.started;
    if (!own) throw new TacetError('SESSION_INVALID', 'the segment is not of this session');
    if (!epochCovers(this.#epoch, header.sealed)) {
      throw new TacetError('EPOCH_INVALID', 'sealed when no certificate of its epoch lasted');
    }
    requireSealer(this.#authority, this.session.writer, header.sealed);
  }

  /** Overwrites the session's keys. */
  end(): void {
    this.#chain.end();
  }
}

/**
 * Verifies a session record and takes its secret out: one decapsulation, then only HKDF.
 * @throws TacetError SESSION_MALFORMED, RECORD_VERSION_UNKNOWN, EPOCH_INVALID, WRITER_INVALID,
 *   SESSION_INVALID (signature, secret or commitment), EPOCH_SHREDDED, GRANT_MISSING, GRANT_INVALID.
 */
export async function openSession(
  record: Uint8Array,
  identity: Identity,
  authority: Authority,
): Promise<ReaderSession> {
  const { session, parts, hash } = decodeSession(record);
  if (session.workspace !== authority.workspace) {
    throw new TacetError('SESSION_INVALID', 'the session is of another workspace');
  }
  const epoch = authority.epochs[session.epoch - 1];
  if (!epoch || !equalBytes(epoch.id, session.epochId) || !epochCovers(epoch, session.started)) {
    throw new TacetError('EPOCH_INVALID', 'the session names an epoch that was not certified at that time');
  }
  requireSealer(authority, session.writer, session.started);
  await requireSignature(session.writer, parts, 'SESSION_INVALID');
  if (epoch.shredded !== undefined) {
    throw new TacetError(
      'EPOCH_SHREDDED',
      `epoch ${epoch.number} was shredded: nothing of it opens any more`,
    );
  }

  const seed = await epochKey(identity, authority, epoch);
  const secret = await hpkeOpen(seed, sessionInfo(session), { enc: session.enc, sealed: session.sealed });
  if (!secret || !equalBytes(sessionCommitment(secret, session), session.commitment)) {
    throw new TacetError('SESSION_INVALID', 'the secret of the session does not open');
  }
  const chain = new ReaderChain(firstPeriodKey(hash, secret));
  wipe(secret);
  return new ReaderSession({ session, recordHash: hash, epoch, authority, chain });
}
