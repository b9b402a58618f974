import { isUtf8 } from 'node:buffer';

/** Bytes that are looked at together. */
const BLOCK = 4 << 20;
/** Bytes after a place that a secret there may need: the longest private key. */
const AHEAD = 96 << 10;
/** Bytes before it that may tell what it is. */
const BEHIND = 4 << 10;
const NEWLINE = 10;

/** How bytes become text. UTF-16 is turned into UTF-8 before it is cut into blocks. */
type Encoding = 'utf8' | 'utf16le' | 'utf16be';

/** A part of a file. Only what begins within [from, to) belongs to it; the rest is surroundings. */
export interface Block {
  /** UTF-8; or, where they are none, to be read as Latin-1. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** Whether the whole file is in this block. */
  readonly whole: boolean;
  text(from: number, to: number): string;
  /** Where a byte of the block is in the file: line and column (in characters) from 1, byte from 0. */
  place(at: number): { line: number; column: number; byte: number };
}

interface Cursor {
  readonly encoding: Encoding;
  /** Of the file, where the next block begins. */
  byte: number;
  line: number;
  /** Characters before it on its line. */
  column: number;
}

/**
 * Cuts a stream into blocks, between lines where lines are short enough; memory is bounded whatever the
 * stream's and its lines' lengths. Bytes that are no UTF-8 are read as Latin-1.
 */
export async function* blocksOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Block> {
  let pending: Buffer[] = [];
  let length = 0;
  let cursor: Cursor | undefined;
  // Bytes at the beginning that were reported with the block before.
  let reported = 0;
  let first = true;
  // Half a character of UTF-16, for the next chunk.
  let rest = Buffer.alloc(0);
  const take = (last: boolean): Block => {
    const bytes = pending.length === 1 ? pending[0]! : Buffer.concat(pending);
    const to = last ? bytes.length : cutAt(bytes, reported);
    const block = blockOf(bytes, reported, to, { ...cursor! }, first && last);
    const next = last ? to : lineStart(bytes, Math.max(0, to - BEHIND), to);
    advance(cursor!, bytes.subarray(0, next));
    reported = to - next;
    pending = [bytes.subarray(next)];
    length = bytes.length - next;
    first = false;
    return block;
  };
  for await (const chunk of chunks) {
    cursor ??= beginning(chunk);
    let bytes = chunk;
    if (cursor.encoding !== 'utf8') {
      const whole = Buffer.concat([rest, chunk]);
      const end = whole.length & ~1;
      rest = whole.subarray(end);
      bytes = Buffer.from(utf16(whole.subarray(0, end), cursor.encoding), 'utf8');
    }
    pending.push(bytes);
    length += bytes.length;
    if (length >= BLOCK + AHEAD) yield take(false);
  }
  if (length > 0) yield take(true);
}

/** A byte order mark is no character of the first line. */
function beginning(head: Buffer): Cursor {
  const encoding = encodingOf(head);
  const mark = encoding === 'utf8' ? head.subarray(0, 3).equals(Buffer.from('\ufeff')) : head[0]! >= 0xfe;
  return { encoding, byte: 0, line: 1, column: mark ? -1 : 0 };
}

/** The encoding that a byte order mark tells, or zero bytes where ASCII has none. */
function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf16be';
  const sample = head.subarray(0, 256);
  const zeros: [number, number] = [0, 0];
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) zeros[(i & 1) as 0 | 1]++;
  const many = sample.length / 4;
  if (sample.length >= 8 && zeros[1] > many && zeros[0] < many / 4) return 'utf16le';
  if (sample.length >= 8 && zeros[0] > many && zeros[1] < many / 4) return 'utf16be';
  return 'utf8';
}

function utf16(bytes: Buffer, encoding: 'utf16le' | 'utf16be'): string {
  return (encoding === 'utf16le' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
}

/** Where a block ends: after the last line that leaves enough ahead, or within a line that is too long. */
function cutAt(bytes: Buffer, from: number): number {
  const limit = bytes.length - AHEAD;
  const line = bytes.lastIndexOf(NEWLINE, limit) + 1;
  return line > from ? line : boundary(bytes, limit);
}

/** The first line's beginning at or after `at`, or else the first character's. */
function lineStart(bytes: Buffer, at: number, before: number): number {
  if (at === 0) return 0;
  const line = bytes.indexOf(NEWLINE, at) + 1;
  return line > 0 && line <= before ? line : boundary(bytes, at);
}

/** The last beginning of a character at or before `at`. */
function boundary(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && at - start < 3 && (bytes[start]! & 0xc0) === 0x80) start--;
  return start;
}

function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

function blockOf(bytes: Buffer, from: number, to: number, cursor: Cursor, whole: boolean): Block {
  const scale = cursor.encoding === 'utf8' ? undefined : 2;
  let { line } = cursor;
  let done = 0;
  let started = -1;
  let [byte, reached] = [cursor.byte, 0];
  return {
    bytes,
    from,
    to,
    whole,
    text: (start, end) => textOf(bytes.subarray(start, end)),
    place(at) {
      if (at < done) [line, done, started] = [cursor.line, 0, -1];
      for (
        let end = bytes.indexOf(NEWLINE, done);
        end !== -1 && end < at;
        end = bytes.indexOf(NEWLINE, end + 1)
      ) {
        line++;
        started = end;
        done = end + 1;
      }
      const before = textOf(bytes.subarray(started + 1, at)).length;
      if (scale !== undefined) {
        // Of UTF-16, two bytes a unit.
        if (at < reached) [byte, reached] = [cursor.byte, 0];
        byte += textOf(bytes.subarray(reached, at)).length * scale;
        reached = at;
      }
      return {
        line,
        column: (started === -1 ? cursor.column : 0) + before + 1,
        byte: scale === undefined ? cursor.byte + at : byte,
      };
    },
  };
}

function advance(cursor: Cursor, bytes: Buffer): void {
  let last = -1;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
    cursor.line++;
    last = at;
  }
  const onLine = textOf(bytes.subarray(last + 1)).length;
  cursor.column = last === -1 ? cursor.column + onLine : onLine;
  cursor.byte += cursor.encoding === 'utf8' ? bytes.length : textOf(bytes).length * 2;
}
