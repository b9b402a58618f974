import { rm } from 'node:fs/promises';
import { readIfThere, replacePrivate } from './files.ts';
import type { Layout } from './layout.ts';
import { isLocked } from './lock.ts';

/** Where the server of a directory listens. */
export interface RunRecord {
  /** `http://127.0.0.1:4318` */
  address: string;
  pid: number;
  started: string;
}

/** Tells other commands of this user where the server listens. */
export async function writeRun(layout: Layout, address: string): Promise<void> {
  const record: RunRecord = { address, pid: process.pid, started: new Date().toISOString() };
  await replacePrivate(layout.run, `${JSON.stringify(record)}\n`);
}

/** Called by the server that wrote it, while it still holds the lock. */
export async function removeRun(layout: Layout): Promise<void> {
  await rm(layout.run, { force: true });
}

/**
 * Where the directory's server listens: undefined when none runs. The lock decides, since a server
 * that was killed leaves its record behind. `'starting'`: somebody has the directory open but does
 * not listen (a server coming up or going down, or an import).
 */
export async function findServer(layout: Layout): Promise<RunRecord | 'starting' | undefined> {
  if (!isLocked(layout.lock)) return undefined;
  const text = await readIfThere(layout.run);
  try {
    const record = JSON.parse(text ?? '');
    if (typeof record.address === 'string' && typeof record.pid === 'number' && alive(record.pid))
      return record;
  } catch {}
  return 'starting';
}

/** A record of a killed server may lie beside the lock of another command. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
