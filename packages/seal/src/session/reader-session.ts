import { TacetError } from '@tacet/records';
import type { Authority, Epoch } from '../authority/authority.ts';
import { epochKey } from '../authority/certify.ts';
import { equalBytes, wipe } from '../encoding/bytes.ts';
import type { Identity } from '../identity/identity.ts';
import { firstPeriodKey, ReaderChain } from '../keys/chain.ts';
import { hpkeOpen } from '../keys/hpke.ts';
import { copySecret } from '../keys/mac.ts';
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

/** What spares a reader who opens many sessions some of the work. */
export interface SessionHelp {
  /** The private key of the session's epoch, instead of the grant's. */
  epochKey?: ((epoch: Epoch) => Promise<Uint8Array>) | undefined;
  /** S0 as a keyring has it; used only if it fits the session's commitment. */
  secret?: Uint8Array | undefined;
  /**
   * That keyring is this reader's own: the writer's signature was checked when it was made, and S0 is
   * known to no one who could forge the record. Without this a server could have trapdoors made with a
   * key of its own.
   */
  own?: boolean | undefined;
  /** Given S0 when it did not come from an own keyring; to be copied. */
  onSecret?: ((session: SessionRecord, secret: Uint8Array) => void) | undefined;
}

/**
 * Verifies a session record and takes its secret out: one decapsulation, or none with a keyring; then
 * only HKDF.
 * @throws TacetError SESSION_MALFORMED, RECORD_VERSION_UNKNOWN, EPOCH_INVALID, WRITER_INVALID,
 *   SESSION_INVALID (signature, secret or commitment), EPOCH_SHREDDED, GRANT_MISSING, GRANT_INVALID.
 */
export async function openSession(
  record: Uint8Array,
  identity: Identity,
  authority: Authority,
  help: SessionHelp = {},
): Promise<ReaderSession> {
  const fits = (secret: Uint8Array, session: SessionRecord) =>
    equalBytes(sessionCommitment(secret, session), session.commitment);
  let secret: Uint8Array | undefined;
  const verified = await verifySession(record, authority, (session) => {
    if (help.secret && fits(help.secret, session)) secret = copySecret(help.secret);
    return secret !== undefined && help.own === true;
  });
  const { session, epoch, hash } = verified;
  if (!secret) {
    const seed = await (help.epochKey?.(epoch) ?? epochKey(identity, authority, epoch));
    secret = await hpkeOpen(seed, sessionInfo(session), { enc: session.enc, sealed: session.sealed });
    if (!help.epochKey) wipe(seed);
    if (!secret || !fits(secret, session)) {
      throw new TacetError('SESSION_INVALID', 'the secret of the session does not open');
    }
  }
  if (!help.own) help.onSecret?.(session, secret);
  const chain = new ReaderChain(firstPeriodKey(hash, secret));
  wipe(secret);
  return new ReaderSession({ verified, authority, chain });
}
