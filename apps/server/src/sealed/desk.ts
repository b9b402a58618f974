import type { GatewaySegment } from '@tacet/gateway';
import { TacetError } from '@tacet/records';
import {
  type Authority,
  compareIds,
  parseHeader,
  type SealedSegment,
  sealingEpoch,
  toHex,
  type VerifiedSession,
  verifyLiveness,
  verifySession,
} from '@tacet/seal';
import type { SentSegment } from '@tacet/search/wire';
import type { ControlStore, LogStore } from '@tacet/store';
import type { StoreSink } from '../sink.ts';
import { CLOCK_SECONDS, checkSent, marksOf } from './check.ts';

/** A writer seals small segments again within ten minutes; later it replaces nothing any more. */
const REPLACE_SECONDS = 1_800;
/** Authority records are read and verified anew after this. */
const REMEMBER_MS = 5_000;
const REMEMBER_SESSIONS = 10_000;

/** What the desk works with. */
export interface DeskParts {
  workspace: string;
  log: Pick<LogStore, 'fetch' | 'placed'>;
  control: Pick<ControlStore, 'findSession' | 'allotPeriod'>;
  sink: StoreSink;
  loadAuthority: () => Promise<Authority>;
  now: () => number;
  /** Told of two segments in one place of a session: ids in hexadecimal. */
  forked: (place: { session: string; period: number; number: number; segments: string[] }) => Promise<void>;
}

/**
 * Takes what writers far away sealed. The server can open none of it; it checks all that can be checked
 * without keys (form, writer, certificates, signatures, clear columns) and stores it as its own.
 */
export class SealedDesk {
  readonly #parts: DeskParts;
  readonly #sessions = new Map<string, VerifiedSession>();
  /** By session, the time of the last statement that is in the trail. */
  readonly #stated = new Map<string, number>();
  #authority: { at: number; loaded: Promise<Authority> } | undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /**
   * Makes a session record durable, with an entry in the trail; the same one again changes nothing.
   * Throws what `verifySession` throws, EPOCH_EXPIRED and EPOCH_ROLLED_BACK for any epoch but the newest,
   * SESSION_INVALID when it does not begin now or another record has its id.
   */
  async openSession(record: Uint8Array): Promise<void> {
    const { workspace, control, sink } = this.#parts;
    const authority = await this.#freshAuthority();
    const verified = await verifySession(record, authority);
    const { session: id, epoch, started } = verified.session;
    const known = await control.findSession(workspace, id);
    if (known && Buffer.compare(known.record, record) !== 0)
      throw new TacetError('SESSION_INVALID', 'another session has this id');
    if (!known) {
      const now = this.#seconds();
      const newest = sealingEpoch(authority, now, { number: 1 }).number;
      if (newest !== epoch) throw new TacetError('EPOCH_ROLLED_BACK', `sessions begin in epoch ${newest}`);
      if (Math.abs(started - now) > CLOCK_SECONDS)
        throw new TacetError('SESSION_INVALID', 'the session does not begin now: compare the clocks');
      await sink.openSession({ id, epoch, record });
    }
    this.#remember(toHex(id), verified);
  }

  /**
   * Stores segments, all in one insert; those that are there already stay as they are. What they replace
   * is removed. `allow` throws when the sender may not write for these services. Throws SEGMENT_*,
   * SESSION_INVALID, EPOCH_INVALID, WRITER_INVALID, CLEAR_MISMATCH and what the stores throw; nothing is
   * stored then.
   */
  async store(
    sent: readonly SentSegment[],
    allow: (services: string[]) => void,
  ): Promise<{ events: number }> {
    const segments: GatewaySegment[] = [];
    const writers: Uint8Array[] = [];
    const services = new Set<string>();
    for (const segment of sent) {
      const { session, sealed } = await this.#verified(segment);
      segments.push({ sealed, batches: marksOf(segment.batches) });
      writers.push(session.session.writer);
      for (const service of sealed.clear.service.texts) services.add(service);
    }
    allow([...services]);
    await this.#parts.sink.commit(segments);
    for (const [at, { sealed }] of segments.entries()) {
      if (sealed.supersedes.length > 0) await this.#replace(sealed, writers[at]!);
    }
    await this.#lookForForks(segments);
    const events = segments.reduce(
      (sum, { sealed }) => sum + (sealed.supersedes.length === 0 ? sealed.count : 0),
      0,
    );
    return { events };
  }

  /** Puts a heartbeat or closing record into the trail. Throws what `verifyLiveness` throws, SESSION_INVALID. */
  async state(record: Uint8Array): Promise<void> {
    const session = await this.#sessionNamed(record);
    const liveness = await verifyLiveness(record, session.session.writer);
    const name = toHex(liveness.session);
    if (compareIds(liveness.record, session.hash) !== 0 || liveness.workspace !== this.#parts.workspace)
      throw new TacetError('SESSION_INVALID', 'the statement is about another session');
    const now = this.#seconds();
    if (liveness.time < session.session.started || liveness.time > now + CLOCK_SECONDS)
      throw new TacetError('SESSION_INVALID', 'the statement is not of this time: compare the clocks');
    // One that is sent again is in the trail already.
    if (liveness.kind === 'heartbeat' && liveness.time <= (this.#stated.get(name) ?? 0)) return;
    await this.#parts.sink.statement(record);
    if (this.#stated.size >= REMEMBER_SESSIONS) this.#stated.clear();
    this.#stated.set(name, liveness.time);
  }

  /** The session that a statement names, before anything of the statement is believed. */
  #sessionNamed(record: Uint8Array): Promise<VerifiedSession> {
    const start = 7 + 4 + Buffer.byteLength(this.#parts.workspace);
    if (record.length < start + 16) throw new TacetError('RECORD_MALFORMED', 'a statement is longer');
    return this.#session(record.slice(start, start + 16));
  }

  async #verified(sent: SentSegment): Promise<{ session: VerifiedSession; sealed: SealedSegment }> {
    const session = await this.#session(parseHeader(sent.header).session);
    const sealed = await checkSent(sent, session, await this.#recentAuthority(), this.#seconds());
    return { session, sealed };
  }

  /**
   * Removes what a stored segment replaces: segments of the same writer, sealed shortly before, and no
   * more rows than the new one has. A stolen writer can so undo the last half hour of its own, and
   * nothing of others.
   */
  async #replace(by: SealedSegment, writer: Uint8Array): Promise<void> {
    const { workspace, log, sink } = this.#parts;
    const rows = await log.fetch(workspace, by.supersedes);
    const sealedAt = parseHeader(by.header).sealed;
    let count = 0;
    const ids: Uint8Array[] = [];
    for (const row of rows) {
      const header = parseHeader(row.header);
      const session = await this.#session(header.session);
      if (compareIds(session.session.writer, writer) !== 0) continue;
      if (Math.abs(sealedAt - header.sealed) > REPLACE_SECONDS) continue;
      ids.push(row.id);
      count += row.count;
    }
    if (ids.length > 0 && count <= by.count) await sink.supersede(ids);
  }

  async #lookForForks(segments: readonly GatewaySegment[]): Promise<void> {
    const { workspace, control, log, forked } = this.#parts;
    const byPlace = new Map<string, SealedSegment>();
    for (const { sealed } of segments) {
      const periodNo = await control.allotPeriod(sealed.session, sealed.period, this.#seconds());
      byPlace.set(`${periodNo}/${sealed.number}`, sealed);
    }
    const places = [...byPlace.keys()].map((key) => {
      const [periodNo, number] = key.split('/').map(Number) as [number, number];
      return { periodNo, number };
    });
    const found = Map.groupBy(await log.placed(workspace, places), (one) => `${one.periodNo}/${one.number}`);
    for (const [key, { session, period, number }] of byPlace) {
      const ids = (found.get(key) ?? []).map(({ id }) => toHex(id)).sort();
      if (ids.length > 1) await forked({ session: toHex(session), period, number, segments: ids });
    }
  }

  async #session(id: Uint8Array): Promise<VerifiedSession> {
    const name = toHex(id);
    const known = this.#sessions.get(name);
    if (known) return known;
    const row = await this.#parts.control.findSession(this.#parts.workspace, id);
    if (!row) throw new TacetError('SESSION_INVALID', 'no such session: open it first');
    const verified = await verifySession(row.record, await this.#recentAuthority());
    this.#remember(name, verified);
    return verified;
  }

  /** The authority has changed: what was verified by the old one is verified again. */
  forget(): void {
    this.#sessions.clear();
    this.#authority = undefined;
  }

  #remember(name: string, session: VerifiedSession): void {
    if (this.#sessions.size >= REMEMBER_SESSIONS) this.#sessions.clear();
    this.#sessions.set(name, session);
  }

  #recentAuthority(): Promise<Authority> {
    const known = this.#authority;
    if (known && this.#parts.now() - known.at < REMEMBER_MS) return known.loaded;
    return this.#freshAuthority();
  }

  #freshAuthority(): Promise<Authority> {
    const loaded = this.#parts.loadAuthority();
    // A failure is not remembered.
    loaded.catch(() => {
      this.#authority = undefined;
    });
    this.#authority = { at: this.#parts.now(), loaded };
    return loaded;
  }

  #seconds(): number {
    return Math.floor(this.#parts.now() / 1000);
  }
}
