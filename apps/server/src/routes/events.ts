import { setImmediate } from 'node:timers/promises';
import { decompress, eventFromJson, JsonLines, type Limits } from '@tacet/receive';
import { codeOf, type Rows, RowsBuilder, release, TacetError } from '@tacet/records';
import type { App, IntakeParts } from '../app.ts';
import { readBody } from '../http/body.ts';

/** Header by which a sender names a batch, instead of by its content. */
export const BATCH_HEADER = 'Tacet-Batch';
const MAX_BATCH_NAME = 200;

const TYPES = new Set([
  '',
  'application/json',
  'application/jsonl',
  'application/ndjson',
  'application/x-jsonlines',
  'application/x-ndjson',
  'text/plain',
]);

/** How many refused lines an answer names. */
const NAMED = 100;
/** Lines after which other requests get a turn. */
const LINES_A_TURN = 2_000;

interface Decoded {
  rows: Rows;
  refused: number;
  /** The first refused lines, by number (from 1) and code. */
  errors: { line: number; code: string }[];
}

/**
 * `POST /v1/events`: JSON lines of any shape, or one JSON object or array, in any content encoding.
 * Answers `{accepted, refused, errors, secrets, resent}` once the accepted ones are durable; 400 with
 * the same body and an error when none of the lines could be taken.
 */
export function routeEvents(app: App, parts: IntakeParts): void {
  const lines = new JsonLines(parts.limits);
  app.post('/v1/events', async (c) => {
    const type = (c.req.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
    if (!TYPES.has(type))
      throw new TacetError('CONTENT_TYPE_UNSUPPORTED', 'send JSON lines as application/x-ndjson');
    const name = c.req.header(BATCH_HEADER);
    if (name !== undefined && name.length > MAX_BATCH_NAME)
      throw new TacetError('REQUEST_INVALID', `${BATCH_HEADER} has at most ${MAX_BATCH_NAME} characters`);
    const lease = parts.budget.lease();
    try {
      const limits = parts.limits;
      const sent = await readBody(c, limits.bodyBytes, lease);
      const body = await decompress(sent, c.req.header('content-encoding'), limits);
      if (body !== sent) {
        lease.grow(body.length);
        release(sent);
      }
      const { rows, refused, errors } = await decode(body, type === 'application/json', {
        lines,
        limits,
        now: parts.now(),
      });
      for (const { code } of errors) parts.metrics.refused.add(1, code);
      if (rows.ends.length === 0 && refused > 0) {
        lease.release();
        const error = { code: errors[0]!.code, message: 'none of the lines could be taken' };
        return c.json({ error, accepted: 0, refused, errors, secrets: {}, resent: false }, 400);
      }
      const intake = await parts.intake();
      const identity = name === undefined ? body : Buffer.from(`name:${name}`);
      const batch = {
        principal: c.get('principal'),
        source: 'events',
        identity,
        events: rows,
        bytes: body.length,
      };
      const stored = intake.accept(batch, lease);
      // Its rows and marks are made; waiting for them to be durable needs nothing of it.
      release(body);
      const { events: accepted, secrets, resent } = await stored;
      return c.json({ accepted, refused, errors, secrets, resent });
    } catch (error) {
      lease.release();
      throw error;
    }
  });
}

interface Decoding {
  lines: JsonLines;
  limits: Limits;
  /** Milliseconds since 1970. */
  now: number;
}

async function decode(body: Uint8Array, whole: boolean, how: Decoding): Promise<Decoded> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const taking = new Taking();
  if (whole && takeDocument(bytes, how, taking)) return taking.finish();
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    number++;
    // The mark that some editors put before the first line is none of it.
    const marked = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const line = bytes.subarray(marked ? 3 : start, end);
    if (!isBlank(line)) {
      taking.take(number, (rows) => {
        if (line.length > how.limits.eventBytes)
          throw new TacetError('EVENT_TOO_LARGE', 'a line is too long');
        how.lines.read(line, how.now, rows);
      });
    }
    start = end + 1;
    if (number % LINES_A_TURN === 0) await setImmediate();
  }
  return taking.finish();
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line[0]! <= 32 && !/\S/.test(line.toString('utf8')));
}

/** Takes a body that is one JSON value: an array of events, or one event. False when it is not one. */
function takeDocument(bytes: Buffer, { lines, limits, now }: Decoding, taking: Taking): boolean {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return false;
  }
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries())
      taking.take(at + 1, (rows) => rows.add(eventFromJson(item, { now, limits })));
  } else taking.take(1, (rows) => lines.read(bytes, now, rows));
  return true;
}

/** What was taken and refused so far. */
class Taking {
  readonly #rows = new RowsBuilder();
  readonly #errors: Decoded['errors'] = [];
  #refused = 0;

  /** Runs `read`; a coded error refuses this line and none of its neighbours. */
  take(line: number, read: (rows: RowsBuilder) => void): void {
    try {
      read(this.#rows);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      this.#refused++;
      if (this.#errors.length < NAMED) this.#errors.push({ line, code });
    }
  }

  finish(): Decoded {
    return { rows: this.#rows.take(), refused: this.#refused, errors: this.#errors };
  }
}
