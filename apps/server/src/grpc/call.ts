import type { IncomingHttpHeaders } from 'node:http2';
import { ReadableStream } from 'node:stream/web';
import { readStatus } from '@tacet/receive';
import { TacetError } from '@tacet/records';
import type { App } from '../app.ts';
import { readMessage } from './message.ts';

/** Codes of https://grpc.github.io/grpc/core/md_doc_statuscodes.html that are given here. */
export const GRPC = {
  ok: 0,
  unknown: 2,
  deadline: 4,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** The methods, and where the same goes over HTTP. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', '/v1/logs'],
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', '/v1/traces'],
]);

/** HTTP statuses after which the same may be sent again: gRPC clients do so for UNAVAILABLE only. */
const TRANSIENT: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The outcome of a call: a message with status 0, or a status with its text. */
export interface Outcome {
  status: number;
  message: string;
  body?: Uint8Array;
}

function encodingOf(headers: IncomingHttpHeaders, compressed: boolean): string | undefined {
  const encoding = headers['grpc-encoding'];
  if (!compressed) return undefined;
  if (encoding === undefined || encoding === 'identity')
    throw new TacetError('REQUEST_INVALID', 'the gRPC call has a compressed message and names no encoding');
  return `${encoding}`;
}

function urlOf(authority: string, path: string): URL {
  const url = URL.canParse(`http://${authority}`) ? new URL(path, `http://${authority}`) : undefined;
  if (url === undefined || url.host !== authority.toLowerCase())
    throw new TacetError('REQUEST_INVALID', 'the gRPC call names no host');
  return url;
}

/**
 * Answers one unary call by asking the app the same over HTTP, so that whatever holds there (host,
 * token, policy, limits, resends, metrics) holds here.
 */
export async function answerCall(
  app: App,
  headers: IncomingHttpHeaders,
  stream: AsyncIterable<Uint8Array>,
): Promise<Outcome> {
  const path = METHODS.get(headers[':path'] ?? '');
  if (path === undefined) return { status: GRPC.unimplemented, message: 'only logs and traces are taken' };
  let request: Request;
  try {
    const url = urlOf(headers[':authority'] ?? headers.host ?? '', path);
    const message = await readMessage(stream);
    const encoding = encodingOf(headers, message.compressed);
    const init = {
      method: 'POST',
      body: ReadableStream.from(message.chunks),
      duplex: 'half',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-length': `${message.length}`,
        ...(encoding !== undefined && { 'content-encoding': encoding }),
        ...(headers.authorization !== undefined && { authorization: headers.authorization }),
      },
    };
    // The types of the platform know neither Node's streams nor `duplex`, which a streamed body needs.
    request = new Request(url, init as unknown as RequestInit);
  } catch (error) {
    if (!(error instanceof TacetError)) throw error;
    return { status: 3, message: `${error.code}: ${error.message}` };
  }
  const response = await app.fetch(request);
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.status === 200) return { status: GRPC.ok, message: '', body };
  const { code, message } = readStatus(body);
  return { status: TRANSIENT.has(response.status) ? GRPC.unavailable : code, message };
}
