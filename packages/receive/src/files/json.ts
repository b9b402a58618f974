import type { Event } from '@tacet/records';
import type { Limits } from '../limits.ts';
import { LineReader } from '../lines/line.ts';
import { withoutMark } from '../mark.ts';
import { isObject } from '../members.ts';
import { decodeOtlpBody } from '../otlp/decode.ts';
import { ShapedLines } from '../shapes/shaped-lines.ts';
import { Batches, type ReadBatch } from './batch.ts';
import type { Opened } from './source.ts';
import { LineSplitter } from './split.ts';
import { ValueFinder } from './values.ts';

/**
 * Reads JSON lines, or a JSON file that is one array of events or holds values printed over several
 * lines. A line that is an array of objects gives an event for each; a line that is an OTLP/JSON
 * request gives its records.
 */
export async function* readJson(source: Opened, limits: Limits): AsyncGenerator<ReadBatch> {
  const reader = new LineReader(limits);
  const shaped = new ShapedLines(reader, limits);
  const batches = new Batches(source.bytesRead);
  const lines = !isDocument(withoutMark(source.head));
  const splitter = lines ? new LineSplitter(limits.eventBytes) : new ValueFinder(limits.eventBytes, true);
  let first = true;
  let now = Date.now();
  for await (const chunk of source.chunks) {
    const found = splitter.push(first ? withoutMark(chunk) : chunk);
    first = false;
    for (const { line, bytes } of found) {
      const row = bytes && shaped.row(bytes, now);
      if (row) batches.takeRow(bytes.length, row);
      else takeText(batches, reader, limits, line, bytes, now);
      if (batches.full) {
        yield batches.hand();
        now = Date.now();
      }
    }
    if (lines) source.done(chunk);
  }
  for (const { line, bytes } of splitter.end()) takeText(batches, reader, limits, line, bytes, now);
  yield* batches.rest();
}

/** Reads OTLP/JSON requests: one a line, as the Collector's file exporter writes, or printed in any way. */
export async function* readOtlpJson(source: Opened, limits: Limits): AsyncGenerator<ReadBatch> {
  const batches = new Batches(source.bytesRead);
  const finder = new ValueFinder(limits.decodedBytes, true);
  const take = (line: number, bytes: Buffer | undefined) => {
    if (!bytes) batches.refuse('BODY_TOO_LARGE_DECOMPRESSED', line);
    else takeRequest(batches, line, bytes, limits);
  };
  let first = true;
  for await (const chunk of source.chunks) {
    for (const { line, bytes } of finder.push(first ? withoutMark(chunk) : chunk)) {
      take(line, bytes);
      if (batches.full) yield batches.hand();
    }
    first = false;
  }
  for (const { line, bytes } of finder.end()) take(line, bytes);
  yield* batches.rest();
}

/** Whether a JSON file does not keep one value to a line: an array of objects, or printed with indents. */
function isDocument(head: Buffer): boolean {
  const text = head.toString('utf8').trimStart();
  if (/^\[\s*\{/.test(text)) return true;
  const end = text.indexOf('\n');
  return end !== -1 && /^[[{]$|^\{.*[,{[]$/.test(text.slice(0, end).trimEnd());
}

/** How a request tells its signal; a file may hold both kinds. */
const REQUESTS = [
  ['logs', ['"resourceLogs"', '"resource_logs"']],
  ['traces', ['"resourceSpans"', '"resource_spans"']],
] as const;

const OTLP_LINE = /^\s*\{\s*"resource(?:Logs|Spans)"\s*:/;

function takeText(
  batches: Batches,
  reader: LineReader,
  limits: Limits,
  line: number,
  bytes: Buffer | undefined,
  now: number,
): void {
  if (!bytes) {
    batches.refuse('EVENT_TOO_LARGE', line);
    return;
  }
  const text = bytes.toString('utf8');
  if (isBlank(text)) return;
  if (OTLP_LINE.test(text)) takeRequest(batches, line, bytes, limits);
  else batches.take(line, bytes.length, () => eventsOf(reader, text, now));
}

function isBlank(text: string): boolean {
  return text.charCodeAt(0) <= 32 ? text.trim() === '' : text === '';
}

function eventsOf(reader: LineReader, text: string, now: number): Event | Event[] {
  const event = reader.parse(text, now);
  const { body } = event;
  const isList = text.charCodeAt(0) === 91 && Array.isArray(body) && body.length > 0 && body.every(isObject);
  return isList ? body.map((item) => reader.event(item, now)) : event;
}

function takeRequest(batches: Batches, line: number, bytes: Buffer, limits: Limits): void {
  batches.take(line, bytes.length, () => {
    for (const [signal, names] of REQUESTS) {
      if (!names.some((name) => bytes.includes(name))) continue;
      const decoded = decodeOtlpBody(signal, 'json', bytes, limits);
      batches.takeRows(decoded.rows);
      for (const { code, count } of decoded.reasons) {
        for (let refused = 0; refused < count; refused++) batches.refuse(code, line);
      }
    }
    return [];
  });
}
