import { TacetError } from '@tacet/records';
import type { Authority } from '../authority/authority.ts';
import { epochKey } from '../authority/certify.ts';
import { equalBytes, wipe } from '../encoding/bytes.ts';
import type { Identity } from '../identity/identity.ts';
import { firstPeriodKey, ReaderChain } from '../keys/chain.ts';
import { hpkeOpen } from '../keys/hpke.ts';
import { type SessionRecord, sessionCommitment, sessionInfo } from '../records/session.ts';
import { decrypt, type OpenedSegment, openPadded } from '../segment/open.ts';
import type { SealedParts } from '../segment/seal.ts';
import { type VerifiedSession, verifySegment, verifySession } from './verify.ts';

/** A session that a reader holds the secret of. */
export class ReaderSession {
  readonly id: Uint8Array;
  readonly epoch: number;
  readonly session: SessionRecord;
  readonly #verified: VerifiedSession;
  readonly #authority: Authority;
  readonly #chain: ReaderChain;

  constructor(parts: { verified: VerifiedSession; authority: Authority; chain: ReaderChain }) {
    this.session = parts.verified.session;
    this.id = this.session.session;
    this.epoch = this.session.epoch;
    this.#verified = parts.verified;
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
    const header = await verifySegment(segment, this.#verified, this.#authority);
    const padded = await decrypt(segment, this.#chain.link(header.period, header.number));
    try {
      return openPadded(segment, header, padded);
    } finally {
      wipe(padded);
    }
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
  const verified = await verifySession(record, authority);
  const { session, epoch, hash } = verified;
  const seed = await epochKey(identity, authority, epoch);
  const secret = await hpkeOpen(seed, sessionInfo(session), { enc: session.enc, sealed: session.sealed });
  if (!secret || !equalBytes(sessionCommitment(secret, session), session.commitment)) {
    throw new TacetError('SESSION_INVALID', 'the secret of the session does not open');
  }
  const chain = new ReaderChain(firstPeriodKey(hash, secret));
  wipe(secret);
  return new ReaderSession({ verified, authority, chain });
}
