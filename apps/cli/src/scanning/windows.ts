/** What stands between two bytes of a block. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

const NEWLINE = 10;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** A line that is longer is looked at around its places only, in bytes. */
const LONG_LINE = 256 << 10;
/** Bytes before and after a place that may belong to it: names before, the longest key after. */
const BEFORE = 4 << 10;
const AFTER = 80 << 10;
/** Lines of plain text around a place that may tell what it is. */
const LINES = 6;
const PEM = /private key/i;
const PEM_AHEAD = 16 << 10;

/**
 * The parts of a block that are worth scanning, in order, apart from one another. A line of JSON stands for
 * itself; in other texts the lines around a place belong to it.
 */
export function windowsOf(bytes: Buffer, places: Iterable<number>): Window[] {
  const windows: { start: number; end: number }[] = [];
  let last: { start: number; end: number } | undefined;
  for (const place of places) {
    const next = windowAt(bytes, place, last);
    if (last && next.start <= last.end) last.end = Math.max(last.end, next.end);
    else {
      last = { ...next };
      windows.push(last);
    }
  }
  return windows;
}

function windowAt(bytes: Buffer, place: number, last: Window | undefined): Window {
  const pem = PEM.test(bytes.toString('latin1', place, place + 12));
  // Several keywords stand in most lines that have one.
  if (last && place < last.end && last.end - place > LONG_LINE / 64 && !pem) return last;
  let start = lineStart(bytes, place);
  let end = lineEnd(bytes, place);
  if (end - start > LONG_LINE)
    return {
      start: boundary(bytes, Math.max(start, place - BEFORE)),
      end: boundary(bytes, Math.min(end, place + AFTER)),
    };
  if ((bytes[start] === OPEN_BRACE || bytes[start] === OPEN_BRACKET) && end - start > 64)
    return { start, end };
  for (let count = 0; count < LINES && start > 0 && place - start < BEFORE; count++)
    start = lineStart(bytes, start - 1);
  for (let count = 0; count < LINES && end < bytes.length && end - place < BEFORE; count++)
    end = lineEnd(bytes, end + 1);
  // A key's lines follow its first.
  if (pem) end = Math.max(end, lineEnd(bytes, Math.min(bytes.length, place + PEM_AHEAD)));
  return {
    start: boundary(bytes, Math.max(start, place - BEFORE)),
    end: boundary(bytes, Math.min(end, place + AFTER)),
  };
}

function lineStart(bytes: Buffer, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
}

function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(NEWLINE, at);
  return end === -1 ? bytes.length : end;
}

/** The last beginning of a character at or before `at`. */
function boundary(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && start < bytes.length && at - start < 3 && (bytes[start]! & 0xc0) === 0x80) start--;
  return start;
}
