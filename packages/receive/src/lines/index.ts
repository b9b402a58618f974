import type { Event, Json, RowsBuilder } from '@tacet/records';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { ShapedLines } from '../shapes/shaped-lines.ts';
import { LineReader } from './line.ts';

/** What a line does not say itself. */
export interface LineContext {
  /** Time of receipt in milliseconds since 1970, for lines that have no time. Default: now. */
  now?: number;
  limits?: Limits;
}

let reader = new LineReader(DEFAULT_LIMITS);
let readerLimits: Limits = DEFAULT_LIMITS;

function readerFor(limits: Limits): LineReader {
  if (limits !== readerLimits) {
    reader = new LineReader(limits);
    readerLimits = limits;
  }
  return reader;
}

/**
 * The canonical event of one parsed JSON line of any shape. Numbers that `JSON.parse` rounded are
 * lost already; `eventFromLine` keeps them.
 *
 * @throws EVENT_TOO_DEEP, EVENT_TOO_LARGE, EVENT_TOO_MANY_FIELDS, TIME_INVALID
 */
export function eventFromJson(value: unknown, context: LineContext = {}): Event {
  return readerFor(context.limits ?? DEFAULT_LIMITS).event(value as Json, context.now ?? Date.now());
}

/**
 * The canonical event of one line of JSON text. Whole numbers beyond 2^53 are kept as strings, and
 * later values of a repeated name under `tacet.duplicates`.
 *
 * @throws JSON_INVALID, EVENT_TOO_DEEP, EVENT_TOO_LARGE, EVENT_TOO_MANY_FIELDS, TIME_INVALID
 */
export function eventFromLine(text: string, context: LineContext = {}): Event {
  return readerFor(context.limits ?? DEFAULT_LIMITS).parse(text, context.now ?? Date.now());
}

/**
 * Reads JSON lines into rows, one after another: those of a shape that came before without making objects of
 * them. Holds 8 MiB; one serves any number of sources, in turn.
 */
export class JsonLines {
  readonly #reader: LineReader;
  readonly #shaped: ShapedLines;

  constructor(limits: Limits = DEFAULT_LIMITS) {
    this.#reader = new LineReader(limits);
    this.#shaped = new ShapedLines(this.#reader, limits);
  }

  /**
   * Adds the event of one line to `rows`.
   *
   * @param now milliseconds since 1970, for lines that have no time
   * @throws what `eventFromLine` throws; nothing is added then
   */
  read(line: Buffer, now: number, rows: RowsBuilder): void {
    const row = this.#shaped.row(line, now);
    if (row) rows.addEncoded(row);
    else rows.add(this.#reader.parse(line.toString('utf8'), now));
  }
}
