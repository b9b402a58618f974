import type { Detector } from '@tacet/detect';
import { applyClearPolicy, type ClearPolicy, clearRow, clearTimeRange, codeOf } from '@tacet/records';
import type { SealedSegment, WriterSession } from '@tacet/seal';
import type { Group, Item, SmallSegment } from './group.ts';
import { Recent } from './recent.ts';
import { type Row, rowAt, secretsOf } from './row.ts';
import { type ClosedRows, RowBuilder, SEGMENT_BYTES } from './rows.ts';
import type { Sink } from './sink.ts';

export interface SealerOptions {
  detector: Detector;
  /** A new certified session in the newest epoch; may throw EPOCH_EXPIRED and other coded errors. */
  startSession: () => Promise<WriterSession>;
  sink: Sink;
  /** A fresh server share of 32 bytes. */
  share: () => Uint8Array;
  /** Milliseconds since 1970. */
  now: () => number;
  /** What is clear, sealed and dropped. */
  clear: ClearPolicy;
  /** Uniform in [0, 1): rounds clear values. */
  random: () => number;
  /** How long rows of small segments are kept to be sealed again, in milliseconds. */
  recentMs: number;
}

/** A closed segment with fewer tokens than this, about half of what it may have, is worth sealing again with others. */
const SMALL_TOKENS = 6_500;
/** Rows that are looked through before any of them is added. */
const SCRUBBED_TOGETHER = 1_024;

/**
 * Cuts secrets out of rows, builds segments of them and seals those in the writer's session, one after
 * another; what is sealed goes into the group that the caller commits. One call at a time.
 */
export class SegmentSealer {
  readonly #options: SealerOptions;
  readonly #builder: RowBuilder;
  readonly #recent: Recent;
  #session: WriterSession | undefined;
  #open = false;
  /** Whether the open segment has a row that takes all of it. */
  #alone = false;
  #openBatches: Uint8Array[] = [];
  #rotating = false;

  constructor(options: SealerOptions) {
    this.#options = options;
    this.#builder = new RowBuilder(options.detector, options.random);
    this.#recent = new Recent(options.recentMs, SEGMENT_BYTES);
  }

  /** Whatever is added from now on is sealed by a new session, in the newest epoch. */
  rotate(): void {
    this.#rotating = true;
  }

  /** Whether recent small segments should be sealed again together now; `closing` is the last chance. */
  resealDue(closing: boolean): boolean {
    return closing ? this.#recent.mergeable : this.#recent.due(this.#options.now());
  }

  /** Adds the item's rows; segments that they fill are sealed into the group. */
  async add(item: Item, group: Group): Promise<void> {
    const { ends } = item.rows;
    for (let from = 0; from < ends.length; from += SCRUBBED_TOGETHER) {
      const rows = ends.slice(from, from + SCRUBBED_TOGETHER).map((_, i) => rowAt(item.rows, from + i));
      for (const row of this.#builder.scrubAll(rows)) {
        const cut = secretsOf(row);
        for (const kind in cut) item.accepted.secrets[kind] = (item.accepted.secrets[kind] ?? 0) + cut[kind]!;
        const fits = this.#open && !this.#rotating && this.#addRow(row, item.batch);
        if (!fits) {
          await this.close(group);
          await this.#ensureOpen();
          this.#addRow(row, item.batch);
        }
        if (this.#alone) await this.close(group);
      }
    }
  }

  /** @returns false when the segment must be closed first */
  #addRow(row: Row, batch: Uint8Array | undefined): boolean {
    const added = this.#builder.add(row);
    if (added === 'full') return false;
    if (batch && this.#openBatches.at(-1) !== batch) this.#openBatches.push(batch);
    this.#alone = added === 'alone';
    return true;
  }

  async #ensureOpen(): Promise<void> {
    if (this.#open && !this.#rotating) return;
    if (this.#rotating) {
      this.#rotating = false;
      await this.endSession();
    }
    if (!this.#session) {
      const session = await this.#options.startSession();
      await this.#options.sink.openSession(session);
      this.#session = session;
    }
    let period: { indexKey: Uint8Array };
    try {
      period = this.#session.advance(this.#options.now());
    } catch (error) {
      if (codeOf(error) !== 'EPOCH_EXPIRED') throw error;
      await this.endSession();
      return this.#ensureOpen();
    }
    this.#builder.begin(period.indexKey);
    this.#open = true;
  }

  /** Seals the open segment, if it has rows, into the group. */
  async close(group: Group, supersedes: Uint8Array[] = []): Promise<void> {
    if (!this.#open || this.#builder.count === 0) return;
    const closed = this.#builder.close();
    this.#open = false;
    this.#alone = false;
    const sealed = await this.#seal(closed, supersedes);
    const batches = [...new Set(this.#openBatches)];
    this.#openBatches = [];
    group.segments.push({ sealed, batches });
    if (!closed.unfiltered && closed.tokens < SMALL_TOKENS && supersedes.length === 0) {
      group.small.push({ sealed, rows: closed.rows.slice(), batches });
    }
  }

  #seal(closed: ClosedRows, supersedes: Uint8Array[]): Promise<SealedSegment> {
    const { clear: policy, random } = this.#options;
    const clear = applyClearPolicy(closed.clear, policy, random);
    const times = clearTimeRange(closed, policy);
    return this.#session!.seal({ ...closed, ...times, clear, share: this.#options.share(), supersedes });
  }

  /** Seals recent small segments again, together. What fails stays as it is, and is not tried again. */
  async resealRecent(group: Group): Promise<void> {
    try {
      await this.#reseal(group);
    } catch {
      this.#recent.clear();
      this.#openBatches = [];
    }
  }

  /** Whole segments at a time, as many as fit into one. */
  async #reseal(group: Group): Promise<void> {
    const now = this.#options.now();
    const ids: Uint8Array[] = [];
    await this.#ensureOpen();
    for (const { id, rows, clear, batches } of this.#recent.segments()) {
      const before = this.#builder.count;
      const full = rows.some((row, i) => this.#builder.add(row, clearRow(clear, i)) === 'full');
      if (full) {
        this.#builder.truncate(before);
        break;
      }
      ids.push(id);
      this.#openBatches.push(...batches);
    }
    if (ids.length < 2) {
      this.#builder.truncate(0);
      this.#openBatches = [];
      this.#recent.drop(Math.max(1, ids.length), now);
      return;
    }
    await this.close(group, ids);
    group.superseded.push(...ids);
    this.#recent.drop(ids.length, now);
  }

  /** Keeps the rows of committed small segments, to seal them again with others. */
  keepRecent(small: readonly SmallSegment[]): void {
    for (const { sealed, rows, batches } of small) {
      const { id, session, clear } = sealed;
      // What was sealed in an epoch stays in it: whoever shreds the epoch must reach all of it.
      if (this.#rotating || this.#session?.id !== session) continue;
      this.#recent.keep({ id, rows, clear, batches }, this.#options.now());
    }
  }

  /** Signs a heartbeat when a session is open. */
  async heartbeat(): Promise<void> {
    if (this.#session && this.#options.sink.statement) {
      await this.#options.sink.statement(await this.#session.heartbeat(this.#options.now()));
    }
  }

  async endSession(): Promise<void> {
    this.#recent.clear();
    const session = this.#session;
    this.#session = undefined;
    if (!session) return;
    const record = await session.close(this.#options.now());
    await this.#options.sink.statement?.(record);
  }

  /** Forgets what is open, after a failure: nothing of it was acknowledged. */
  abandon(): void {
    this.#recent.clear();
    this.#openBatches = [];
    this.#open = false;
    this.#session = undefined;
  }

  /** Best effort at leaving nothing plain behind. */
  wipe(): void {
    this.#recent.clear();
    this.#builder.wipe();
  }
}
