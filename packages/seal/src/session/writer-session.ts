import { release, TacetError } from '@tacet/records';
import { platform } from '#platform';
import {
  type Authority,
  type Epoch,
  epochCovers,
  mayErase,
  requireSealer,
  type SeenEpoch,
  sealingEpoch,
} from '../authority/authority.ts';
import type { WriterCredential } from '../authority/credential.ts';
import { wipe } from '../encoding/bytes.ts';
import type { RandomBytes } from '../identity/identity.ts';
import { firstPeriodKey, PERIOD_MS, PERIOD_SEGMENTS, WriterChain } from '../keys/chain.ts';
import { hpkeSeal } from '../keys/hpke.ts';
import { copySecret } from '../keys/mac.ts';
import type { Signer } from '../platform/port.ts';
import { recordHash } from '../records/envelope.ts';
import { encodeLiveness } from '../records/liveness.ts';
import { encodeSession, sessionCommitment, sessionInfo } from '../records/session.ts';
import { encodeClear } from '../segment/clear.ts';
import { compareIds, encodeHeader, segmentId } from '../segment/header.ts';
import { checkInput, type SealedSegment, type SegmentInput, smallestFilter } from '../segment/input.ts';
import { packRows } from '../segment/padding.ts';
import { encryptAndSign, syntheticSalt } from '../segment/seal.ts';

export interface StartOptions {
  workspace: string;
  authority: Authority;
  writer: WriterCredential;
  /** Milliseconds since 1970. */
  now: number;
  /** What the epoch must not fall behind: from the ingest token, or the highest this writer ever saw. */
  seen?: SeenEpoch;
  /** Number of an epoch to seal rows of it again, without a person's; the writer may erase. */
  erasing?: number;
  /** For test vectors only. */
  random?: RandomBytes;
}

const ZEROS = new Uint8Array(16);
const seconds = (now: number) => Math.floor(now / 1000);

function newestEpoch({ authority, writer, now, seen }: StartOptions): Epoch {
  requireSealer(authority, writer.publicKey, seconds(now));
  return sealingEpoch(authority, seconds(now), seen ?? { number: 1 });
}

function erasedEpoch({ authority, writer, now }: StartOptions, number: number): Epoch {
  const epoch = authority.epochs[number - 1];
  if (!epoch) throw new TacetError('EPOCH_INVALID', `the workspace has no epoch ${number}`);
  if (!mayErase(authority, writer.publicKey, epoch, seconds(now))) {
    throw new TacetError('WRITER_INVALID', 'no certificate lets this writer erase at that time');
  }
  return epoch;
}

/**
 * One run of a writer within one epoch. Its state lives in memory only; a restart is a new session.
 * Call `advance` before the trapdoors of each segment are made, then `seal`, one segment after another.
 */
export class WriterSession {
  readonly workspace: string;
  readonly id: Uint8Array;
  readonly epoch: number;
  readonly epochId: Uint8Array;
  /** The signed session record: must be durable before anything of this session is acknowledged. */
  readonly record: Uint8Array;
  readonly #recordHash: Uint8Array;
  readonly #signer: Signer;
  readonly #writer: WriterCredential;
  readonly #chain: WriterChain;
  #authority: Authority;
  #epoch: Epoch;
  #periodStart: number;
  #now: number;
  #previous: Uint8Array = ZEROS;
  #segments = 0;
  #rows = 0;
  #ended = false;

  private constructor(
    options: StartOptions,
    parts: { id: Uint8Array; epoch: Epoch; record: Uint8Array; signer: Signer; chain: WriterChain },
  ) {
    this.workspace = options.workspace;
    this.id = parts.id;
    this.epoch = parts.epoch.number;
    this.epochId = parts.epoch.id;
    this.record = parts.record;
    this.#recordHash = recordHash(parts.record);
    this.#signer = parts.signer;
    this.#writer = options.writer;
    this.#chain = parts.chain;
    this.#authority = options.authority;
    this.#epoch = parts.epoch;
    this.#periodStart = options.now;
    this.#now = options.now;
  }

  /**
   * Draws the session's secret and seals it to the newest epoch.
   * @throws TacetError EPOCH_EXPIRED, EPOCH_ROLLED_BACK, EPOCH_INVALID, WRITER_INVALID.
   */
  static async start(options: StartOptions): Promise<WriterSession> {
    const { workspace, authority, writer, now } = options;
    const random = options.random ?? platform.random;
    if (authority.workspace !== workspace || writer.workspace !== workspace) {
      throw new TacetError('WRITER_INVALID', 'writer, authority and session are not of one workspace');
    }
    const epoch =
      options.erasing === undefined ? newestEpoch(options) : erasedEpoch(options, options.erasing);
    const id = random(16);
    const secret = random(32);
    const names = {
      workspace,
      epoch: epoch.number,
      epochId: epoch.id,
      session: id,
      writer: writer.publicKey,
    };
    const signer = await platform.signer(writer.seed);
    const { enc, sealed } = await hpkeSeal(epoch.publicKey, sessionInfo(names), secret, options.random?.(64));
    const commitment = sessionCommitment(secret, names);
    const record = await encodeSession({ ...names, started: seconds(now), enc, sealed, commitment }, signer);
    const chain = new WriterChain(firstPeriodKey(recordHash(record), secret));
    wipe(secret);
    return new WriterSession(options, { id, epoch, record, signer, chain });
  }

  /** Takes renewed certificates in, so that a long session outlives the one it began under. */
  renew(authority: Authority): void {
    if (authority.workspace !== this.workspace) {
      throw new TacetError('WRITER_INVALID', 'the authority is of another workspace');
    }
    const epoch = authority.epochs[this.epoch - 1];
    if (!epoch || compareIds(epoch.id, this.#epoch.id) !== 0) {
      throw new TacetError('EPOCH_ROLLED_BACK', 'the authority lacks the epoch of this session');
    }
    this.#authority = authority;
    this.#epoch = epoch;
  }

  /**
   * Says what time it is and gives the index key of the next segment. Rolls the period after an hour or
   * 4,096 segments; keys of earlier periods are gone then.
   * @param nowMs milliseconds since 1970. @returns the period, and a copy of its index key (32 bytes).
   * @throws TacetError EPOCH_EXPIRED, WRITER_INVALID, SESSION_INVALID (closed or used up).
   */
  advance(nowMs: number): { period: number; indexKey: Uint8Array } {
    this.#requireOpen();
    // A clock that was set back must not make segments older than their session: readers refuse those.
    const now = Math.max(this.#now, nowMs);
    if (!mayErase(this.#authority, this.#writer.publicKey, this.#epoch, seconds(now))) {
      if (!epochCovers(this.#epoch, seconds(now))) {
        throw new TacetError('EPOCH_EXPIRED', `the certificate of epoch ${this.epoch} has ended`);
      }
      requireSealer(this.#authority, this.#writer.publicKey, seconds(now));
    }
    this.#now = now;
    if (now - this.#periodStart >= PERIOD_MS || this.#chain.number >= PERIOD_SEGMENTS) {
      this.#chain.nextPeriod();
      this.#periodStart = now;
    }
    return { period: this.#chain.period, indexKey: copySecret(this.#chain.indexKey) };
  }

  /**
   * Seals one segment. All that depends on the session's state happens before the first `await`, so
   * calls may overlap; when it throws, the state is as before.
   * @throws TacetError SEGMENT_MALFORMED (input), FILTER_OVERFLOW, SESSION_INVALID.
   */
  async seal(input: SegmentInput): Promise<SealedSegment> {
    this.#requireOpen();
    const { period, number } = this.#chain;
    if (number >= PERIOD_SEGMENTS || (input.period !== undefined && input.period !== period)) {
      throw new TacetError('SESSION_INVALID', 'the period is over: advance, and make the trapdoors again');
    }
    const supersedes = checkInput(input);
    const codec = platform.zstdCompress ? (input.codec ?? 'zstd') : 'none';
    const padded = packRows(input.rows, codec);
    const header = encodeHeader({
      workspace: this.workspace,
      epoch: this.epoch,
      session: this.id,
      period,
      number,
      previous: this.#previous,
      supersedes,
      record: this.#recordHash,
      codec,
      count: input.count,
      sealed: seconds(this.#now),
      timeMin: input.timeMin,
      timeMax: input.timeMax,
      clear: platform.sha256(encodeClear(input.clear)),
    });
    const link = copySecret(this.#chain.link);
    try {
      const salt = syntheticSalt(link, header, padded);
      const id = segmentId(this.id, salt);
      const filter = input.unfiltered ? new Uint8Array(0) : smallestFilter(input, id, this.#chain.indexKey);
      this.#chain.step();
      this.#previous = id;
      this.#segments += 1;
      this.#rows += input.count;
      const parts = { header, salt, padded, filter, share: input.share };
      const sealed = await encryptAndSign(link, parts, this.#signer);
      const { count, timeMin, timeMax, clear, share } = input;
      const place = { id, session: this.id, epoch: this.epoch, period, number };
      return { ...place, count, timeMin, timeMax, header, salt, ...sealed, filter, clear, share, supersedes };
    } finally {
      wipe(link, padded);
      release(padded);
    }
  }

  /** A signed record of how much was sealed so far; the writer sends one each minute. */
  heartbeat(nowMs: number): Promise<Uint8Array> {
    return this.#liveness('heartbeat', nowMs);
  }

  /** The signed record that ends the session; its keys are overwritten. */
  close(nowMs: number): Promise<Uint8Array> {
    const record = this.#liveness('closing', nowMs);
    this.#ended = true;
    this.#chain.end();
    return record;
  }

  async #liveness(kind: 'heartbeat' | 'closing', nowMs: number): Promise<Uint8Array> {
    this.#requireOpen();
    return encodeLiveness(
      {
        kind,
        workspace: this.workspace,
        session: this.id,
        record: this.#recordHash,
        time: seconds(nowMs),
        period: this.#chain.period,
        segments: this.#segments,
        rows: this.#rows,
        last: this.#previous,
      },
      this.#signer,
    );
  }

  #requireOpen(): void {
    if (this.#ended) throw new TacetError('SESSION_INVALID', 'the session is closed');
  }
}
