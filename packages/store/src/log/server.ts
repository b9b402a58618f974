import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { TacetError } from '@tacet/records';
import { engineError } from '../errors.ts';
import { type Columns, readNative } from '../native/reader.ts';
import type { LogStore } from '../port.ts';
import { Cells } from './decode.ts';
import type { Engine } from './engine.ts';
import { inputsAsRow, statement } from './inputs.ts';
import type { MatchPlan } from './match.ts';
import { openLogStore } from './store.ts';

export interface ServerOptions {
  /** `http://host:8123` or `https://…`. */
  url: string;
  username: string;
  password: string;
  /** Created when missing and the user may; a plain identifier. */
  database: string;
  /** Milliseconds a request may take; 120,000 by default. */
  timeout?: number;
}

type Settings = Record<string, string | number>;

/** Year and month of the first version with every setting that is used here. */
const OLDEST = [25, 3] as const;
const TIMEOUT_MS = 120_000;
/** Shorter than the shortest time that ClickHouse servers keep an idle connection by default (3 s). */
const IDLE_MS = 2000;
const CONNECTIONS = 16;
/** The external table of a match. */
const INPUTS = 'inputs';
const MATCHING = 'matching in the log store';

/**
 * Opens the log store on a ClickHouse server. Requests are made anew after the server was away.
 *
 * Fails with STORE_UNAVAILABLE when it cannot be reached, STORE_QUERY_FAILED when it refuses the
 * credentials or the database's name or is older than 25.3, STORE_VERSION_NEWER when a later program wrote the database.
 */
export async function openServer(options: ServerOptions): Promise<LogStore> {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(options.database)) {
    throw new TacetError('STORE_QUERY_FAILED', 'the name of a ClickHouse database is a plain identifier');
  }
  await prepare(options);
  return openLogStore(new ServerEngine(connect(options, options.database)));
}

function connect(options: ServerOptions, database: string): ClickHouseClient {
  const { url, username, password, timeout = TIMEOUT_MS } = options;
  return createClient({
    url,
    username,
    password,
    database,
    application: 'tacet',
    request_timeout: timeout,
    max_open_connections: CONNECTIONS,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_MS },
    // The client would print the server's error texts, and those echo rows.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** Refuses a server that is too old and makes the database. */
async function prepare(options: ServerOptions): Promise<void> {
  const engine = new ServerEngine(connect(options, 'default'));
  try {
    const cells = new Cells(await engine.select('SELECT version() AS version'));
    const version = cells.text('version', 0);
    if (!isAtLeast(version, OLDEST)) {
      throw new TacetError(
        'STORE_QUERY_FAILED',
        `ClickHouse ${version} is too old: ${OLDEST.join('.')} or later is needed`,
      );
    }
    await createDatabase(engine, options.database);
  } finally {
    await engine.close();
  }
}

function isAtLeast(version: string, [year, month]: readonly [number, number]): boolean {
  const [haveYear = 0, haveMonth = 0] = version.split('.').map(Number);
  return haveYear > year || (haveYear === year && haveMonth >= month);
}

async function createDatabase(engine: ServerEngine, database: string): Promise<void> {
  try {
    await engine.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
  } catch (error) {
    // A user without the right to create databases may have been given one.
    const exists = await engine
      .select(`SELECT 1 AS yes FROM system.databases WHERE name = '${database}'`)
      .catch(() => ({ rows: 0 }));
    if (exists.rows === 0) throw error;
  }
}

class ServerEngine implements Engine {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  async #send(
    query: string,
    what: string,
    settings: Settings,
    body?: { bytes: Uint8Array[]; contentType?: string },
  ): Promise<Uint8Array> {
    try {
      const { stream } = await this.#client.exec({
        query,
        clickhouse_settings: settings,
        ...(body && { values: Readable.from(body.bytes, { objectMode: false }) }),
        ...(body?.contentType && { http_headers: { 'Content-Type': body.contentType } }),
      });
      return await buffer(stream);
    } catch (error) {
      throw engineError(error, what, codeOfClient(error));
    }
  }

  async select(sql: string): Promise<Columns> {
    const bytes = await this.#send(`${sql} FORMAT Native`, 'reading the log store', {});
    return readNative(bytes);
  }

  async match(plan: MatchPlan): Promise<Columns> {
    const sql = statement(plan, INPUTS, ' FORMAT Native');
    const inputs = inputsAsRow(plan.inputs);
    if (!inputs) return readNative(await this.#send(sql, MATCHING, {}));
    const form = new MultipartForm();
    // Servers take 128 KB of a field of a form, but a URL of 128 KB holds far less, percent-encoded.
    form.field('query', sql);
    form.file(INPUTS, inputs.row);
    const bytes = await this.#send(
      '',
      MATCHING,
      { [`${INPUTS}_format`]: 'Native', [`${INPUTS}_structure`]: inputs.structure },
      form.finish(),
    );
    return readNative(bytes);
  }

  async command(sql: string): Promise<void> {
    await this.#send(sql, 'changing the log store', { wait_end_of_query: 1, mutations_sync: 2 });
  }

  async insert(block: Uint8Array, token: string): Promise<void> {
    await this.#send(
      'INSERT INTO segments FORMAT Native',
      'inserting into the log store',
      // Asynchronous inserts would answer before the rows are synced, and mix blocks.
      { wait_end_of_query: 1, async_insert: 0, insert_deduplication_token: token },
      { bytes: [block] },
    );
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** A multipart/form-data body (RFC 7578) of fields and binary files; the names are ours and plain. */
class MultipartForm {
  readonly #boundary = randomUUID();
  readonly #parts: Uint8Array[] = [];

  #part(disposition: string, content: Uint8Array): void {
    const head = `--${this.#boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
    this.#parts.push(Buffer.from(head), content, Buffer.from('\r\n'));
  }

  field(name: string, value: string): void {
    this.#part(`name="${name}"`, Buffer.from(value));
  }

  file(name: string, content: Uint8Array): void {
    this.#part(`name="${name}"; filename="${name}"`, content);
  }

  finish(): { bytes: Uint8Array[]; contentType: string } {
    return {
      bytes: [...this.#parts, Buffer.from(`--${this.#boundary}--\r\n`)],
      contentType: `multipart/form-data; boundary=${this.#boundary}`,
    };
  }
}

/** ClickHouse's number in an error of the client, undefined for errors of the connection. */
function codeOfClient(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = Number(error.code);
  return Number.isInteger(code) ? code : undefined;
}
