import { ERROR_CODES, type ErrorCode, TacetError } from '@tacet/records';
import type { MatchMessage } from '../wire/messages.ts';
import { decodeSegments, SEGMENTS_TYPE, type WireSegment } from '../wire/segments.ts';
import { toBase64 } from '../wire/text.ts';
import { readAuthority, readHits, readKeyrings, readManifests, readPlan } from './answers.ts';
import type { Call, MatchOrder, SearchServer } from './port.ts';

export interface HttpOptions {
  /** Where the server is: scheme, host, port and perhaps a path. */
  url: string;
  /** A reader's token; sent to this address only. */
  token: string;
  /** Instead of the runtime's: `app.fetch` of a server in the same process. */
  fetch?: (request: Request) => Response | Promise<Response>;
}

/** Bytes of a JSON answer that are read at most. */
const MAX_JSON_BYTES = 128 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_MESSAGE = 500;

/** The server of a search over HTTP. */
export function httpSearchServer(options: HttpOptions): SearchServer {
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const base = options.url.replace(/\/+$/, '');

  async function request(path: string, call: Call, body?: unknown): Promise<Response> {
    const init: RequestInit = {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Authorization: `Bearer ${options.token}`,
        'Tacet-Purpose': encodeURIComponent(call.purpose),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      // A token must not follow a redirect to somebody else.
      redirect: 'error',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(call.signal && { signal: call.signal }),
    };
    let response: Response;
    try {
      response = await send(new Request(`${base}${path}`, init));
    } catch (error) {
      call.signal?.throwIfAborted();
      throw new TacetError('SERVER_UNREACHABLE', 'the server cannot be reached', { cause: error });
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  async function json(path: string, call: Call, body?: unknown): Promise<unknown> {
    const text = await readText(await request(path, call, body), MAX_JSON_BYTES, call.signal);
    try {
      return JSON.parse(text);
    } catch {
      throw new TacetError('RESULT_INCOMPLETE', "the server's answer is not JSON");
    }
  }

  return {
    authority: async (call) => readAuthority(await json('/v1/authority', call)),
    keyrings: async (epoch, reader, call) =>
      readKeyrings(await json(`/v1/keyrings?epoch=${epoch}&reader=${reader}`, call)),
    keepKeyring: async (record, call) => {
      await json('/v1/keyrings', call, { keyring: toBase64(record) });
    },
    plan: async (range, call) => readPlan(await json('/v1/plan', call, range)),
    match: async (order, call) => readHits(await json('/v1/match', call, matchMessage(order)), order.limit),
    manifests: async (ids, call) =>
      readManifests(await json('/v1/trail/manifests', call, { ids }), ids.length),
    async *release(order, call): AsyncGenerator<WireSegment, void, undefined> {
      const response = await request('/v1/release', call, order);
      if (response.headers.get('Content-Type') !== SEGMENTS_TYPE || !response.body)
        throw new TacetError('RESULT_INCOMPLETE', 'the server did not answer with segments');
      yield* decodeSegments(bodyOf(response, call.signal), order.ids.length);
    },
  };
}

function matchMessage({ formula, keys, from, to, limit, before, search, query }: MatchOrder): MatchMessage {
  return {
    formula,
    keys: { first: keys.first, tokens: keys.tokens.map(toBase64) },
    limit,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(before && { before }),
    ...(search !== undefined && { search }),
    ...(query !== undefined && { query }),
  };
}

/** The server's own error when it gave one; its message is cut and stripped of control characters. */
async function errorOf(response: Response): Promise<TacetError> {
  let code: unknown;
  let message: unknown;
  try {
    ({ code, message } = JSON.parse(await readText(response, MAX_ERROR_BYTES)).error);
  } catch {
    // A proxy's page, say; the status tells as much.
  }
  if (typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)) {
    const text = typeof message === 'string' ? message.replace(/\p{Cc}/gu, ' ').slice(0, MAX_MESSAGE) : '';
    return new TacetError(code as ErrorCode, text || 'the server refused');
  }
  return new TacetError(
    'SERVER_UNREACHABLE',
    `something answered with status ${response.status}, but not as Tacet does`,
  );
}

/** Chunks of a body. An iterator of our own: not every browser's stream is iterable. */
async function* bodyOf(
  response: Response,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        signal?.throwIfAborted();
        throw new TacetError('RESULT_INCOMPLETE', 'the connection broke during the answer', { cause: error });
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function readText(response: Response, limit: number, signal?: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of bodyOf(response, signal)) {
    length += chunk.length;
    if (length > limit) throw new TacetError('RESULT_INCOMPLETE', "the server's answer is too long");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
