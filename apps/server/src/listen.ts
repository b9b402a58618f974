import type { Server as HttpServer } from 'node:http';
import { serve } from '@hono/node-server';
import { TacetError } from '@tacet/records';
import type { Hono } from 'hono';
import type { App } from './app.ts';
import { isLoopback } from './http/host.ts';

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

/** Throws USAGE for an address that others can reach, unless a proxy in front does TLS. */
export function requireSafeHost({ host, behindProxy }: { host: string; behindProxy: boolean }): void {
  if (behindProxy || isLoopback(host)) return;
  throw new TacetError(
    'USAGE',
    `${host} is not this machine: put a proxy with TLS in front, then say --behind-proxy`,
  );
}

/**
 * Listens on `host` and `port` (0: any free one). Without a proxy that does TLS only loopback
 * addresses are taken: tokens would travel in clear text. Throws USAGE for another host and for a port
 * that cannot be had.
 */
export async function listen(
  app: Handler,
  options: { host: string; port: number; behindProxy: boolean },
): Promise<Listener> {
  const { host, port } = options;
  requireSafeHost(options);
  const server = await start(app, host, port);
  server.maxConnections = MAX_CONNECTIONS;
  const bound = server.address();
  if (bound === null || typeof bound === 'string')
    throw new TacetError('INTERNAL', 'the server has no address');
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { address: `http://${name}:${bound.port}`, close: () => drain(server) };
}

function start(app: Handler, hostname: string, port: number): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port, serverOptions: SERVER_OPTIONS }, () =>
      resolve(server),
    ) as HttpServer;
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new TacetError('USAGE', `cannot listen on ${hostname} port ${port}: ${error.code ?? error.name}`),
      );
    });
  });
}

function drain(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
