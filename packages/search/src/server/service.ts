import type { Principal } from '@tacet/access';
import { codeOf, TacetError } from '@tacet/records';
import { AUTHORITY_LISTS, emptyRecords, encodeClear, toHex } from '@tacet/seal';
import type { ControlStore, Formula, LogStore, MatchHit, SegmentRow } from '@tacet/store';
import { type AuthorityMessage, authorityMessage } from '../wire/authority.ts';
import { type HitsMessage, type PlanMessage, REQUEST_LIMITS } from '../wire/messages.ts';
import { encodeEnd, encodeFailure, encodeSegment, encodeStart, type WireSegment } from '../wire/segments.ts';
import { toBase64 } from '../wire/text.ts';
import type { ReadingEntry, ReadingPort, SearchAction, SearchPolicy, TrailPort } from './ports.ts';
import { checkMatch, checkPlan, checkRelease } from './request.ts';

/** Segments fetched at once while a release is sent; as many again are fetched while these go out. */
const RELEASE_CHUNK = 8;

/** What the service is put together from. */
export interface SearchParts {
  logs: Pick<LogStore, 'match' | 'fetch' | 'stats'>;
  control: Pick<ControlStore, 'records' | 'sessions' | 'periods' | 'shares' | 'sharesPresent'>;
  trail: TrailPort;
  policy: SearchPolicy;
  readings: ReadingPort;
}

/**
 * The server's side of a search: says what there is, matches blindly, releases ciphertext with its
 * shares once the release is on record. It sees trapdoors and clear tests, never a word of a query.
 *
 * Every method asks the policy first, reads the principal's own workspace and nothing else, and takes
 * the request as foreign JSON. Throws what the policy throws, REQUEST_INVALID, MATCH_INVALID and the
 * stores' errors.
 */
export class SearchService {
  readonly #parts: SearchParts;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  /** The signed records of the workspace. Clients believe none of them before they verified them. */
  async authority(principal: Principal): Promise<AuthorityMessage> {
    const workspace = this.#allow(principal, 'authority');
    const records = emptyRecords();
    for (const list of AUTHORITY_LISTS) records[list] = await this.#parts.control.records(workspace, list);
    return authorityMessage(records);
  }

  /** Sessions and periods with events in a range of time. QUERY_RANGE when they are too many. */
  async plan(principal: Principal, body: unknown): Promise<PlanMessage> {
    const workspace = this.#allow(principal, 'plan');
    const range = checkPlan(body);
    const { control, logs } = this.#parts;
    const ground = async () => {
      const periods = await control.periods(workspace, range);
      if (periods.length > REQUEST_LIMITS.plannedPeriods)
        throw new TacetError('QUERY_RANGE', 'there is too much in this range of time: search a shorter one');
      // Behind the periods, so that the session of each is among them.
      return { periods, found: await control.sessions(workspace, range) };
    };
    const [{ periods, found }, { segments, events }] = await Promise.all([ground(), logs.stats(workspace)]);
    const named = periods.map(({ periodNo, session, period }) => ({
      periodNo,
      session: toHex(session),
      period,
    }));
    const used = new Set(named.map(({ session }) => session));
    const sessions = found
      .map(({ id, record }) => ({ id: toHex(id), record: toBase64(record) }))
      .filter(({ id }) => used.has(id));
    return { sessions, periods: named, segments, events };
  }

  /**
   * Candidates, newest first. What has no share can be read by nobody, and is left out. A match is a
   * search even when nothing is released after it: it is on record before it is answered.
   */
  async match(principal: Principal, body: unknown): Promise<HitsMessage> {
    const workspace = this.#allow(principal, 'match');
    const purpose = purposeOf(principal);
    const { search, query, ...order } = checkMatch(body);
    const { from, to, keys } = order;
    const [hits] = await Promise.all([
      this.#parts.logs.match({ ...order, formula: within(order.formula, principal.services), workspace }),
      this.#record({
        kind: 'search',
        workspace,
        actor: principal.id,
        facts: {
          ...(search !== undefined && { search }),
          ...(query !== undefined && { query }),
          tokens: keys.tokens.length,
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
        },
        texts: { purpose },
      }),
    ]);
    const last = hits.length < order.limit ? undefined : hits.at(-1);
    const present = await this.#parts.control.sharesPresent(
      workspace,
      hits.map(({ id }) => id),
    );
    return {
      hits: hits.map(hitMessage).filter(({ id }) => present.has(id)),
      ...(last && { next: { timeMax: last.timeMax, periodNo: last.periodNo, number: last.number } }),
    };
  }

  /**
   * Puts the release on record and then gives the stream of segments with their shares (see
   * wire/segments.ts). Nothing secret is read before the trail has the entry: TRAIL_UNAVAILABLE
   * releases nothing. Segments that are gone are left out.
   */
  async release(principal: Principal, body: unknown): Promise<AsyncIterable<Uint8Array>> {
    const workspace = this.#allow(principal, 'release');
    const purpose = purposeOf(principal);
    const { ids, search, query } = checkRelease(body);
    const present = await this.#parts.control.sharesPresent(workspace, ids);
    const segments = ids.filter((id) => present.has(toHex(id)));
    if (segments.length > 0) {
      await this.#parts.readings.admit(principal, segments);
      await this.#record({
        kind: 'release',
        workspace,
        actor: principal.id,
        facts: { search, ...(query !== undefined && { query }), segments: segments.map(toHex) },
        texts: { purpose },
      });
    }
    return this.#stream(workspace, segments);
  }

  #allow(principal: Principal, action: SearchAction): string {
    this.#parts.policy.authorize(principal, action, { workspace: principal.workspace });
    return principal.workspace;
  }

  async #record(entry: ReadingEntry): Promise<void> {
    try {
      await this.#parts.trail.append(entry);
    } catch (error) {
      if (codeOf(error)?.startsWith('TRAIL_')) throw error;
      throw new TacetError('TRAIL_UNAVAILABLE', 'the reading cannot be recorded, so nothing is given out', {
        cause: error,
      });
    }
  }

  async *#stream(workspace: string, ids: Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
    yield encodeStart();
    let sent = 0;
    const chunkAt = (at: number) => ids.slice(at, at + RELEASE_CHUNK);
    const fetchAt = (at: number) => {
      const rows = this.#parts.logs.fetch(workspace, chunkAt(at));
      // Whoever reads the stream may stop before these are awaited.
      rows.catch(() => undefined);
      return rows;
    };
    try {
      let next = fetchAt(0);
      for (let at = 0; at < ids.length; at += RELEASE_CHUNK) {
        const chunk = chunkAt(at);
        const rows = await next;
        if (at + RELEASE_CHUNK < ids.length) next = fetchAt(at + RELEASE_CHUNK);
        // Read last: an erasure that is complete by now is honoured.
        const shares = await this.#parts.control.shares(workspace, chunk);
        for (const row of rows) {
          const share = shares.get(toHex(row.id));
          if (!share) continue;
          yield encodeSegment(wireSegment(row, share));
          sent++;
        }
      }
    } catch (error) {
      // The status is long sent; the client learns from the last frame that this is not the whole.
      yield encodeFailure(codeOf(error) ?? 'INTERNAL');
      return;
    }
    yield encodeEnd(sent);
  }
}

/** The formula, for somebody who is limited to services: segments with none of them are no candidates. */
function within(formula: Formula, services: readonly string[] | undefined): Formula {
  if (!services) return formula;
  const tests = services.map((value): Formula => ({ clear: { column: 'service', op: '=', value } }));
  return { and: [{ or: tests }, formula] };
}

function purposeOf({ purpose }: Principal): string {
  if (!purpose) throw new TacetError('PURPOSE_MISSING', 'a reading needs a purpose');
  return purpose;
}

function hitMessage(hit: MatchHit): HitsMessage['hits'][number] {
  const { id, periodNo, number, timeMin, timeMax, count, bytes } = hit;
  return { id: toHex(id), periodNo, number, timeMin, timeMax, count, bytes };
}

function wireSegment(row: SegmentRow, share: Uint8Array): WireSegment {
  const { id, header, salt, commitment, signature, ciphertext, filter } = row;
  return { id, header, salt, commitment, signature, ciphertext, filter, clear: clearBytes(row), share };
}

/** Columns that somebody spoiled go out empty: the reader finds out, and about this segment only. */
function clearBytes({ clear }: SegmentRow): Uint8Array {
  try {
    return encodeClear(clear);
  } catch {
    return new Uint8Array();
  }
}
