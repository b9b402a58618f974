import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Part {
  name: string;
  first: number;
  last: number;
  level: number;
}

/**
 * Bytes below a folder of ClickHouse, without the parts that a merge has replaced: those lie about for some
 * minutes before the engine removes them. A part is named `partition_first_last_level` by its blocks.
 */
export async function storedBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const parts = entries.flatMap((entry) => partOf(entry.name) ?? []);
  let bytes = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile())
      bytes += await stat(path)
        .then(({ size }) => size)
        .catch(() => 0);
    else if (entry.isDirectory() && !replaced(partOf(entry.name), parts)) bytes += await storedBytes(path);
  }
  return bytes;
}

function partOf(name: string): Part | undefined {
  const [, partition, first, last, level] = /^(.+)_(\d+)_(\d+)_(\d+)$/.exec(name) ?? [];
  if (partition === undefined) return undefined;
  return { name: partition, first: Number(first), last: Number(last), level: Number(level) };
}

function replaced(part: Part | undefined, parts: readonly Part[]): boolean {
  if (!part) return false;
  return parts.some(
    (other) =>
      other.name === part.name &&
      other.level > part.level &&
      other.first <= part.first &&
      other.last >= part.last,
  );
}
