import { isIP } from 'node:net';
import type { Limits, Outlet } from './outlet.ts';
import { ReplyReader } from './reply.ts';
import {
  type Conversation,
  type Endpoint,
  type HttpReply,
  type HttpRequest,
  type Wire,
  WireError,
} from './wire.ts';

const encoder = new TextEncoder();

/** A wire over real sockets: HTTP/1.1 with one connection a request, and anything else. */
export class NetWire implements Wire {
  readonly endpoint: Endpoint;
  readonly #outlet: Outlet;
  readonly #limits: Partial<Limits>;

  /** `limits` hold where they are tighter than the outlet's own. */
  constructor(endpoint: Endpoint, outlet: Outlet, limits: Partial<Limits> = {}) {
    this.endpoint = endpoint;
    this.#outlet = outlet;
    this.#limits = limits;
  }

  talk<Answer>(speak: (conversation: Conversation) => Promise<Answer>): Promise<Answer> {
    return this.#outlet.talk(this.endpoint, speak, { limits: this.#limits });
  }

  http(request: HttpRequest): Promise<HttpReply> {
    return this.talk((line) => ask(line, this.endpoint, request));
  }
}

/** Asks over an open connection, and reads the answer as far as it comes. Throws WireError. */
export async function ask(line: Conversation, endpoint: Endpoint, request: HttpRequest): Promise<HttpReply> {
  const reader = new ReplyReader(request.method ?? 'GET');
  const bytes = encoder.encode(requestText(endpoint, request));
  let all: Uint8Array = new Uint8Array();
  await line.send(bytes);
  try {
    await line.receive((received) => {
      all = received;
      return reader.take(received);
    });
    return replyOf(reader, all, false);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.failure === 'not-http') throw new WireError('not-http', all);
    const ended = error.failure === 'ended';
    // A server that never ends has still said something.
    const reply = reader.reply(all, ended);
    if (reply === undefined) throw ended && all.length > 0 ? new WireError('not-http', all) : error;
    return reply;
  }
}

function replyOf(reader: ReplyReader, bytes: Uint8Array, ended: boolean): HttpReply {
  const reply = reader.reply(bytes, ended);
  if (reply === undefined) throw new WireError('not-http');
  return reply;
}

/** The host as it stands in `Host`: RFC 9110, 7.2. */
export function authorityOf({ host, port, tls }: Endpoint): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
}

/** A request as it is sent; refuses what would be more than one. Throws TypeError. */
export function requestText(
  endpoint: Endpoint,
  { method = 'GET', path, headers, body }: HttpRequest,
): string {
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw new TypeError('a path begins with / and is percent-encoded');
  const lines = Object.entries({
    host: authorityOf(endpoint),
    'user-agent': 'tacet-audit',
    accept: '*/*',
    ...(body === undefined ? {} : { 'content-length': String(encoder.encode(body).length) }),
    ...Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    connection: 'close',
  }).map(([name, value]) => {
    if (!/^[a-z0-9-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) throw new TypeError('a header is wrong');
    return `${name}: ${value}`;
  });
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
