import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

export interface DataDirectory {
  engine: 'clickhouse' | 'postgres';
  path: string;
  /** Relative to the directory searched; '' for itself. */
  name: string;
}

const MAX_DEPTH = 8;

/**
 * Data directories at or below `directory`, recognised by their layout: ClickHouse keeps `metadata` beside
 * `store` or `data`, PostgreSQL `PG_VERSION` beside `base` and `global`.
 */
export async function findDataDirectories(directory: string): Promise<DataDirectory[]> {
  const found: DataDirectory[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const names = new Set(entries.map((entry) => entry.name));
    const add = (engine: DataDirectory['engine']) =>
      found.push({ engine, path, name: relative(directory, path) });
    if (names.has('metadata') && (names.has('store') || names.has('data'))) add('clickhouse');
    else if (names.has('PG_VERSION') && names.has('base') && names.has('global')) add('postgres');
    else if (depth < MAX_DEPTH) {
      for (const entry of entries) if (entry.isDirectory()) await visit(join(path, entry.name), depth + 1);
    }
  };
  await visit(directory, 0);
  return found;
}

/**
 * Copies a data directory, sharing blocks where the file system can, so that opening it disturbs nobody.
 * Files that a running engine removes meanwhile are passed over; links within the directory lead to the copy.
 */
export async function copyDirectory(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyDirectory(source, target);
    else if (entry.isSymbolicLink()) await copyLink(source, target, from, to);
    else if (entry.isFile()) await copyFile(source, target, constants.COPYFILE_FICLONE).catch(passVanished);
  }
}

async function copyLink(source: string, target: string, from: string, to: string): Promise<void> {
  const leads = await readlink(source);
  const inside = resolve(from, leads).startsWith(from + sep);
  await symlink(inside && leads.startsWith(sep) ? join(to, relative(from, leads)) : leads, target);
}

function passVanished(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
