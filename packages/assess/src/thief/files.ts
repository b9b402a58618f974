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

/**
 * Every regular file below `directory`, in the order of names. Links are not followed. `onUnreadable` is
 * told of folders that may not be listed; without it they are passed over.
 */
export async function listFiles(
  directory: string,
  onUnreadable: (name: string, code: string) => void = () => undefined,
): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  // Not with `recursive`: that follows links to folders.
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      // A running engine may have removed it meanwhile.
      if (error.code !== 'ENOENT') onUnreadable(relative(directory, folder), error.code ?? 'unknown error');
      return [];
    });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path);
      if (!entry.isFile()) continue;
      // A running server may have merged it away since.
      const status = await stat(path).catch(() => undefined);
      const name = relative(directory, path).replaceAll('\\', '/');
      if (status) files.push({ path, name, size: status.size });
    }
  };
  await visit(directory);
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
