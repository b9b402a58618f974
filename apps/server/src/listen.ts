import type { Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { serve } from '@hono/node-server';
import { TacetError } from '@tacet/records';
import type { Hono } from 'hono';
import type { App } from './app.ts';
import { isLoopback } from './http/host.ts';
import { followTls, readTls, type TlsFiles } from './tls.ts';

/** Bounds on connections: slow and idle ones end. Milliseconds and bytes. */
const SERVER_OPTIONS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 30_000,
};
const MAX_CONNECTIONS = 4_096;
/** How long open requests may take to finish when the server stops. */
const DRAIN_MS = 10_000;

/** What answers requests. */
type Handler = Pick<Hono, 'fetch'> | Pick<App, 'fetch'>;

export interface Listener {
  /** `http://127.0.0.1:4318` */
  address: string;
  /** Takes no new connections, lets open requests finish, then cuts what is left. */
  close(): Promise<void>;
}

/** Where to listen, and what protects the way there. */
export interface ListenOptions {
  host: string;
  port: number;
  behindProxy: boolean;
  tls?: TlsFiles | undefined;
  warn?: (text: string) => void;
}

/** Throws USAGE for an address that others can reach, unless there is TLS: here or in a proxy in front. */
export function requireSafeHost({ host, behindProxy, tls }: Omit<ListenOptions, 'port'>): void {
  if (behindProxy || tls || isLoopback(host)) return;
  throw new TacetError(
    'USAGE',
    `${host} is not this machine: give a certificate (--tls-cert, --tls-key), or put a proxy with TLS in front and say --behind-proxy`,
  );
}

/**
 * Listens on `host` and `port` (0: any free one). Without TLS only loopback addresses are taken: tokens
 * would travel in clear text. A certificate is read again when its files change. Throws USAGE for another
 * host and for a port that cannot be had, TLS_INVALID.
 */
export async function listen(app: Handler, options: ListenOptions): Promise<Listener> {
  const { host, port, tls, warn = () => {} } = options;
  requireSafeHost(options);
  const certificate = tls && (await readTls(tls, Date.now()));
  const server = await start(app, host, port, certificate);
  const follower =
    tls && certificate && followTls(server as HttpsServer, tls, certificate, { warn, now: Date.now });
  server.maxConnections = MAX_CONNECTIONS;
  const bound = server.address();
  if (bound === null || typeof bound === 'string')
    throw new TacetError('INTERNAL', 'the server has no address');
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    address: `${tls ? 'https' : 'http'}://${name}:${bound.port}`,
    close: () => {
      follower?.stop();
      return drain(server);
    },
  };
}

function start(
  app: Handler,
  hostname: string,
  port: number,
  certificate: { cert: string; key: string } | undefined,
): Promise<HttpServer | HttpsServer> {
  const plain = { serverOptions: SERVER_OPTIONS };
  const secured = certificate && {
    createServer: createHttpsServer,
    serverOptions: { ...SERVER_OPTIONS, ...certificate, minVersion: 'TLSv1.2' as const },
  };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port, ...(secured ?? plain) }, () =>
      resolve(server),
    ) as HttpServer | HttpsServer;
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new TacetError('USAGE', `cannot listen on ${hostname} port ${port}: ${error.code ?? error.name}`),
      );
    });
  });
}

function drain(server: HttpServer | HttpsServer): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
