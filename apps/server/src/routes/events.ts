import { setImmediate } from 'node:timers/promises';
import { DEFAULT_LIMITS, decompress, eventFromJson, eventFromLine, type Limits } from '@tacet/receive';
import { codeOf, type Event, TacetError } from '@tacet/records';
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
  events: Event[];
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
      if (body !== sent) lease.grow(body.length);
      const { events, refused, errors } = await decode(
        body,
        type === 'application/json',
        parts.now(),
        limits,
      );
      for (const { code } of errors) parts.metrics.refused.add(1, code);
      if (events.length === 0 && refused > 0) {
        lease.release();
        const error = { code: errors[0]!.code, message: 'none of the lines could be taken' };
        return c.json({ error, accepted: 0, refused, errors, secrets: {}, resent: false }, 400);
      }
      const intake = await parts.intake();
      const identity = name === undefined ? body : Buffer.from(`name:${name}`);
      const batch = { principal: c.get('principal'), source: 'events', identity, events, bytes: body.length };
      const { events: accepted, secrets, resent } = await intake.accept(batch, lease);
      return c.json({ accepted, refused, errors, secrets, resent });
    } catch (error) {
      lease.release();
      throw error;
    }
  });
}

async function decode(
  body: Uint8Array,
  whole: boolean,
  now: number,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Decoded> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const document = whole ? wholeDocument(bytes, now, limits) : undefined;
  if (document) return document;
  const decoded: Decoded = { events: [], refused: 0, errors: [] };
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    number++;
    take(decoded, number, () => {
      if (end - start > limits.eventBytes) throw new TacetError('EVENT_TOO_LARGE', 'a line is too long');
      const text = bytes.toString('utf8', start, end);
      return /\S/.test(text)
        ? [eventFromLine(number === 1 ? text.replace(/^\ufeff/, '') : text, { now, limits })]
        : [];
    });
    start = end + 1;
    if (number % LINES_A_TURN === 0) await setImmediate();
  }
  return decoded;
}

/** A body that is one JSON value: an array of events, or one event. Undefined when it is not. */
function wholeDocument(bytes: Buffer, now: number, limits: Limits): Decoded | undefined {
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const decoded: Decoded = { events: [], refused: 0, errors: [] };
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries())
      take(decoded, at + 1, () => [eventFromJson(item, { now, limits })]);
  } else {
    take(decoded, 1, () => [eventFromLine(text, { now, limits })]);
  }
  return decoded;
}

/** Adds what `read` gives; a coded error refuses this line and none of its neighbours. */
function take(decoded: Decoded, line: number, read: () => Event[]): void {
  try {
    decoded.events.push(...read());
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    decoded.refused++;
    if (decoded.errors.length < NAMED) decoded.errors.push({ line, code });
  }
}
