import type { Found } from './split.ts';

const QUOTE = 34;
const NEWLINE = 10;

/**
 * Splits CSV into rows (RFC 4180): a newline inside quotes belongs to the cell. A quote opens a
 * quoted cell only at the cell's start; elsewhere it is text, as lenient readers have it. A row
 * longer than `maxBytes` is passed over without being gathered; the next begins after the next
 * newline, so that a quote which is never closed does not swallow the rest of a file.
 */
export class RowSplitter {
  readonly #maxBytes: number;
  readonly #delimiter: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #line = 1;
  #startLine = 1;
  #cellStart = true;
  #quoted = false;
  /** A quote inside a quoted cell was seen: another makes it text, anything else ends the quoting. */
  #quoteSeen = false;

  constructor(maxBytes: number, delimiter: string) {
    this.#maxBytes = maxBytes;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The rows that end in `chunk`, without their newline. */
  *push(chunk: Buffer): Generator<Found> {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const c = chunk[at]!;
      if (c === NEWLINE) this.#line++;
      if (this.#quoted) {
        if (this.#quoteSeen) {
          this.#quoteSeen = false;
          if (c === QUOTE) continue;
          this.#quoted = false;
        } else {
          this.#quoteSeen = c === QUOTE;
          const isLost = c === NEWLINE && this.#bytes + at - start > this.#maxBytes;
          if (!isLost) continue;
        }
      }
      if (c === NEWLINE) {
        yield this.#end(chunk.subarray(start, at));
        start = at + 1;
      } else if (c === QUOTE && this.#cellStart) this.#quoted = true;
      this.#cellStart = c === this.#delimiter || c === NEWLINE;
    }
    this.#keep(chunk.subarray(start));
  }

  /** The last row, when the input does not end with a newline. */
  *end(): Generator<Found> {
    if (this.#bytes > 0) yield this.#end(Buffer.alloc(0));
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #end(tail: Buffer): Found {
    this.#keep(tail);
    const whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    const found = { line: this.#startLine, bytes: this.#bytes > this.#maxBytes ? undefined : whole };
    this.#parts = [];
    this.#bytes = 0;
    this.#startLine = this.#line;
    this.#quoted = false;
    this.#quoteSeen = false;
    this.#cellStart = true;
    return found;
  }
}

/** The cells of one row. A cell with text after its closing quote is kept as it is written. */
export function cellsOf(row: string, delimiter: string): string[] {
  const text = row.endsWith('\r') ? row.slice(0, -1) : row;
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = text.charCodeAt(at) === QUOTE ? closingQuote(text, at + 1) : -1;
    const from = quoted === -1 ? at : quoted + 1;
    const found = text.indexOf(delimiter, from);
    const end = found === -1 ? text.length : found;
    const isQuoted = quoted !== -1 && end === quoted + 1;
    cells.push(isQuoted ? text.slice(at + 1, quoted).replaceAll('""', '"') : text.slice(at, end));
    if (found === -1) return cells;
    at = end + 1;
  }
}

/** Where the quoting that began before `from` ends; -1 when it does not. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}
