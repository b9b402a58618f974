import { createHash, randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import type { FileSource } from '@tacet/receive';
import { type Rows, TacetError } from '@tacet/records';
import type { Io } from '../io.ts';

/** A file to import, or standard input. */
export interface Source {
  /** As the person named it. */
  name: string;
  source: FileSource;
  /** Bytes; 0 when nobody knows. */
  size: number;
  /** Two runs over the same, unchanged file have the same one. */
  identity: string;
}

/** Looks at what was named, before anything is imported. Throws FILE_UNREADABLE or USAGE. */
export async function sourcesOf(names: readonly string[], io: Io): Promise<Source[]> {
  if (names.filter((name) => name === '-').length > 1)
    throw new TacetError('USAGE', 'standard input can be read only once');
  return Promise.all(names.map((name) => (name === '-' ? standardInput(io) : fileOf(name))));
}

function standardInput(io: Io): Source {
  const identity = randomBytes(16).toString('hex');
  // Who waits for input that does not come must be able to stop.
  io.stop.addEventListener('abort', () => io.stdin.destroy(), { once: true });
  return { name: 'standard input', source: { stream: io.stdin }, size: 0, identity };
}

async function fileOf(name: string): Promise<Source> {
  try {
    const path = await realpath(name);
    const status = await stat(path);
    const { size, mtimeMs, ino } = status;
    if (!status.isFile()) throw new TacetError('FILE_UNREADABLE', `${name} is not a file`);
    return { name, source: { path }, size, identity: JSON.stringify([path, size, mtimeMs, ino]) };
  } catch (error) {
    if (error instanceof TacetError) throw error;
    throw new TacetError(
      'FILE_UNREADABLE',
      `${name}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be read'}`,
    );
  }
}

/**
 * Names batch number `index` of a source. An import that was cut off and is run again within two hours
 * names the same batches alike, and what was stored is not stored twice.
 */
export function batchKey(source: Source, index: number, { bytes, ends }: Rows): Uint8Array {
  const last = Buffer.from(bytes.subarray(ends.at(-2) ?? 0)).toString('utf8');
  // Events without a time of their own get the time of reading, which differs from run to run.
  const text = last.replace(/^\{"time":"-?\d+"/, '');
  const parts = JSON.stringify([source.identity, index, ends.length, text]);
  return new Uint8Array(createHash('sha256').update(parts).digest());
}
