import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { systemNow } from './embedded.ts';
import type { ControlStore } from './port.ts';
import type { ControlTables } from './schema.ts';
import { ShareKeys } from './share-key.ts';
import { openControl } from './store.ts';

export interface ServerControlOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** File made by `createShareKeyFile`, not on the database's host or in its backups. */
  shareKeyFile: string;
  /** Connections at most; 10 by default. */
  connections?: number;
  /** Seconds since 1970; the system's clock by default. */
  now?: () => number;
}

const CONNECT_MS = 5000;
const STATEMENT_MS = 60_000;

/**
 * Opens the control records on a PostgreSQL server. Connections are made as needed and made again after
 * the server was away. Commits are synced whatever the server's default says.
 *
 * Fails with STORE_UNAVAILABLE, SHARE_KEY_INVALID, STORE_VERSION_NEWER.
 */
export async function openControlServer(options: ServerControlOptions): Promise<ControlStore> {
  const keys = ShareKeys.load(options.shareKeyFile);
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 10,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    application_name: 'tacet',
    options: '-c synchronous_commit=on',
  });
  // An idle connection that breaks is replaced on the next call, which reports if it cannot.
  pool.on('error', () => undefined);
  return openControl({
    database: new Kysely<ControlTables>({ dialect: new PostgresDialect({ pool }) }),
    keys,
    now: options.now ?? systemNow,
    release: () => undefined,
  });
}
