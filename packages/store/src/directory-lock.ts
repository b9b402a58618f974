import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TacetError } from '@tacet/records';
import { fileError } from './errors.ts';

/** Result code SQLITE_BUSY. */
const BUSY = 5;

export interface DirectoryLock {
  release(): void;
}

function busy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === BUSY;
}

/**
 * Makes this process the only user of `directory` until release or the process's end, however it ends.
 *
 * The lock is an exclusive transaction on an empty SQLite file named `lock`: SQLite takes the kernel's
 * own file lock, which a pid file cannot offer (a killed owner leaves nothing stale, pid namespaces do
 * not matter) and which Node has no other way to ask for. Creates the directory, readable by its owner
 * only. Throws STORE_LOCKED while someone else has it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    chmodSync(join(directory, 'lock'), 0o600);
  } catch (error) {
    database?.close();
    if (busy(error)) {
      throw new TacetError(
        'STORE_LOCKED',
        `${directory} is in use: another process (or another part of this one) has it open`,
      );
    }
    throw fileError(error, `${directory} cannot be opened`);
  }
  const held = database;
  return { release: () => held.close() };
}
