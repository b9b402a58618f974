import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Sink } from './inflate.ts';

export interface FoundFile {
  path: string;
  /** Relative to the directory, with `/`. */
  name: string;
  size: number;
}

const CHUNK = 1 << 20;

/** Every regular file below `directory`, in the order of names. Links are not followed. */
export async function listFiles(directory: string): Promise<FoundFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: FoundFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A running server may have merged it away since.
    const status = await stat(path).catch(() => undefined);
    if (status)
      files.push({ path, name: relative(directory, path).replaceAll('\\', '/'), size: status.size });
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

// One for all: whoever writes to a sink waits until it has taken what it wants.
const buffer = Buffer.allocUnsafeSlow(CHUNK);

/** Reads a file into `sink`, a megabyte at a time, to where it ends now. Not for two files at once. */
export async function readInto(path: string, sink: Sink, onRead: (bytes: number) => void): Promise<void> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      if (bytesRead === 0) break;
      await sink.write(buffer.subarray(0, bytesRead));
      onRead(bytesRead);
    }
  } finally {
    await file.close();
  }
  await sink.end();
}
