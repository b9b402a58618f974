import {
  BUILT_IN_POLICY,
  decodeRows,
  dropAttributes,
  type Event,
  encodeRows,
  type Rows,
  release,
  TacetError,
} from '@tacet/records';
import { type Accepted, type Group, type Item, newGroup } from './group.ts';
import { type SealerOptions, SegmentSealer } from './sealer.ts';

/** The built-in clear policy, the clock, random numbers and ten minutes of recent rows unless told. */
export interface GatewayOptions
  extends Omit<SealerOptions, 'now' | 'clear' | 'random' | 'recentMs'>,
    Partial<Pick<SealerOptions, 'now' | 'clear' | 'random' | 'recentMs'>> {
  /** How long the first row of a group may wait for company, in milliseconds. */
  lingerMs?: number;
  /** Events waiting above this many bytes of source are refused as BUSY. */
  maxQueuedBytes?: number;
}

const NO_ROWS: Rows = { bytes: new Uint8Array(0), ends: [] };
const GROUP_SEGMENTS = 32;
/** While rows keep coming, an insert waits for more of them: small ones cost the engine as much as large ones. */
const BULK_LINGER_MS = 1_000;
/** The same while rows are here already that are not sealed yet. */
const BACKLOG_LINGER_MS = 2_000;
/** When nothing came for so long, whoever sends waits for an answer. */
const QUIET_MS = 25;
const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 5_000;

/**
 * receive → detect → seal: takes canonical events, cuts secrets out, builds and seals segments one
 * after another, and commits them in groups. Plain text lives here, in memory, and nowhere else.
 */
export class Gateway {
  readonly #options: Required<GatewayOptions>;
  readonly #sealer: SegmentSealer;
  #queue: Item[] = [];
  #queuedBytes = 0;
  /** When rows came last, or were last worked on, on the monotonic clock. */
  #busyAt = 0;
  #group: Group = newGroup();
  #committing: Promise<void> | undefined;
  #failing: TacetError | undefined;
  #wake: (() => void) | undefined;
  #flushing: (() => void)[] = [];
  #closing = false;
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
    this.#sealer = new SegmentSealer(this.#options);
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
   * With `handedOver` the memory of the rows is the gateway's: it is given back as soon as they are sealed.
   */
  accept(
    events: Rows | readonly Event[],
    options: { batch?: Uint8Array; bytes?: number; handedOver?: boolean } = {},
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
      const ours = rows !== events || options.handedOver === true;
      this.#queue.push({ rows, ours, batch: options.batch, bytes, accepted, resolve, reject });
      this.#queuedBytes += bytes;
      this.#busyAt = performance.now();
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
    this.#sealer.rotate();
  }

  /** Flushes, seals recent small segments together, closes the session. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#pump;
    await this.#sealer.endSession();
    this.#sealer.wipe();
  }

  /** Signs a heartbeat when a session is open; the caller decides when. */
  heartbeat(): Promise<void> {
    return this.#sealer.heartbeat();
  }

  /** The one loop that touches the builder and the session: order is what the chain needs. */
  async #run(): Promise<void> {
    for (;;) {
      const item = this.#queue.shift();
      if (item) {
        if (this.#group.items.length === 0) this.#group.begun = performance.now();
        await this.#take(item);
      } else if (this.#group.items.length === 0) {
        const due = this.#sealer.resealDue(this.#closing);
        if (!this.#committing && (this.#closing || this.#flushing.length > 0 || due)) {
          if (due) {
            await this.#sealer.resealRecent(this.#group);
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
          await this.#sealer.close(this.#group);
          this.#startCommit();
        } catch (error) {
          this.#failGroup(error);
        }
      } else if (this.#queue.length === 0) {
        await this.#sleep(this.#committing ? undefined : this.#untilCommit());
      }
    }
  }

  #mustCommit(): boolean {
    const group = this.#group;
    if (group.items.length === 0) return false;
    if (group.segments.length >= GROUP_SEGMENTS) return true;
    if (this.#committing) return false;
    if (this.#closing || this.#flushing.length > 0) return this.#queue.length === 0;
    return this.#untilCommit() === 0;
  }

  /** How long the group may still wait for company, in milliseconds. */
  #untilCommit(): number {
    const now = performance.now();
    const { begun, segments } = this.#group;
    const linger = begun + this.#options.lingerMs - now;
    // A full segment says that many rows come.
    if (segments.length === 0) return Math.max(0, linger);
    if (this.#queue.length > 0) return Math.max(0, linger, begun + BACKLOG_LINGER_MS - now);
    return Math.max(0, linger, Math.min(begun + BULK_LINGER_MS - now, this.#busyAt + QUIET_MS - now));
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
      await this.#sealer.add(item, this.#group);
    } catch (error) {
      this.#failGroup(error);
    }
    if (item.ours) release(item.rows.bytes);
    item.rows = NO_ROWS;
    this.#busyAt = performance.now();
  }

  #startCommit(): void {
    const group = this.#group;
    this.#group = newGroup();
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
    this.#sealer.keepRecent(group.small);
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
    this.#group = newGroup();
    this.#sealer.abandon();
  }
}

function asStoreError(error: unknown): TacetError {
  if (error instanceof TacetError) return error;
  return new TacetError('STORE_UNAVAILABLE', 'the store did not take the segments');
}
