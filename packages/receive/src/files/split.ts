/** A stretch of text that was found, or the place of one that was too long to keep. */
export interface Found {
  /** The line it begins on, counted from 1. */
  line: number;
  /** Undefined when it is longer than the cap. */
  bytes: Buffer | undefined;
}

const NEWLINE = 10;

/**
 * Splits chunks into lines at `\n`. Lines inside one chunk are views of it; nothing of a chunk is needed
 * when the next one comes. A line longer than `maxBytes` is passed over without being gathered.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #skipping = false;
  #number = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in `chunk`. */
  *push(chunk: Buffer): Generator<Found> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      yield this.#line(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The last line, when the input does not end with a newline. */
  *end(): Generator<Found> {
    if (this.#restBytes > 0 || this.#skipping) yield this.#line(EMPTY);
  }

  #line(tail: Buffer): Found {
    const line = ++this.#number;
    let bytes: Buffer | undefined = tail;
    if (this.#skipping || this.#restBytes + tail.length > this.#maxBytes) bytes = undefined;
    else if (this.#restBytes > 0) bytes = Buffer.concat([...this.#rest, tail]);
    this.#rest = [];
    this.#restBytes = 0;
    this.#skipping = false;
    return { line, bytes };
  }

  #keep(part: Buffer): void {
    if (this.#skipping) return;
    if (this.#restBytes + part.length > this.#maxBytes) {
      this.#rest = [];
      this.#restBytes = 0;
      this.#skipping = true;
      return;
    }
    this.#rest.push(Buffer.from(part));
    this.#restBytes += part.length;
  }
}

const EMPTY = Buffer.alloc(0);
