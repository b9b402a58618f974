import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePurpose } from '@tacet/access';
import type { Identity } from '@tacet/seal';
import { type Founding, foundDirectory } from '../found.ts';
import { type OpenOptions, openServer, type Server } from '../open.ts';

/** A founded directory with its server open in this process, for tests. */
export interface TestServer {
  server: Server;
  directory: string;
  identity: Identity;
  tokens: Founding['tokens'];
  /** What the server told the person who runs it. */
  warnings: string[];
  /** Sends a request to the app, with no socket. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The same with the ingest token. */
  ingest(path: string, body: RequestInit['body'], headers?: Record<string, string>): Promise<Response>;
  /** The same with the reader token and a purpose; a body makes it a POST of JSON. */
  read(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same with the owner token, or `token`. */
  administer(path: string, body?: unknown, token?: string): Promise<Response>;
  /** Closes the server and opens the directory again. */
  reopen(): Promise<void>;
  remove(): Promise<void>;
}

/** Makes one. `options` go to `openServer`. */
export async function testServer(options: Partial<OpenOptions> = {}): Promise<TestServer> {
  const root = await mkdtemp(join(tmpdir(), 'tacet-server-'));
  const directory = join(root, 'store');
  const now = options.now?.() ?? Date.now();
  const { identity, tokens } = await foundDirectory({
    directory,
    workspace: 'acme',
    now,
    keep: async () => {},
  });
  const warnings: string[] = [];
  const open = () => openServer({ directory, warn: (text) => warnings.push(text), ...options });
  const request = async (path: string, init?: RequestInit) =>
    test.server.app.request(`http://localhost${path}`, init);
  const test: TestServer = {
    server: await open(),
    directory,
    identity,
    tokens,
    warnings,
    request,
    ingest: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        body: body ?? null,
        headers: {
          Authorization: `Bearer ${tokens.ingest}`,
          'Content-Type': 'application/x-ndjson',
          ...headers,
        },
      }),
    read: (path, body, headers = {}) =>
      request(path, {
        method: body === undefined ? 'GET' : 'POST',
        body: body === undefined ? null : JSON.stringify(body),
        headers: {
          Authorization: `Bearer ${tokens.reader}`,
          'Tacet-Purpose': encodePurpose('ticket 4711: refund'),
          ...headers,
        },
      }),
    administer: (path, body, token = tokens.owner) =>
      request(path, {
        method: body === undefined ? 'GET' : 'POST',
        body: body === undefined ? null : JSON.stringify(body),
        headers: { Authorization: `Bearer ${token}` },
      }),
    reopen: async () => {
      await test.server.close();
      test.server = await open();
    },
    remove: async () => {
      await test.server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
  return test;
}

/** The code that an answer's error names. */
export async function codeIn(response: Response): Promise<unknown> {
  return ((await response.json()) as { error?: { code?: unknown } }).error?.code;
}
