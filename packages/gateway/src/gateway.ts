import type { Detector } from '@tacet/detect';
import {
  applyClearPolicy,
  BUILT_IN_POLICY,
  type ClearPolicy,
  clearTimeRange,
  codeOf,
  decodeRows,
  dropAttributes,
  type Event,
  encodeRows,
  type Rows,
  TacetError,
} from '@tacet/records';
import type { SealedSegment, WriterSession } from '@tacet/seal';
import { clearRow, Recent } from './recent.ts';
import { type Row, rowAt } from './row.ts';
import { type ClosedRows, RowBuilder, SEGMENT_BYTES } from './rows.ts';
import type { GatewaySegment, Sink } from './sink.ts';

export interface GatewayOptions {
  detector: Detector;
  /** A new certified session in the newest epoch; may throw EPOCH_EXPIRED and other coded errors. */
  startSession: () => Promise<WriterSession>;
  sink: Sink;
  /** A fresh server share of 32 bytes. */
  share: () => Uint8Array;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** What is clear, sealed and dropped; the built-in policy unless told. */
  clear?: ClearPolicy;
  /** Uniform in [0, 1): rounds clear values. */
  random?: () => number;
  /** How long the first row of a group may wait for company, in milliseconds. */
  lingerMs?: number;
  /** How long rows of small segments are kept to be sealed again, in milliseconds. */
  recentMs?: number;
  /** Events waiting above this many bytes of source are refused as BUSY. */
  maxQueuedBytes?: number;
}

/** What became of a batch that is now durable. */
export interface Accepted {
  events: number;
  /** Secrets cut out, by kind. */
  secrets: Record<string, number>;
}

interface Item {
  rows: Rows;
  batch: Uint8Array | undefined;
  bytes: number;
  accepted: Accepted;
  resolve: (accepted: Accepted) => void;
  reject: (error: unknown) => void;
}

/** What is committed together: whole items and the segments that hold their rows. */
interface Group {
  items: Item[];
  segments: GatewaySegment[];
  small: { sealed: SealedSegment; rows: Uint8Array; batches: Uint8Array[] }[];
  superseded: Uint8Array[];
  /** When its first item came, on the monotonic clock, in milliseconds. */
  begun: number;
}

const NO_ROWS: Rows = { bytes: new Uint8Array(0), ends: [] };
const GROUP_SEGMENTS = 32;
const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 5_000;
/** A closed segment with fewer tokens than this, about half of what it may have, is worth sealing again with others. */
const SMALL_TOKENS = 6_500;

/**
 * receive → detect → seal: takes canonical events, cuts secrets out, builds and seals segments one
 * after another, and commits them in groups. Plain text lives here, in memory, and nowhere else.
 */
export class Gateway {
  readonly #options: Required<GatewayOptions>;
  readonly #builder: RowBuilder;
  readonly #recent: Recent;
  #session: WriterSession | undefined;
  #queue: Item[] = [];
  #queuedBytes = 0;
  #group: Group;
  #open = false;
  /** Whether the open segment has a row that takes all of it. */
  #alone = false;
  #openBatches: Uint8Array[] = [];
  #committing: Promise<void> | undefined;
  #failing: TacetError | undefined;
  #wake: (() => void) | undefined;
  #flushing: (() => void)[] = [];
  #closing = false;
  #rotating = false;
  #pump: Promise<void>;
  readonly totals = { events: 0, segments: 0, bytes: 0, superseded: 0 };

  constructor(options: GatewayOptions) {
    this.#options = {
      now: Date.now,
      clear: BUILT_IN_POLICY,
      random: Math.random,
      lingerMs: 200,
      recentMs: 600_000,
      maxQueuedBytes: 192 << 20,
      ...options,
    };
    this.#builder = new RowBuilder(options.detector, this.#options.random);
    this.#recent = new Recent(this.#options.recentMs, SEGMENT_BYTES);
    this.#group = this.#newGroup();
    this.#pump = this.#run();
  }

  /** The store's last failure while it lasts: readiness and back-pressure follow it. */
  get failing(): TacetError | undefined {
    return this.#failing;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /**
   * Takes events in; resolves when they are durable. `bytes` is their size at the source, for
   * back-pressure. Rejects with BUSY, STORE_UNAVAILABLE, STORE_FULL, EPOCH_EXPIRED …; after a
   * rejection by the store the events may still become durable, so a resend needs its `batch` id.
   */
  accept(
    events: Rows | readonly Event[],
    options: { batch?: Uint8Array; bytes?: number } = {},
  ): Promise<Accepted> {
    if (this.#closing) return Promise.reject(new TacetError('BUSY', 'the server is stopping'));
    if (this.#failing) return Promise.reject(this.#failing);
    const rows = this.#keep(events);
    const bytes = options.bytes ?? rows.bytes.length;
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#options.maxQueuedBytes) {
      return Promise.reject(new TacetError('BUSY', 'too much is waiting to be stored; send again later'));
    }
    if (rows.ends.length === 0) return Promise.resolve({ events: 0, secrets: {} });
    return new Promise((resolve, reject) => {
      const accepted = { events: rows.ends.length, secrets: {} };
      this.#queue.push({ rows, batch: options.batch, bytes, accepted, resolve, reject });
      this.#queuedBytes += bytes;
      this.#wake?.();
    });
  }

  /** The rows without what the policy drops. */
  #keep(events: Rows | readonly Event[]): Rows {
    const { clear } = this.#options;
    if (clear.dropped.size === 0) return 'bytes' in events ? events : encodeRows(events);
    const all = 'bytes' in events ? decodeRows(events) : events;
    return encodeRows(all.map((event) => dropAttributes(event, clear)));
  }

  /** Seals and commits everything accepted so far, without waiting for company. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#flushing.push(resolve);
      this.#wake?.();
    });
  }

  /** Whatever is accepted from now on is sealed by a new session, in the newest epoch. */
  rotate(): void {
    this.#rotating = true;
  }

  /** Flushes, seals recent small segments together, closes the session. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#pump;
    await this.#endSession();
    this.#builder.wipe();
  }

  /** Signs a heartbeat when a session is open; the caller decides when. */
  async heartbeat(): Promise<void> {
    if (this.#session && this.#options.sink.statement) {
      await this.#options.sink.statement(await this.#session.heartbeat(this.#options.now()));
    }
  }

  async #endSession(): Promise<void> {
    this.#recent.clear();
    const session = this.#session;
    this.#session = undefined;
    if (!session) return;
    const record = await session.close(this.#options.now());
    await this.#options.sink.statement?.(record);
  }

  #newGroup(): Group {
    return { items: [], segments: [], small: [], superseded: [], begun: performance.now() };
  }

  /** The one loop that touches the builder and the session: order is what the chain needs. */
  async #run(): Promise<void> {
    for (;;) {
      const item = this.#queue.shift();
      if (item) {
        if (this.#group.items.length === 0) this.#group.begun = performance.now();
        await this.#take(item);
      } else if (this.#group.items.length === 0) {
        if (
          !this.#committing &&
          (this.#closing || this.#flushing.length > 0 || this.#recent.due(this.#options.now()))
        ) {
          if (this.#closing ? this.#recent.mergeable : this.#recent.due(this.#options.now())) {
            await this.#resealRecent().catch(() => this.#recent.clear());
            if (this.#group.segments.length > 0) this.#startCommit();
            continue;
          }
          for (const done of this.#flushing.splice(0)) done();
          if (this.#closing) return;
        }
        await this.#sleep(this.#committing ? undefined : 1_000);
        continue;
      }
      if (this.#mustCommit()) {
        await this.#committing;
        try {
          await this.#closeSegment();
          this.#startCommit();
        } catch (error) {
          this.#failGroup(error);
        }
      } else if (this.#queue.length === 0) {
        const left = this.#group.begun + this.#options.lingerMs - performance.now();
        await this.#sleep(this.#committing ? undefined : Math.max(0, left));
      }
    }
  }

  #mustCommit(): boolean {
    const group = this.#group;
    if (group.items.length === 0) return false;
    if (group.segments.length >= GROUP_SEGMENTS) return true;
    if (this.#committing) return false;
    if (this.#closing || this.#flushing.length > 0) return this.#queue.length === 0;
    return performance.now() - group.begun >= this.#options.lingerMs;
  }

  #sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      if (ms !== undefined) timer = setTimeout(wake, ms);
      // An idle gateway must not keep a finished command alive.
      if (ms === 1_000) timer?.unref();
    });
  }

  async #take(item: Item): Promise<void> {
    this.#group.items.push(item);
    this.#queuedBytes -= item.bytes;
    try {
      for (let index = 0; index < item.rows.ends.length; index++) {
        if (this.#rotating) await this.#closeSegment();
        await this.#ensureOpen();
        const row = this.#builder.scrub(rowAt(item.rows, index));
        const cut = row.event?.secrets;
        for (const kind in cut) item.accepted.secrets[kind] = (item.accepted.secrets[kind] ?? 0) + cut[kind]!;
        if (!this.#addRow(row, item.batch)) {
          await this.#closeSegment();
          await this.#ensureOpen();
          this.#addRow(row, item.batch);
        }
        if (this.#alone) await this.#closeSegment();
      }
    } catch (error) {
      this.#failGroup(error);
    }
    item.rows = NO_ROWS;
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
      await this.#endSession();
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
      await this.#endSession();
      return this.#ensureOpen();
    }
    this.#builder.begin(period.indexKey);
    this.#open = true;
  }

  async #closeSegment(supersedes: Uint8Array[] = []): Promise<void> {
    if (!this.#open || this.#builder.count === 0) return;
    const closed = this.#builder.close();
    this.#open = false;
    this.#alone = false;
    const sealed = await this.#seal(closed, supersedes);
    const batches = [...new Set(this.#openBatches)];
    this.#openBatches = [];
    this.#group.segments.push({ sealed, batches });
    if (!closed.unfiltered && closed.tokens < SMALL_TOKENS && supersedes.length === 0) {
      this.#group.small.push({ sealed, rows: closed.rows, batches });
    }
  }

  #seal(closed: ClosedRows, supersedes: Uint8Array[]): Promise<SealedSegment> {
    const { tokens: _, ...input } = closed;
    const { clear: policy, random } = this.#options;
    const clear = applyClearPolicy(closed.clear, policy, random);
    const times = clearTimeRange(closed, policy);
    return this.#session!.seal({ ...input, ...times, clear, share: this.#options.share(), supersedes });
  }

  /** Seals the rows of recent small segments again, whole segments at a time, as many as fit. */
  async #resealRecent(): Promise<void> {
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
    await this.#closeSegment(ids);
    this.#group.superseded.push(...ids);
    this.#recent.drop(ids.length, now);
  }

  #startCommit(): void {
    const group = this.#group;
    this.#group = this.#newGroup();
    this.#committing = this.#commit(group).finally(() => {
      this.#committing = undefined;
      this.#wake?.();
    });
  }

  /**
   * Stores a group. While the store fails, its clients are told at once, and the identical bytes are
   * tried again until they are in: the outcome of a failed insert is unknown, and a segment is
   * stored once however often it is tried.
   */
  async #commit(group: Group): Promise<void> {
    for (let wait = RETRY_FIRST_MS; ; wait = Math.min(wait * 2, RETRY_LAST_MS)) {
      try {
        await this.#options.sink.commit(group.segments);
        break;
      } catch (error) {
        const failure = asStoreError(error);
        for (const item of group.items) item.reject(failure);
        if (!failure.retry || this.#closing) {
          this.#failing = undefined;
          return;
        }
        this.#failing = failure;
        // What is being built stays and is stored later; its clients need not wait for that.
        for (const item of this.#group.items) item.reject(failure);
        for (const item of this.#queue.splice(0)) {
          this.#queuedBytes -= item.bytes;
          item.reject(failure);
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    this.#failing = undefined;
    for (const { sealed } of group.segments) {
      this.totals.segments++;
      this.totals.bytes += sealed.ciphertext.length + sealed.filter.length;
      if (sealed.supersedes.length === 0) this.totals.events += sealed.count;
    }
    for (const { sealed, rows, batches } of group.small) {
      const { id, session, clear } = sealed;
      // What was sealed in an epoch stays in it: whoever shreds the epoch must reach all of it.
      if (this.#rotating || this.#session?.id !== session) continue;
      this.#recent.keep({ id, rows, clear, batches }, this.#options.now());
    }
    for (const item of group.items) item.resolve(item.accepted);
    if (group.superseded.length > 0) {
      this.totals.superseded += group.superseded.length;
      await this.#options.sink.supersede?.(group.superseded);
    }
  }

  /** Sealing failed (an expired epoch, a full disk under the session record): nothing is acknowledged. */
  #failGroup(error: unknown): void {
    const failure = error instanceof TacetError ? error : new TacetError('INTERNAL', 'sealing failed');
    for (const item of this.#group.items) item.reject(failure);
    this.#group = this.#newGroup();
    this.#openBatches = [];
    this.#open = false;
    this.#session = undefined;
  }
}

function asStoreError(error: unknown): TacetError {
  if (error instanceof TacetError) return error;
  return new TacetError('STORE_UNAVAILABLE', 'the store did not take the segments');
}
