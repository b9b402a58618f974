import { codeOf, TacetError } from '@tacet/records';
import {
  decodeSession,
  equalBytes,
  type Liveness,
  type SessionRecord,
  toHex,
  verifyLiveness,
} from '@tacet/seal';
import type { LoggedEntry } from '../proof/entry.ts';
import { manifestOf, SHREDDED, segmentIdsOf } from '../proof/manifest.ts';
import { fromBase64 } from '../proof/text.ts';
import type { TrailProblem } from './compare.ts';

/** What a writer's session left in the trail. */
interface Session {
  record: SessionRecord | undefined;
  hash: Uint8Array | undefined;
  segments: Set<string>;
  rows: number;
  statements: { record: string; entry: number }[];
}

/** Segments that the trail names, counted. */
export interface SegmentCounts {
  named: number;
  superseded: number;
  removed: number;
}

/** What the ledger makes of a whole trail. */
export interface LedgerReport {
  sessions: number;
  segments: SegmentCounts;
  problems: TrailProblem[];
  /** What a crash explains, and a server that hides something could too. */
  notes: string[];
}

/** A writer says something each minute; three times as long is silence. Seconds. */
const SILENCE = 180;

/** Keeps account of sessions and segments: what writers signed against what the server says it stored. */
export class SegmentLedger {
  readonly #sessions = new Map<string, Session>();
  readonly #superseded = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #shredded = new Set<unknown>();
  #last = 0;

  /** Takes every entry, in order. */
  see(index: number, entry: LoggedEntry): void {
    this.#last = Date.parse(entry.time) / 1000;
    const { session, record } = entry.facts;
    if (entry.kind === 'session' && typeof session === 'string') this.#begin(session, record);
    else if (entry.kind === 'statement' && typeof record === 'string') this.#state(index, record);
    else if (entry.kind === 'segments') this.#store(entry);
    else if (entry.kind === 'superseded') for (const id of segmentIdsOf(entry)) this.#superseded.add(id);
    else if (entry.kind === 'removed') {
      for (const id of segmentIdsOf(entry)) this.#removed.add(id);
      if (entry.facts.reason === SHREDDED) this.#shredded.add(entry.facts.epoch);
    }
  }

  /** Ids, hexadecimal, of segments that are named and neither replaced, removed nor shredded: they must be there. */
  *current(): Generator<string, void, undefined> {
    for (const { segments, record } of this.#sessions.values()) {
      if (record && this.#shredded.has(record.epoch)) continue;
      for (const id of segments) if (!this.#superseded.has(id) && !this.#removed.has(id)) yield id;
    }
  }

  async report(): Promise<LedgerReport> {
    const problems: TrailProblem[] = [];
    const notes: string[] = [];
    let named = 0;
    for (const [id, session] of this.#sessions) {
      named += session.segments.size;
      await this.#judge(id, session, problems, notes);
    }
    const segments = { named, superseded: this.#superseded.size, removed: this.#removed.size };
    return { sessions: this.#sessions.size, segments, problems, notes };
  }

  #session(id: string): Session {
    let session = this.#sessions.get(id);
    if (!session) {
      session = { record: undefined, hash: undefined, segments: new Set(), rows: 0, statements: [] };
      this.#sessions.set(id, session);
    }
    return session;
  }

  #begin(id: string, record: unknown): void {
    const session = this.#session(id);
    const bytes = typeof record === 'string' ? fromBase64(record) : undefined;
    if (!bytes) return;
    try {
      const decoded = decodeSession(bytes);
      if (toHex(decoded.session.session) === id)
        Object.assign(session, { record: decoded.session, hash: decoded.hash });
    } catch {
      // Without a record no statement of it can be verified, which is then reported.
    }
  }

  #state(entry: number, record: string): void {
    const bytes = fromBase64(record);
    // Intro of 7 bytes, then the workspace after its length, then the session.
    const start = bytes && bytes.length > 11 ? 11 + new DataView(bytes.buffer, 7).getUint32(0) : 0;
    const id = bytes && start > 0 ? toHex(bytes.slice(start, start + 16)) : '';
    this.#session(id).statements.push({ record, entry });
  }

  #store(entry: LoggedEntry): void {
    const { session, segments } = manifestOf(entry);
    if (session === '') return;
    const known = this.#session(session);
    for (const { id, rows } of segments) {
      // One that was sent again is named again.
      if (!known.segments.has(id)) known.rows += rows;
      known.segments.add(id);
    }
  }

  async #judge(id: string, session: Session, problems: TrailProblem[], notes: string[]): Promise<void> {
    const { record, hash } = session;
    if (!record || !hash) {
      problems.push({ code: 'SESSION_INVALID', message: `the trail lacks the record of session ${id}` });
      return;
    }
    let heard = record.started;
    let closing: Liveness | undefined;
    let latest: Liveness | undefined;
    for (const { record: statement, entry } of session.statements) {
      let said: Liveness;
      try {
        said = await verifyLiveness(fromBase64(statement)!, record.writer);
        if (!equalBytes(said.record, hash)) throw new TacetError('SESSION_INVALID', 'another session');
      } catch (error) {
        const code = codeOf(error) ?? 'SESSION_INVALID';
        const message = `entry ${entry} is not what the writer of session ${id} signed`;
        problems.push({ code, message, entry });
        continue;
      }
      if (said.time - heard > SILENCE) notes.push(silence(id, heard, said.time));
      heard = Math.max(heard, said.time);
      if (said.kind === 'closing') closing = said;
      if (!latest || said.segments >= latest.segments) latest = said;
    }
    const stored = session.segments.size;
    const missing = (latest?.segments ?? 0) - stored;
    if (closing) {
      if (closing.segments > stored)
        problems.push({
          code: 'SEGMENTS_MISSING',
          message: `the writer of session ${id} closed it with ${closing.segments} segments, the trail names ${stored}`,
        });
      return;
    }
    if (this.#last - heard <= SILENCE) return;
    notes.push(
      `session ${id} has no closing record; its writer was last heard at ${moment(heard)}${
        missing > 0 ? `, with ${missing} more segments than the trail names` : ''
      }`,
    );
  }
}

const moment = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

const silence = (id: string, from: number, to: number) =>
  `the writer of session ${id} was not heard from ${moment(from)} to ${moment(to)}`;
