import { TacetError } from '@tacet/records';
import { ForkWatch, type OpenedSegment, type SegmentHeader, toHex } from '@tacet/seal';
import type { Query } from '../query/ast.ts';
import { compileQuery, type Predicate } from '../query/evaluate.ts';
import { neededInRow } from '../query/needed.ts';
import { planQuery } from '../query/plan.ts';
import { printQuery } from '../query/print.ts';
import { type Candidate, Candidates } from './candidates.ts';
import { commitQuery, randomHex } from './commitment.ts';
import { Ground, type SearchProblem } from './ground.ts';
import { HeldRows, type SearchResult, secondOf } from './held.ts';
import { provenHashes, requireManifest } from './manifests.ts';
import type { SearchOptions, SearchRun, SearchSummary } from './options.ts';
import type { Call, SearchGround } from './port.ts';
import { ReaderKeys } from './reader-keys.ts';
import { openReleased } from './release.ts';
import { ANYBODY, Superseded } from './superseded.ts';

/** Segments of the first release and of the largest: who reads one page should open few. */
const FIRST_BATCH = 2;
const LARGEST_BATCH = 32;
/** Bytes of ciphertext in one release, unless a single segment has more. */
const BATCH_BYTES = 16 * 1024 * 1024;

const decoder = new TextDecoder();

/** What is kept of an opened segment. */
interface Taken {
  header: SegmentHeader;
  id: Uint8Array;
  rows: SearchResult[];
}

/** One search from plan to summary; see `search`. */
export class Run implements SearchRun {
  readonly summary: SearchSummary;
  readonly #options: SearchOptions;
  readonly #query: Query;
  readonly #limit: number;
  readonly #call: Call;
  readonly #matches: Predicate;
  readonly #needed: readonly RegExp[];
  readonly #held = new HeldRows();
  readonly #forks = new ForkWatch();
  readonly #superseded = new Superseded();
  #started = false;

  constructor(options: SearchOptions, query: Query, limit: number) {
    const { query: text } = options;
    this.#options = options;
    this.#query = query;
    this.#limit = limit;
    this.#call = { purpose: options.purpose, signal: options.signal };
    this.#matches = compileQuery(query);
    this.#needed = neededInRow(query);
    this.summary = {
      search: randomHex(16),
      query: commitQuery(typeof text === 'string' ? text : printQuery(text)),
      scans: false,
      segments: 0,
      events: 0,
      candidates: 0,
      released: 0,
      opened: 0,
      bytes: 0,
      shown: 0,
      complete: false,
      limited: false,
      problems: [],
    };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SearchResult, void, undefined> {
    if (this.#started) throw new TacetError('INTERNAL', 'a search is iterated once');
    this.#started = true;
    const keys = this.#options.keys ?? new ReaderKeys(this.#options.identity);
    try {
      yield* this.#results(keys);
    } finally {
      if (!this.#options.keys) keys.close();
    }
  }

  async *#results(keys: ReaderKeys): AsyncGenerator<SearchResult, void, undefined> {
    const { server, from, to } = this.#options;
    const { formula, tokens, scans } = planQuery(this.#query);
    // In this order: certificates of every session that is named have been made by then.
    const found = await server.plan({ from, to }, this.#call);
    await keys.use(await server.authority(this.#call));
    this.#progress({ scans, segments: found.segments, events: found.events });
    await this.#learn(found, keys);
    const ground = new Ground(found, keys, (problem) => this.#report(problem));
    const spans = await ground.spans(tokens);
    const { search, query } = this.summary;
    const order = { formula, from, to, search, query: query.commitment };
    const candidates = new Candidates(server, this.#call, order, spans);

    for (let size = FIRST_BATCH; ; size = Math.min(size * 2, LARGEST_BATCH)) {
      this.#options.signal?.throwIfAborted();
      const next = await candidates.peek();
      this.#progress({ candidates: candidates.taken, ...(next && { reached: next.timeMax }) });
      yield* this.#ready(next?.timeMax ?? Number.NEGATIVE_INFINITY);
      if (!next || this.summary.limited) break;
      const batch = await this.#batch(candidates, ground, size);
      if (batch.length > 0) await this.#open(batch, ground);
    }
    this.#progress({ complete: this.summary.problems.length === 0 });
    await this.#leaveKeyrings(keys);
  }

  /** Keyrings spare work and decide nothing: without them every session is opened by itself. */
  async #learn(found: SearchGround, keys: ReaderKeys): Promise<void> {
    for (const epoch of keys.epochsToLearn(found.sessions))
      await keys.learn(await this.#options.server.keyrings(epoch, keys.reader, this.#call).catch(() => []));
    this.#options.signal?.throwIfAborted();
  }

  async #leaveKeyrings(keys: ReaderKeys): Promise<void> {
    try {
      for (const record of await keys.keyrings(Date.now()))
        await this.#options.server.keepKeyring(record, this.#call);
    } catch (error) {
      if (!(error instanceof TacetError)) throw error;
    }
  }

  /** Gives out the rows that nothing unopened can come before. */
  *#ready(frontier: number): Generator<SearchResult, void, undefined> {
    for (const row of this.#held.release(frontier)) {
      this.summary.shown++;
      yield row;
      if (this.summary.shown < this.#limit) continue;
      this.summary.limited = true;
      return;
    }
  }

  /** The next candidates to release: few, and none that could only hold rows past the limit. */
  async #batch(candidates: Candidates, ground: Ground, size: number): Promise<Candidate[]> {
    const batch: Candidate[] = [];
    const wanted = this.#limit - this.summary.shown;
    const oldest = this.#held.secondAt(wanted - 1) ?? Number.NEGATIVE_INFINITY;
    let bytes = 0;
    for (let next = await candidates.peek(); next; next = await candidates.peek()) {
      const full = batch.length >= size || (bytes > 0 && bytes + next.bytes > BATCH_BYTES);
      if (full || next.timeMax < oldest) break;
      await candidates.take();
      if (!(await this.#readable(next, ground))) continue;
      batch.push(next);
      bytes += next.bytes;
    }
    return batch;
  }

  /** Whether to have a candidate released: not what is replaced, nor what could not be opened anyway. */
  async #readable(candidate: Candidate, ground: Ground): Promise<boolean> {
    const place = ground.period(candidate.periodNo);
    // A period that began after the plan was made: the next search has it.
    if (!place) return false;
    const writer = await ground.writer(place.session);
    return writer !== '' && !this.#superseded.has(candidate.name, writer);
  }

  async #open(batch: Candidate[], ground: Ground): Promise<void> {
    const ids = batch.map(({ name }) => name);
    const order = { ids, search: this.summary.search, query: this.summary.query.commitment };
    const { server, trailKey } = this.#options;
    const hashes = trailKey && (await provenHashes(server, ids, trailKey, this.#call));
    const outcomes = await openReleased(server.release(order, this.#call), batch, ground, {
      require: (segment) => hashes && requireManifest(toHex(segment.id), segment, hashes),
      take: (opened) => this.#take(opened),
    });
    this.summary.released += batch.length;
    this.summary.bytes += batch.reduce((sum, { bytes }) => sum + bytes, 0);
    // In the order of the candidates: what replaces others stands before them.
    for (const [{ name }, outcome] of outcomes) {
      if ('failed' in outcome) {
        const { code, message } = outcome.failed;
        this.#report({ code, message, segment: name });
      } else await this.#use(name, outcome.taken, ground);
    }
  }

  /** The matching rows of a verified segment, within the range of time. */
  #take({ header, id, events, rows: texts }: OpenedSegment): Taken {
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = this.#options;
    const segment = toHex(id);
    const rows: SearchResult[] = [];
    const lines = this.#needed.length > 0 ? decoder.decode(texts).split('\n') : [];
    for (const [row, event] of events.entries()) {
      if (!this.#needed.every((part) => part.test(lines[row]!))) continue;
      const second = secondOf(BigInt(event.time));
      if (second >= from && second <= to && this.#matches(event)) rows.push({ event, segment, row });
    }
    return { header, id, rows };
  }

  async #use(name: string, { header, id, rows }: Taken, ground: Ground): Promise<void> {
    this.summary.opened++;
    const { session, period, number } = header;
    const forked = this.#forks.see({ session, period, number, id });
    if (forked) this.#report({ code: forked.code, message: forked.message, segment: name });
    const writer = await ground.writer(toHex(session));
    if (this.#superseded.has(name, writer)) return;
    const erases = header.supersedes.length > 0 && (await ground.erases(toHex(session), header.sealed));
    this.#superseded.add(header.supersedes, erases ? ANYBODY : writer);
    this.#held.drop((segment, by) => this.#superseded.has(segment, by));
    this.#held.add(rows, writer, this.#limit - this.summary.shown);
  }

  #report(problem: SearchProblem): void {
    this.summary.problems.push(problem);
    this.#options.onProblem?.(problem);
  }

  #progress(change: Partial<SearchSummary>): void {
    Object.assign(this.summary, change);
    this.#options.onProgress?.(this.summary);
  }
}
