import { type ErrorCode, type Event, type Rows, RowsBuilder, TacetError } from '@tacet/records';
import { Draft } from '../draft.ts';
import type { Limits } from '../limits.ts';
import { Meter } from '../measure.ts';
import { timeOfMillis } from '../time.ts';

export type Signal = 'logs' | 'traces';

export interface DecodedBatch {
  rows: Rows;
  /** Records that were refused one by one; their neighbours are in `rows`. */
  rejected: number;
  /** Why, by code, each with how often. */
  reasons: { code: ErrorCode; count: number }[];
  /** The same for people, without content; set when `rejected` is not 0. */
  message?: string;
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'EVENT_TOO_LARGE',
  'EVENT_TOO_DEEP',
  'EVENT_TOO_MANY_FIELDS',
  'TIME_INVALID',
  'OTLP_INVALID',
]);

/** Rows of one body as they are decoded, with the counts that its limits are about. */
export class Batch {
  readonly limits: Limits;
  readonly now: string;
  readonly draft: Draft;
  readonly meter: Meter;
  readonly #rows: RowsBuilder;
  readonly #refused = new Map<ErrorCode, { count: number; text: string }>();
  #rejected = 0;
  #expanded = 0;

  /**
   * @param now milliseconds since 1970
   * @param rows a builder to use again; nothing of another batch stays in it
   */
  constructor(limits: Limits, now: number, rows = new RowsBuilder()) {
    rows.clear();
    this.#rows = rows;
    this.limits = limits;
    this.now = timeOfMillis(now);
    this.draft = new Draft(limits);
    this.meter = new Meter(limits);
  }

  /** @throws BODY_TOO_LARGE_DECOMPRESSED when the body holds more than one request may */
  add(event: Event, size: number): void {
    this.#rows.add(event);
    this.#count(size);
  }

  /** The same for a row, without its newline. */
  addRow(row: Uint8Array, size: number): void {
    this.#rows.addEncoded(row);
    this.#count(size);
  }

  #count(size: number): void {
    this.#expanded += size;
    this.#checkCounts();
  }

  /** Counts a record that is refused alone. @throws the error itself when it concerns the whole body */
  refuse(error: unknown): void {
    const { code, message } = this.refusal(error);
    const known = this.#refused.get(code);
    if (known) known.count++;
    else this.#refused.set(code, { count: 1, text: message });
    this.#rejected++;
    this.#checkCounts();
  }

  /** The error as one that concerns single records. @throws the error itself when it is not one */
  refusal(error: unknown): TacetError {
    if (error instanceof TacetError && REFUSALS.has(error.code)) return error;
    throw error;
  }

  #checkCounts(): void {
    const { events, expandedBytes } = this.limits;
    if (this.#rows.count + this.#rejected > events || this.#expanded > expandedBytes) {
      throw new TacetError(
        'BODY_TOO_LARGE_DECOMPRESSED',
        `A body may hold ${events} events and ${expandedBytes} bytes of events; send smaller batches`,
      );
    }
  }

  finish(): DecodedBatch {
    const rows = this.#rows.take();
    if (this.#rejected === 0) return { rows, rejected: 0, reasons: [] };
    const refused = [...this.#refused];
    const reasons = refused.map(([code, { count }]) => ({ code, count }));
    const message = refused.map(([code, { count, text }]) => `${code} (${count}): ${text}`).join('; ');
    return { rows, rejected: this.#rejected, reasons, message };
  }
}
