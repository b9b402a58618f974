import type { Found } from './split.ts';

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

/**
 * Finds the top-level JSON values of a stream that does not keep one value to a line: documents
 * printed over many lines, or values one after another. With `elements`, an array around values is
 * opened and its elements are found. A value longer than `maxBytes` is passed over.
 */
export class ValueFinder {
  readonly #maxBytes: number;
  readonly #elements: boolean;
  #parts: Buffer[] = [];
  #bytes = 0;
  #depth = 0;
  /** Depth at which a value stands: 1 inside an opened array, else 0. */
  #base = 0;
  #inString = false;
  #escaped = false;
  #inside = false;
  #line = 1;
  #startLine = 1;

  constructor(maxBytes: number, elements: boolean) {
    this.#maxBytes = maxBytes;
    this.#elements = elements;
  }

  /** The values that end in `chunk`. */
  *push(chunk: Buffer): Generator<Found> {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const c = chunk[at]!;
      if (c === NEWLINE) this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (c === BACKSLASH) this.#escaped = true;
        else if (c === QUOTE) this.#inString = false;
        continue;
      }
      const isSpace = c === 32 || c === NEWLINE || c === 13 || c === 9;
      const opens = c === 123 || c === 91;
      const closes = c === 125 || c === 93;
      if (!this.#inside) {
        if (isSpace || c === COMMA) continue;
        if (c === 91 && this.#elements && this.#base === 0) {
          this.#base = 1;
          this.#depth = 1;
          continue;
        }
        if (closes && this.#depth === this.#base) {
          this.#base = 0;
          this.#depth = 0;
          continue;
        }
        this.#inside = true;
        this.#startLine = this.#line;
        start = at;
      } else if (this.#depth === this.#base && (isSpace || c === COMMA || closes)) {
        // A bare number, word or string ended before this byte.
        yield this.#end(chunk.subarray(start, at));
        if (closes) this.#depth = this.#base = 0;
        continue;
      }
      if (c === QUOTE) this.#inString = true;
      else if (opens) this.#depth++;
      else if (closes && --this.#depth === this.#base) yield this.#end(chunk.subarray(start, at + 1));
    }
    if (this.#inside) this.#keep(chunk.subarray(start));
  }

  /** A value that the end of the stream cuts off, or a bare one that ends there. */
  *end(): Generator<Found> {
    if (this.#inside) yield this.#end(Buffer.alloc(0));
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else this.#parts.push(part);
  }

  #end(tail: Buffer): Found {
    this.#keep(tail);
    const whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    const bytes = this.#bytes > this.#maxBytes ? undefined : whole;
    this.#parts = [];
    this.#bytes = 0;
    this.#inside = false;
    return { line: this.#startLine, bytes };
  }
}
