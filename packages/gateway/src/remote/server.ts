import { ERROR_CODES, type ErrorCode, TacetError } from '@tacet/records';
import { type AuthorityRecords, emptyRecords, encodeClear } from '@tacet/seal';
import {
  encodeEnd,
  encodeSent,
  encodeStart,
  fromBase64,
  SEALED_LIMITS,
  SEALED_ROUTES,
  SEGMENTS_TYPE,
} from '@tacet/search/wire';
import type { GatewaySegment } from '../sink.ts';

export interface RemoteOptions {
  /** Where the server is: scheme, host, port and perhaps a path. */
  url: string;
  /** An ingest token; sent to this address only. */
  token: string;
  /** Instead of the runtime's, e.g. one that is not traced. */
  fetch?: (request: Request) => Response | Promise<Response>;
}

const TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const RECORD_TYPE = 'application/octet-stream';

/** The server's routes for a writer far away; see SEALED_ROUTES. Throws the server's coded errors. */
export class RemoteServer {
  readonly #base: string;
  readonly #token: string;
  readonly #fetch: (request: Request) => Response | Promise<Response>;

  constructor(options: RemoteOptions) {
    this.#base = options.url.replace(/\/+$/, '');
    this.#token = options.token;
    this.#fetch = options.fetch ?? fetch;
  }

  /** The signed records that a writer needs; nothing of them is to be believed before it was verified. */
  async authority(): Promise<AuthorityRecords> {
    const answer = parse(await this.#ask('GET', SEALED_ROUTES.authority));
    const list = (name: keyof AuthorityRecords): Uint8Array[] => {
      const records: unknown = answer?.[name];
      const bytes = Array.isArray(records) ? records.map(fromBase64) : [undefined];
      if (bytes.includes(undefined)) throw unlike('its records are not of the known form');
      return bytes as Uint8Array[];
    };
    return {
      ...emptyRecords(),
      root: list('root'),
      operations: list('operations'),
      epochs: list('epochs'),
      writers: list('writers'),
    };
  }

  /** Makes a session record durable; the same one again changes nothing. */
  async openSession(record: Uint8Array): Promise<void> {
    await this.#ask('POST', SEALED_ROUTES.sessions, record);
  }

  /** Makes segments durable, all or none; those that are stored already stay as they are. */
  async store(segments: readonly GatewaySegment[]): Promise<void> {
    const frames = segments.map(({ sealed, batches }) =>
      encodeSent({ ...sealed, clear: encodeClear(sealed.clear), batches: Buffer.concat(batches) }),
    );
    const body = Buffer.concat([encodeStart(), ...frames, encodeEnd(frames.length)]);
    await this.#ask('POST', SEALED_ROUTES.segments, body, SEGMENTS_TYPE);
  }

  /** Puts a heartbeat or closing record into the trail. */
  async state(record: Uint8Array): Promise<void> {
    await this.#ask('POST', SEALED_ROUTES.statements, record);
  }

  /** Which of these resend marks (16 bytes each, at most 1,024) belong to batches that are stored. */
  async known(marks: readonly Uint8Array[]): Promise<boolean[]> {
    const answer = await this.#ask('POST', SEALED_ROUTES.known, Buffer.concat(marks));
    if (answer.length !== marks.length) throw unlike('it named other marks than were asked for');
    return [...answer].map((byte) => byte === 1);
  }

  async #ask(method: string, path: string, body?: Uint8Array, type = RECORD_TYPE): Promise<Uint8Array> {
    let response: Response;
    try {
      response = await this.#fetch(
        new Request(`${this.#base}${path}`, {
          method,
          headers: { Authorization: `Bearer ${this.#token}`, ...(body && { 'Content-Type': type }) },
          // A token must not follow a redirect to somebody else.
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
          ...(body && { body: body as Uint8Array<ArrayBuffer> }),
        }),
      );
      if (response.ok) return await readAll(response);
    } catch (cause) {
      if (cause instanceof TacetError) throw cause;
      throw new TacetError('SERVER_UNREACHABLE', 'the server cannot be reached', { cause });
    }
    throw await errorOf(response);
  }
}

async function readAll(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw unlike('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw unlike('its answer is not JSON');
  }
}

function unlike(what: string): TacetError {
  return new TacetError('SERVER_UNREACHABLE', `something answered, but not as Tacet does: ${what}`);
}

/** The server's own error by its code. Its message is not repeated: it comes from elsewhere. */
async function errorOf(response: Response): Promise<TacetError> {
  try {
    const { code } = JSON.parse(new TextDecoder().decode(await readAll(response))).error;
    if (typeof code === 'string' && Object.hasOwn(ERROR_CODES, code))
      return new TacetError(code as ErrorCode, `the server refused with status ${response.status}`);
  } catch {
    // A proxy's page, say; the status tells as much.
  }
  return unlike(`status ${response.status}`);
}

/** Segments in requests that a server takes; one with more bytes goes alone. */
export function requestsOf(segments: readonly GatewaySegment[]): GatewaySegment[][] {
  const requests: GatewaySegment[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const segment of segments) {
    const { ciphertext, filter, header, count } = segment.sealed;
    // A row's clear columns take about 100 bytes as they travel.
    const size = ciphertext.length + filter.length + header.length + count * 128;
    const last = requests.at(-1);
    if (last && last.length < SEALED_LIMITS.segments && bytes + size <= SEALED_LIMITS.bodyBytes) {
      last.push(segment);
      bytes += size;
    } else {
      requests.push([segment]);
      bytes = size;
    }
  }
  return requests;
}
