import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';

/** A file to scan; `-` is standard input. */
export interface ScanSource {
  readonly name: string;
  /** Bytes as stored; 0 when nobody knows. */
  readonly size: number;
}

/** Folders that hold copies of what is beside them. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);

/**
 * The files of what was named, folders at any depth, in order. Links inside folders are not followed.
 *
 * @throws FILE_UNREADABLE for a name that leads nowhere
 */
export async function sourcesOf(names: readonly string[]): Promise<ScanSource[]> {
  const sources: ScanSource[] = [];
  for (const name of names) {
    if (name === '-') sources.push({ name, size: 0 });
    else await gather(name, sources, true);
  }
  return sources;
}

async function gather(path: string, sources: ScanSource[], named: boolean): Promise<void> {
  const status = await (named ? stat(path) : lstat(path)).catch((error: NodeJS.ErrnoException) => {
    throw new TacetError('FILE_UNREADABLE', `${path} cannot be read (${error.code ?? 'unknown reason'})`);
  });
  if (status.isFile()) sources.push({ name: path, size: status.size });
  else if (status.isDirectory()) {
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isFile() || (entry.isDirectory() && !SKIPPED.has(entry.name)))
        await gather(join(path, entry.name), sources, false);
    }
  }
}
