import { codeOf, type ErrorCode, type Event, type Rows, RowsBuilder } from '@tacet/records';

/** Some events of a file, in order. */
export interface ReadBatch {
  rows: Rows;
  /** What was refused: its code and the line or row it began on, counted from 1 with a header. */
  refused: { code: ErrorCode; line?: number }[];
  /** Bytes of the source, as it is stored, that were read since the batch before. */
  bytes: number;
}

/** A batch is handed over at either. */
const BATCH_ENTRIES = 4096;
const BATCH_BYTES = 1 << 20;

/** Gathers events into batches of bounded size. */
export class Batches {
  readonly #sourceBytes: () => number;
  #told = 0;
  #size = 0;
  readonly #rows = new RowsBuilder();
  #refused: ReadBatch['refused'] = [];

  /** @param sourceBytes how many bytes of the source were read so far */
  constructor(sourceBytes: () => number) {
    this.#sourceBytes = sourceBytes;
  }

  /** Adds what `read` gives, or its refusal. @param size of the text, in any unit close to bytes */
  take(line: number, size: number, read: () => Event | readonly Event[]): void {
    this.#size += size;
    try {
      const events = read();
      if (Array.isArray(events)) for (const event of events) this.#rows.add(event);
      else this.#rows.add(events as Event);
    } catch (error) {
      const code = codeOf(error);
      if (!code) throw error;
      this.refuse(code, line);
    }
  }

  /** Adds rows; their size was counted. */
  takeRows(rows: Rows): void {
    this.#rows.addRows(rows);
  }

  /** Adds a row as it will be sealed. */
  takeRow(size: number, row: Uint8Array): void {
    this.#size += size;
    this.#rows.addEncoded(row);
  }

  refuse(code: ErrorCode, line?: number): void {
    this.#refused.push(line === undefined ? { code } : { code, line });
  }

  get full(): boolean {
    return this.#rows.count + this.#refused.length >= BATCH_ENTRIES || this.#size >= BATCH_BYTES;
  }

  /** What was gathered since the last call. */
  hand(): ReadBatch {
    const read = this.#sourceBytes();
    const batch = { rows: this.#rows.take(), refused: this.#refused, bytes: read - this.#told };
    this.#told = read;
    this.#size = 0;
    this.#refused = [];
    return batch;
  }

  /** What is left at the end of the source, if anything. */
  *rest(): Generator<ReadBatch> {
    if (this.#rows.count + this.#refused.length > 0 || this.#sourceBytes() > this.#told) yield this.hand();
  }
}
