import type { ClearColumns } from '@tacet/records';
import { eventOf, type Row } from './row.ts';

interface SmallSegment {
  id: Uint8Array;
  rows: Row[];
  clear: ClearColumns;
  batches: Uint8Array[];
  bytes: number;
}

/**
 * The rows of recent small segments, kept so that they can be sealed again into one: a slow day
 * must not become 86,400 padded segments. Bounded in time and bytes; in memory only.
 */
export class Recent {
  readonly #maxAgeMs: number;
  readonly #maxBytes: number;
  #segments: SmallSegment[] = [];
  #bytes = 0;
  #since = 0;

  constructor(maxAgeMs: number, maxBytes: number) {
    this.#maxAgeMs = maxAgeMs;
    this.#maxBytes = maxBytes;
  }

  /**
   * Keeps a committed segment's rows. `rows` is the segment's plain text, in its order; `batches` move
   * along with the rows, or a resend of them would not be known.
   */
  keep(
    segment: { id: Uint8Array; rows: Uint8Array; clear: ClearColumns; batches: Uint8Array[] },
    now: number,
  ): void {
    const { id, rows, clear, batches } = segment;
    if (this.#segments.length === 0) this.#since = now;
    this.#segments.push({ id, rows: split(rows), clear, batches, bytes: rows.length });
    this.#bytes += rows.length;
    // Under constant load there is no idle moment to seal them again: the oldest stay as they are.
    while (this.#bytes > 2 * this.#maxBytes) this.drop(1, this.#since);
  }

  /** Whether it is time to seal again. */
  due(now: number): boolean {
    if (this.#segments.length < 2) {
      if (this.#segments.length === 1 && now - this.#since >= this.#maxAgeMs) this.clear();
      return false;
    }
    return this.#bytes >= this.#maxBytes || now - this.#since >= this.#maxAgeMs;
  }

  get mergeable(): boolean {
    return this.#segments.length > 1;
  }

  /** Oldest first. */
  *segments(): Generator<SmallSegment> {
    yield* this.#segments;
  }

  /** Forgets the first `count` segments: they are superseded. */
  drop(count: number, now: number): void {
    for (const { bytes } of this.#segments.splice(0, count)) this.#bytes -= bytes;
    this.#since = now;
  }

  clear(): void {
    this.#segments = [];
    this.#bytes = 0;
  }
}

/** The rows of a segment's plain text, parsed: their tokens of secrets stand in the event only. */
function split(bytes: Uint8Array): Row[] {
  const rows: Row[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const row: Row = { bytes, start, end: newline < 0 ? bytes.length : newline };
    eventOf(row);
    rows.push(row);
    start = row.end + 1;
  }
  return rows;
}
