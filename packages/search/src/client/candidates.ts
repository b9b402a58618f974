import { TacetError } from '@tacet/records';
import { toHex } from '@tacet/seal';
import type { Cursor, MatchHit, PeriodKeys } from '@tacet/store';
import { REQUEST_LIMITS } from '../wire/messages.ts';
import type { Call, MatchOrder, SearchServer } from './port.ts';

/** A segment that may hold matches. */
export interface Candidate extends MatchHit {
  /** The id in hexadecimal. */
  name: string;
}

/** Negative when `a` comes first: newest first, as the server orders them. */
function order(a: Cursor, b: Cursor): number {
  return b.timeMax - a.timeMax || b.periodNo - a.periodNo || b.number - a.number;
}

/** All candidates of a search, newest first, page after page, over spans of periods matched apart. */
export class Candidates {
  readonly #server: SearchServer;
  readonly #call: Call;
  readonly #streams: AsyncIterator<Candidate>[];
  /** The next of each stream, undefined at its end. */
  #heads: (Candidate | undefined)[] | undefined;
  readonly #seen = new Set<string>();

  constructor(
    server: SearchServer,
    call: Call,
    query: Pick<MatchOrder, 'formula' | 'from' | 'to' | 'search' | 'query'>,
    spans: readonly PeriodKeys[],
  ) {
    this.#server = server;
    this.#call = call;
    this.#streams = spans.map((keys) => this.#pages({ ...query, keys, limit: REQUEST_LIMITS.hits }));
  }

  /** Candidates taken so far. */
  get taken(): number {
    return this.#seen.size;
  }

  /** The next candidate, which stays; undefined at the end. */
  async peek(): Promise<Candidate | undefined> {
    const heads = await this.#filled();
    return heads[this.#first(heads)];
  }

  /** Takes the next candidate. */
  async take(): Promise<Candidate | undefined> {
    const heads = await this.#filled();
    const first = this.#first(heads);
    const candidate = heads[first];
    if (!candidate) return undefined;
    heads[first] = await this.#next(this.#streams[first]!);
    this.#seen.add(candidate.name);
    return candidate;
  }

  async #filled(): Promise<(Candidate | undefined)[]> {
    if (!this.#heads) {
      const heads: (Candidate | undefined)[] = [];
      for (const stream of this.#streams) heads.push(await this.#next(stream));
      this.#heads = heads;
    }
    return this.#heads;
  }

  #first(heads: readonly (Candidate | undefined)[]): number {
    let first = 0;
    for (const [i, head] of heads.entries()) {
      const best = heads[first];
      if (head && (!best || order(head, best) < 0)) first = i;
    }
    return first;
  }

  /** The next that was not taken before. */
  async #next(stream: AsyncIterator<Candidate>): Promise<Candidate | undefined> {
    for (;;) {
      const next = await stream.next();
      if (next.done) return undefined;
      if (!this.#seen.has(next.value.name)) return next.value;
    }
  }

  async *#pages(query: MatchOrder): AsyncGenerator<Candidate, void, undefined> {
    let before: Cursor | undefined;
    let last: MatchHit | undefined;
    do {
      const page = await this.#server.match({ ...query, before }, this.#call);
      for (const hit of page.hits) {
        if (last && order(last, hit) > 0)
          throw new TacetError('RESULT_INCOMPLETE', "the server's candidates are out of order");
        last = hit;
        yield { ...hit, name: toHex(hit.id) };
      }
      if (before && page.next && order(before, page.next) >= 0)
        throw new TacetError('RESULT_INCOMPLETE', "the server's pages go in a circle");
      before = page.next;
    } while (before);
  }
}
