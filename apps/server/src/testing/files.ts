import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

// The engines of an open store merge and remove files at any moment, so a file may be gone between its name being
// read and its bytes.

/** Every regular file below a directory with its bytes, once; listed again for as long as files vanish meanwhile. */
export function* filesBelow(directory: string): Generator<{ path: string; bytes: Buffer }> {
  const seen = new Set<string>();
  for (let vanished = true; vanished; ) {
    vanished = false;
    for (const entry of listed(directory)) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || seen.has(path)) continue;
      const bytes = unlessGone(() => readFileSync(path));
      if (bytes === undefined) vanished = true;
      else yield { path, bytes };
      seen.add(path);
    }
  }
}

/** Copies a directory whose server may be running; begins again when a file vanishes on the way. */
export function copyOf(directory: string, to: string): void {
  const copied = () => {
    cpSync(directory, to, { recursive: true, verbatimSymlinks: true });
    return true;
  };
  while (!unlessGone(copied)) rmSync(to, { recursive: true, force: true });
}

function listed(directory: string) {
  for (;;) {
    const entries = unlessGone(() => readdirSync(directory, { recursive: true, withFileTypes: true }));
    if (entries) return entries;
  }
}

function unlessGone<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
