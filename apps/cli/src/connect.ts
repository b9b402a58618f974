import { TacetError } from '@tacet/records';
import type { Server } from '@tacet/server';
import { findServer, layoutOf, readConfig } from '@tacet/server/directory';
import type { Io } from './io.ts';

/** A server to talk to, here or far away. */
export interface Connection {
  /** Scheme, host and perhaps a path, without a slash at the end. */
  base: string;
  /** Sends a request; answers of any status resolve. Rejects as `fetch` does when there is none. */
  send(request: Request): Promise<Response>;
  /** Hash of the workspace's root record 0, hexadecimal, when the directory told it. */
  rootHash?: string;
  /** The server itself when it was started in this process. */
  local?: Server;
  close(): Promise<void>;
}

const POLL_MS = 100;
/** How long a server that is starting or stopping is waited for. */
const STARTING_MS = 10_000;

/**
 * Connects to a directory's server: over HTTP when one listens, else by running the same server in
 * this process, without a socket. Throws DIRECTORY_MISSING, STORE_LOCKED and what opening throws.
 */
export async function connectDirectory(directory: string, io: Io): Promise<Connection> {
  const layout = layoutOf(directory);
  const { rootHash } = await readConfig(layout);
  for (let waited = 0; ; waited += POLL_MS) {
    const found = await findServer(layout);
    if (found === undefined) return { ...(await connectHere(directory, io)), rootHash };
    // An address that the directory names is this machine's own, whatever network it is in.
    if (found !== 'starting') return { ...connectTo(new URL(found.address)), rootHash };
    if (waited >= STARTING_MS || io.stop.aborted)
      throw new TacetError('STORE_LOCKED', `another process is using ${layout.root}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function connectHere(directory: string, io: Io): Promise<Connection> {
  const { openServer, withoutCoreDumps } = await import('@tacet/server');
  withoutCoreDumps();
  const warn = (text: string) => void io.stderr.write(`tacet: ${text}\n`);
  const server = await openServer({ directory, warn });
  return {
    base: 'http://localhost',
    send: async (request) => server.app.fetch(request),
    local: server,
    close: () => server.close(),
  };
}

/**
 * Connects to a server by its URL. Throws USAGE when it is no URL, or when tokens and purposes would
 * travel through a network in clear text.
 */
export function connectUrl(to: string): Connection {
  return connectTo(safeUrl(to));
}

/** The address of a server that a token may be sent to. Throws USAGE. */
export function safeUrl(to: string): URL {
  const base = URL.parse(to);
  if (!base || !/^https?:$/.test(base.protocol)) throw new TacetError('USAGE', '--to takes an http(s) URL');
  const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(base.hostname);
  if (base.protocol === 'http:' && !loopback)
    throw new TacetError('USAGE', 'a token would travel in clear text: use an https URL');
  return base;
}

function connectTo(base: URL): Connection {
  return {
    base: `${base.origin}${base.pathname}`.replace(/\/+$/, ''),
    send: (request) => fetch(request),
    close: async () => {},
  };
}
