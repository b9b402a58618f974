import { TacetError } from '@tacet/records';
import type { Server } from '@tacet/server';
import { findServer, layoutOf, readConfig } from '@tacet/server/directory';
import type { Io } from './io.ts';

/** A server to talk to, here or far away. */
export interface Connection {
  /** Sends a request to `path` (`/v1/...`); answers of any status resolve. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
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
    if (found === undefined) {
      const { openServer, withoutCoreDumps } = await import('@tacet/server');
      withoutCoreDumps();
      const warn = (text: string) => void io.stderr.write(`tacet: ${text}\n`);
      const server = await openServer({ directory, warn });
      return {
        fetch: async (path, init) => server.app.request(`http://localhost${path}`, init),
        rootHash,
        local: server,
        close: () => server.close(),
      };
    }
    if (found !== 'starting') return { ...connectUrl(found.address), rootHash };
    if (waited >= STARTING_MS || io.stop.aborted)
      throw new TacetError('STORE_LOCKED', `another process is using ${layout.root}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Connects to a server by its URL. Throws USAGE when it is no URL, or when tokens and purposes would
 * travel through a network in clear text.
 */
export function connectUrl(to: string): Connection {
  const base = URL.parse(to);
  if (!base || !/^https?:$/.test(base.protocol)) throw new TacetError('USAGE', '--to takes an http(s) URL');
  const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(base.hostname);
  if (base.protocol === 'http:' && !loopback)
    throw new TacetError('USAGE', 'a token would travel in clear text: use an https URL');
  return {
    fetch: async (path, init) => {
      try {
        return await fetch(new URL(path.slice(1), base.href.endsWith('/') ? base : `${base.href}/`), init);
      } catch (cause) {
        if (init?.signal?.aborted) throw cause;
        throw new TacetError('SERVER_UNREACHABLE', `no answer from ${base.origin}`, { cause });
      }
    },
    close: async () => {},
  };
}
