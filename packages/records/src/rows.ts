import { type Event, encodeRow } from './event.ts';

/** Events as they will be sealed: the JSON text of each in UTF-8, a newline behind every one. */
export interface Rows {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where each row ends, behind its newline; the first begins at 0. */
  ends: readonly number[];
}

const utf8 = new TextEncoder();
const text = new TextDecoder();
const FIRST_BYTES = 64 * 1024;
/** A buffer up to this size is used again: a copy of it costs less than new memory. */
const KEPT_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/** Gathers rows; bytes instead of objects, so that what waits is small and costs the collector nothing. */
export class RowsBuilder {
  #bytes = new Uint8Array(FIRST_BYTES);
  #ends: number[] = [];
  #end = 0;

  get count(): number {
    return this.#ends.length;
  }

  add(event: Event): void {
    const json = encodeRow(event);
    this.#reserve(json.length * 3);
    this.#close(utf8.encodeInto(json, this.#bytes.subarray(this.#end)).written);
  }

  /** Adds a row that was encoded before, without its newline. */
  addEncoded(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#close(bytes.length);
  }

  addRows({ bytes, ends }: Rows): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    for (const end of ends) this.#ends.push(this.#end + end);
    this.#end += bytes.length;
  }

  /** What was gathered since the last call, in memory of its own. */
  take(): Rows {
    const rows = { bytes: this.#bytes.slice(0, this.#end), ends: this.#ends };
    this.clear();
    return rows;
  }

  /** Forgets what was gathered. */
  clear(): void {
    this.#ends = [];
    this.#end = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = new Uint8Array(FIRST_BYTES);
  }

  #close(length: number): void {
    this.#end += length;
    this.#bytes[this.#end++] = NEWLINE;
    this.#ends.push(this.#end);
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes + 1;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}

export function encodeRows(events: Iterable<Event>): Rows {
  const builder = new RowsBuilder();
  for (const event of events) builder.add(event);
  return builder.take();
}

/** The events of rows, in order. */
export function decodeRows({ bytes, ends }: Rows): Event[] {
  return ends.map(
    (end, index) => JSON.parse(text.decode(bytes.subarray(ends[index - 1] ?? 0, end - 1))) as Event,
  );
}
