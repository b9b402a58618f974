import { type ErrorCode, TacetError } from '@tacet/records';
import { type ReaderSession, toHex, trapdoor, writerMay } from '@tacet/seal';
import type { PeriodKeys } from '@tacet/store';
import type { Token } from '../query/condition.ts';
import { REQUEST_LIMITS } from '../wire/messages.ts';
import type { SearchGround } from './port.ts';
import type { ReaderKeys } from './reader-keys.ts';

/** Something that keeps rows from being shown. */
export interface SearchProblem {
  code: ErrorCode;
  /** For people; no content. */
  message: string;
  /** Id of the segment that is not shown (for SESSION_FORKED: shown, but doubtful), hexadecimal. */
  segment?: string;
  /** Id of the session of which nothing can be shown, hexadecimal. */
  session?: string;
}

export interface Period {
  session: string;
  period: number;
}

/** Bytes of keys sent with one page of a match at most. */
const MAX_KEY_BYTES = 4 * 1024 * 1024;

/** The sessions and periods of one search, opened as they are needed. */
export class Ground {
  readonly #ground: SearchGround;
  readonly #keys: ReaderKeys;
  readonly #report: (problem: SearchProblem) => void;
  readonly #periods: Map<number, Period>;
  readonly #unreadable = new Set<string>();

  constructor(ground: SearchGround, keys: ReaderKeys, report: (problem: SearchProblem) => void) {
    this.#ground = ground;
    this.#keys = keys;
    this.#report = report;
    this.#periods = new Map(
      ground.periods.map(({ periodNo, session, period }) => [periodNo, { session, period }]),
    );
  }

  period(periodNo: number): Period | undefined {
    return this.#periods.get(periodNo);
  }

  /** A session, or undefined when this reader cannot open it, which is reported once. */
  async session(id: string): Promise<ReaderSession | undefined> {
    if (this.#unreadable.has(id)) return undefined;
    try {
      const record = this.#ground.sessions.get(id);
      if (!record) throw new TacetError('RESULT_INCOMPLETE', 'the server gave no record of this session');
      return await this.#keys.session(id, record);
    } catch (error) {
      if (!(error instanceof TacetError)) throw error;
      // Several callers may wait for the same session. What was shredded is gone on purpose, for everybody.
      if (!this.#unreadable.has(id) && error.code !== 'EPOCH_SHREDDED')
        this.#report({ code: error.code, message: error.message, session: id });
      this.#unreadable.add(id);
      return undefined;
    }
  }

  /** The key of the writer of a session, hexadecimal; '' when it cannot be opened. */
  async writer(id: string): Promise<string> {
    const session = await this.session(id);
    return session ? toHex(session.session.writer) : '';
  }

  /** Whether the writer of a session may erase at that second. */
  async erases(id: string, seconds: number): Promise<boolean> {
    const session = await this.session(id);
    return session !== undefined && writerMay(this.#keys.authority, session.session.writer, seconds, 'erase');
  }

  /**
   * Trapdoors of the tokens for all periods, in spans that fit one request each. Without tokens there
   * is one span with no keys: the formula then says nothing about periods.
   */
  async spans(tokens: readonly Token[]): Promise<PeriodKeys[]> {
    if (tokens.length === 0) return [{ first: 0, tokens: [] }];
    const most = Math.min(REQUEST_LIMITS.periods, Math.floor(MAX_KEY_BYTES / 16 / tokens.length));
    const spans: PeriodKeys[] = [];
    let numbers: number[] = [];
    for (const periodNo of [...this.#periods.keys()].sort((a, b) => a - b)) {
      if (numbers.length > 0 && periodNo - numbers[0]! >= most) {
        spans.push(await this.#span(numbers, tokens));
        numbers = [];
      }
      numbers.push(periodNo);
    }
    if (numbers.length > 0) spans.push(await this.#span(numbers, tokens));
    return spans;
  }

  async #span(numbers: readonly number[], tokens: readonly Token[]): Promise<PeriodKeys> {
    const first = numbers[0]!;
    const length = (numbers.at(-1)! - first + 1) * 16;
    const keys = tokens.map(() => new Uint8Array(length));
    for (const periodNo of numbers) {
      const { session, period } = this.#periods.get(periodNo)!;
      const opened = await this.session(session);
      if (!opened) continue;
      const indexKey = opened.indexKey(period);
      tokens.forEach(({ field, token }, i) => {
        keys[i]!.set(trapdoor(indexKey, field, token), (periodNo - first) * 16);
      });
      indexKey.fill(0);
    }
    return { first, tokens: keys };
  }
}
