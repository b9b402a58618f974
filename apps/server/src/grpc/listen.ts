import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { TacetError } from '@tacet/records';
import type { App } from '../app.ts';
import { describeUnexpected } from '../http/failure.ts';
import { type Listener, requireSafeHost } from '../listen.ts';
import { answerCall, GRPC, type Outcome } from './call.ts';
import { frameMessage } from './message.ts';

const MAX_CONNECTIONS = 1_024;
/** A connection without calls ends after this; a call that neither sends nor waits for us, too. */
const IDLE_MS = 120_000;
/** How long a call may take, whatever its client allows; the app gives up waiting long before. */
const MOST_MS = 120_000;
const DRAIN_MS = 10_000;
const LINGER_MS = 1_000;
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** Calls at a time on one connection; what each may have on the way, in bytes, before we read it. */
const SETTINGS = {
  maxConcurrentStreams: 100,
  maxHeaderListSize: 16 * 1024,
  initialWindowSize: 1 << 20,
};

/**
 * Listens for OTLP over gRPC on `host` and `port` (0: any free one), without TLS: the same rule for
 * hosts as `listen`. Throws USAGE for another host and for a port that cannot be had.
 */
export async function listenGrpc(
  app: App,
  options: { host: string; port: number; behindProxy: boolean; warn: (text: string) => void },
): Promise<Listener> {
  const { host, port, warn } = options;
  requireSafeHost(options);
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({ settings: SETTINGS, maxSessionMemory: 64, unknownProtocolTimeout: 10_000 });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});
    session.setTimeout(IDLE_MS, () => session.close());
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // The client went away, or broke the protocol: nobody reads an answer.
    stream.on('error', () => {});
    if (
      headers[':method'] !== 'POST' ||
      !/^application\/grpc(?:\+proto)?(?:;|$)/.test(headers['content-type'] ?? '')
    ) {
      stream.respond({ ':status': 415 }, { endStream: true });
      discard(stream);
      return;
    }
    const timer = setTimeout(
      () => finish(stream, { status: GRPC.deadline, message: 'the call took too long' }),
      timeoutOf(headers['grpc-timeout']),
    );
    answerCall(app, headers, stream.iterator({ destroyOnReturn: false }))
      .catch((error): Outcome => {
        warn(`INTERNAL: ${describeUnexpected(error)}`);
        return { status: GRPC.internal, message: 'INTERNAL: an internal error' };
      })
      .then((outcome) => finish(stream, outcome))
      .finally(() => clearTimeout(timer));
  });
  const { address, family, port: bound } = await bind(server, host, port);
  const name = family === 'IPv6' ? `[${address}]` : address;
  return { address: `http://${name}:${bound}`, close: () => drain(server, sessions) };
}

/** Milliseconds of a `grpc-timeout` header (`10S`), within our own bound. */
function timeoutOf(header: string | string[] | undefined): number {
  const match = /^(\d{1,8})([HMSmun])$/.exec(`${header ?? ''}`);
  return match ? Math.min(MOST_MS, Number(match[1]) * UNITS[match[2]!]!) : MOST_MS;
}

/** Sends the outcome once; what the client still sends is not read. */
function finish(stream: ServerHttp2Stream, { status, message, body }: Outcome): void {
  if (stream.destroyed || stream.headersSent) return;
  const head = {
    ':status': 200,
    'content-type': 'application/grpc+proto',
    'grpc-accept-encoding': 'identity,gzip',
  };
  const trailers = {
    'grpc-status': `${status}`,
    // Percent-encoded, as the protocol asks; the messages are ours and plain ASCII but for `%`.
    ...(message !== '' && { 'grpc-message': encodeURIComponent(message).replaceAll('%20', ' ') }),
  };
  if (body === undefined) {
    stream.respond({ ...head, ...trailers }, { endStream: true });
    discard(stream);
    return;
  }
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.respond(head, { waitForTrailers: true });
  stream.end(frameMessage(body));
}

/** The answer may come before the request has ended (RFC 9113, 8.1): takes no more of it than for a second. */
function discard(stream: ServerHttp2Stream): void {
  stream.resume();
  const cut = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), LINGER_MS);
  stream.once('close', () => clearTimeout(cut));
}

function bind(server: Http2Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new TacetError('USAGE', `cannot listen on ${host} port ${port}: ${error.code ?? error.name}`));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** Takes no new calls, lets open ones finish, then cuts what is left. */
function drain(server: Http2Server, sessions: Set<ServerHttp2Session>): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      for (const session of sessions) session.destroy();
    }, DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    for (const session of sessions) session.close();
  });
}
