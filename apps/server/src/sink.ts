import type { GatewaySegment, Sink } from '@tacet/gateway';
import { codeOf } from '@tacet/records';
import type { SealedSegment, WriterSession } from '@tacet/seal';
import type { ControlStore, LogStore, SegmentRow } from '@tacet/store';
import { type EntryKind, manifestEntries, type Trail } from '@tacet/trail';
import type { Erased } from './erasing/erased.ts';

const DAY = 86_400_000;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What a write to the stores came to. */
export interface SinkListener {
  stored(segments: GatewaySegment[]): void;
  failed(code: string): void;
}

interface Period {
  number: number;
  /** The range already known to the control store, seconds; empty at first. */
  timeMin: number;
  timeMax: number;
}

/**
 * Where this process's gateway puts its segments, in the order that loses nothing: period, share and
 * manifest are durable before the segment, the events are acknowledged after all. A crash in between
 * leaves a share without a segment, which is swept when the server starts and said so in the trail; never
 * a segment without its share or manifest.
 */
export class StoreSink implements Sink {
  readonly #workspace: string;
  readonly #log: LogStore;
  readonly #control: ControlStore;
  readonly #trail: Trail;
  readonly #erased: Erased;
  readonly #now: () => number;
  readonly #listener: SinkListener;
  readonly #periods = new Map<string, Period>();
  /** Ids of segments whose manifest is in the trail and whose insert is tried again. */
  readonly #named = new Set<string>();
  #confirming: Promise<void> = Promise.resolve();

  /** `now` gives milliseconds since 1970. */
  constructor(options: {
    workspace: string;
    log: LogStore;
    control: ControlStore;
    trail: Trail;
    erased: Erased;
    now: () => number;
    listener: SinkListener;
  }) {
    this.#workspace = options.workspace;
    this.#log = options.log;
    this.#control = options.control;
    this.#trail = options.trail;
    this.#erased = options.erased;
    this.#now = options.now;
    this.#listener = options.listener;
  }

  /** Stores the session's record and enters it in the trail. */
  async openSession({ id, epoch, record }: Pick<WriterSession, 'id' | 'epoch' | 'record'>): Promise<void> {
    await this.#control.addSession({ id, workspace: this.#workspace, epoch, record });
    await this.#enter('session', { session: hex(id), epoch, record: Buffer.from(record).toString('base64') });
    this.#periods.clear();
  }

  /**
   * Stores segments and their shares; may be called again with the same ones after a failure. Throws
   * SEGMENT_ERASED for rows of a segment that was erased meanwhile.
   */
  async commit(segments: GatewaySegment[]): Promise<void> {
    const superseded = segments.flatMap(({ sealed }) => sealed.supersedes);
    // One day for all: an insert of one partition is there whole or not at all.
    const day = Math.floor(this.#now() / DAY);
    if (superseded.length === 0) return this.commitOn(day, segments);
    return this.#erased.alone(async () => {
      this.#erased.require(superseded);
      await this.commitOn(day, segments);
    });
  }

  /** The same, as if they were received on `day`: what is sealed again keeps its term. */
  async commitOn(day: number, segments: GatewaySegment[]): Promise<void> {
    try {
      const rows: SegmentRow[] = [];
      for (const segment of segments) rows.push(await this.#rowOf(segment, day));
      await this.#control.addShares(
        rows.map(({ id, periodNo }, at) => ({
          segment: id,
          workspace: this.#workspace,
          periodNo,
          share: segments[at]!.sealed.share,
        })),
      );
      await this.#name(segments);
      await this.#log.insert(rows);
      for (const { id } of rows) this.#named.delete(hex(id));
    } catch (error) {
      this.#listener.failed(codeOf(error) ?? 'INTERNAL');
      throw error;
    }
    this.#listener.stored(segments);
    this.#confirm(segments.map(({ sealed }) => sealed.id));
  }

  /** Enters the manifest of segments in the trail, once: what no manifest names, readers do not accept. */
  async #name(segments: readonly GatewaySegment[]): Promise<void> {
    const fresh = segments.map(({ sealed }) => sealed).filter(({ id }) => !this.#named.has(hex(id)));
    await Promise.all(manifestEntries(this.#workspace, fresh).map((entry) => this.#trail.append(entry)));
    for (const { id } of fresh) this.#named.add(hex(id));
  }

  /**
   * Removes segments whose rows were sealed again; without their shares they are gone at once. What
   * cannot be removed now stays: readers leave out what another segment replaces.
   */
  async supersede(ids: Uint8Array[]): Promise<void> {
    try {
      await this.#control.dropShares(this.#workspace, ids);
      await this.#log.remove(this.#workspace, ids);
    } catch (error) {
      this.#listener.failed(codeOf(error) ?? 'INTERNAL');
    }
  }

  /** Enters a signed heartbeat or closing record in the trail: a missing tail is then noticed. */
  async statement(record: Uint8Array): Promise<void> {
    await this.#enter('statement', { record: Buffer.from(record).toString('base64') });
  }

  /** Waits for what goes on behind acknowledged writes. */
  async close(): Promise<void> {
    await this.#confirming;
  }

  /** Marks shares as belonging to a stored segment. Not waited for: an unmarked one is looked up at start. */
  #confirm(ids: Uint8Array[]): void {
    this.#confirming = this.#confirming.then(() =>
      this.#control.confirmShares(this.#workspace, ids).catch(() => {}),
    );
  }

  async #rowOf({ sealed, batches }: GatewaySegment, receivedDay: number): Promise<SegmentRow> {
    return {
      id: sealed.id,
      workspace: this.#workspace,
      periodNo: await this.#periodOf(sealed),
      number: sealed.number,
      receivedDay,
      count: sealed.count,
      timeMin: sealed.timeMin,
      timeMax: sealed.timeMax,
      header: sealed.header,
      salt: sealed.salt,
      commitment: sealed.commitment,
      signature: sealed.signature,
      ciphertext: sealed.ciphertext,
      filter: sealed.filter,
      clear: sealed.clear,
      batches,
      supersedes: sealed.supersedes,
    };
  }

  /** The dense number of the segment's period, whose known time range then covers the segment. */
  async #periodOf({ session, period, timeMin, timeMax }: SealedSegment): Promise<number> {
    const key = `${hex(session)}/${period}`;
    let known = this.#periods.get(key);
    if (!known) {
      const number = await this.#control.allotPeriod(session, period, Math.floor(this.#now() / 1000));
      known = { number, timeMin: Number.POSITIVE_INFINITY, timeMax: Number.NEGATIVE_INFINITY };
      this.#periods.set(key, known);
    }
    if (timeMin < known.timeMin || timeMax > known.timeMax) {
      await this.#control.widenPeriod(this.#workspace, known.number, timeMin, timeMax);
      known.timeMin = Math.min(known.timeMin, timeMin);
      known.timeMax = Math.max(known.timeMax, timeMax);
    }
    return known.number;
  }

  async #enter(kind: EntryKind, facts: { [name: string]: string | number }): Promise<void> {
    await this.#trail.append({ kind, workspace: this.#workspace, actor: 'server', facts });
  }
}

/**
 * Shares whose segment may never have been stored: confirms those whose segment is there and drops
 * the others, of which `dropped` is told first. Only what is at least `olderThan` seconds old: another
 * writer may be in between.
 */
export async function sweepShares(
  log: LogStore,
  control: ControlStore,
  olderThan: number,
  dropped: (workspace: string, ids: Uint8Array[]) => Promise<void>,
): Promise<void> {
  for (;;) {
    const orphans = await control.orphanShares(olderThan);
    if (orphans.length === 0) return;
    const present = new Set((await log.contains(orphans.map(({ segment }) => segment))).map(hex));
    for (const workspace of new Set(orphans.map((orphan) => orphan.workspace))) {
      const ids = orphans.filter((orphan) => orphan.workspace === workspace).map(({ segment }) => segment);
      await control.confirmShares(
        workspace,
        ids.filter((id) => present.has(hex(id))),
      );
      const absent = ids.filter((id) => !present.has(hex(id)));
      if (absent.length > 0) await dropped(workspace, absent);
      await control.dropShares(workspace, absent);
    }
  }
}
