import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { release, TacetError } from '@tacet/records';
import { drainPending, Session } from 'chdb';
import { type DirectoryLock, lockDirectory } from '../directory-lock.ts';
import { engineError, fileError } from '../errors.ts';
import { type Columns, readNative } from '../native/reader.ts';
import type { LogStore } from '../port.ts';
import type { Engine } from './engine.ts';
import { inputsAsSelect, statement } from './inputs.ts';
import type { MatchPlan } from './match.ts';
import { openLogStore } from './store.ts';

export interface EmbeddedOptions {
  /** Directory of the store; created when missing. One process at a time. */
  path: string;
}

const DATABASE = 'tacet';
/** With the writer they can fill three of the four threads that Node has for files and the like. */
const READERS = 2;
const MATCHING = 'matching in the log store';

/** Nothing asked or inserted is logged by the engine; a match may be long: its keys stand in its text. */
const ARGUMENTS = ['--log_queries=0', '--max_query_size=1073741824', '--mutations_sync=2'];

/**
 * Opens the log store inside this process: ClickHouse as a library. A process can have one at a time.
 *
 * Fails with STORE_LOCKED when the directory or the process's engine is in use, STORE_VERSION_NEWER when
 * a later program wrote it, STORE_CORRUPT when the engine cannot open it.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<LogStore> {
  const path = resolve(options.path);
  const lock = lockDirectory(path);
  let engine: EmbeddedEngine;
  try {
    engine = await EmbeddedEngine.open(path, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
  return openLogStore(engine);
}

function connect(path: string): Session {
  try {
    return new Session(path, { connectionArgs: ARGUMENTS });
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (text.includes('one active data directory')) {
      throw new TacetError('STORE_LOCKED', 'this process has another embedded log store open');
    }
    // The engine prints why to stderr and tells JavaScript nothing.
    throw new TacetError(
      'STORE_CORRUPT',
      `the log engine cannot open ${path}: another program holds its lock, or the files are damaged`,
    );
  }
}

class EmbeddedEngine implements Engine {
  readonly #spool: string;
  readonly #lock: DirectoryLock;
  /** A connection runs one statement at a time: searches wait neither for inserts nor for one another. */
  readonly #writer: Session;
  readonly #readers: Session[];
  #turn = 0;
  #matches = 0;

  constructor(path: string, lock: DirectoryLock) {
    this.#spool = join(path, 'spool');
    this.#lock = lock;
    this.#writer = connect(join(path, 'engine'));
    this.#readers = Array.from({ length: READERS }, () => connect(join(path, 'engine')));
  }

  static async open(path: string, lock: DirectoryLock): Promise<EmbeddedEngine> {
    const engine = new EmbeddedEngine(path, lock);
    try {
      await engine.#sweep();
      await engine.command(`CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic`);
      await engine.command(`USE ${DATABASE}`);
      for (const reader of engine.#readers)
        await engine.#run(reader, `USE ${DATABASE}`, 'opening the log store');
    } catch (error) {
      engine.#disconnect();
      throw error;
    }
    return engine;
  }

  /** Removes what an interrupted insert left: it was never acknowledged. */
  async #sweep(): Promise<void> {
    try {
      await mkdir(this.#spool, { recursive: true, mode: 0o700 });
      for (const name of await readdir(this.#spool)) await rm(join(this.#spool, name), { force: true });
    } catch (error) {
      throw fileError(error, `${this.#spool} cannot be written`);
    }
  }

  async #run(session: Session, sql: string, what: string): Promise<Uint8Array> {
    if (!session.open) throw new TacetError('STORE_UNAVAILABLE', 'the log store is closed');
    try {
      return (await session.queryAsync(sql, { format: 'Native' })).bytes();
    } catch (error) {
      throw engineError(error, what);
    }
  }

  #reader(): Session {
    this.#turn = (this.#turn + 1) % READERS;
    return this.#readers[this.#turn]!;
  }

  async select(sql: string): Promise<Columns> {
    return readNative(await this.#run(this.#reader(), sql, 'reading the log store'));
  }

  /** The inputs stand in a temporary table, in memory: their text would be planned wherever it is used. */
  async match(plan: MatchPlan): Promise<Columns> {
    const inputs = inputsAsSelect(plan.inputs);
    if (!inputs) return this.select(statement(plan, ''));
    // Temporary tables belong to a connection.
    const reader = this.#reader();
    const table = `inputs_${++this.#matches}`;
    await this.#run(reader, `CREATE TEMPORARY TABLE ${table} ENGINE = Memory AS ${inputs}`, MATCHING);
    try {
      return readNative(await this.#run(reader, statement(plan, table), MATCHING));
    } finally {
      // If this fails, the table goes with the connection.
      await this.#run(reader, `DROP TEMPORARY TABLE ${table}`, MATCHING).catch(() => undefined);
    }
  }

  async command(sql: string): Promise<void> {
    await this.#run(this.#writer, sql, 'changing the log store');
  }

  /**
   * The block goes through a file of sealed bytes: the engine cannot take binary data inline, and text
   * after a blank line of inline data would run as SQL.
   */
  async insert(block: Uint8Array, token: string): Promise<void> {
    const file = join(this.#spool, `${randomUUID()}.native`);
    try {
      try {
        await writeFile(file, block, { mode: 0o600 });
      } catch (error) {
        throw fileError(error, 'the spool of the log store cannot be written');
      }
      // All of what its writer had taken.
      release(new Uint8Array(block.buffer));
      const quoted = file.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
      await this.#run(
        this.#writer,
        `INSERT INTO segments SELECT * FROM file('${quoted}', 'Native')
SETTINGS insert_deduplication_token = '${token}'`,
        'inserting into the log store',
      );
    } finally {
      await rm(file, { force: true });
    }
  }

  #disconnect(): void {
    for (const reader of this.#readers) reader.close();
    this.#writer.close();
  }

  async close(): Promise<void> {
    this.#disconnect();
    await drainPending();
    this.#lock.release();
  }
}
