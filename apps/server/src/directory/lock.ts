import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { TacetError } from '@tacet/records';

const SQLITE_BUSY = 5;

/**
 * Takes the lock of a directory for this process; returns the function that gives it back. The
 * operating system drops it when the process ends, however it ends, so no stale lock can remain.
 *
 * Node has no file locks of its own; SQLite, which it brings, takes them on every system. The file
 * stays empty. Throws STORE_LOCKED when somebody holds it.
 */
export function takeLock(path: string): () => void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY)
      throw new TacetError('STORE_LOCKED', 'another process is using this directory');
    throw error;
  }
  return () => lock.close();
}

/** Whether somebody holds the lock right now. */
export function isLocked(path: string): boolean {
  try {
    takeLock(path)();
    return false;
  } catch (error) {
    if (error instanceof TacetError) return true;
    throw error;
  }
}
