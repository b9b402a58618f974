import { constants } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Syncs a folder, so that a name made in it survives a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

async function write(path: string, flags: number, content: string | Uint8Array): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a file that must not exist yet, readable by its owner only; durable on return. */
export async function createPrivate(path: string, content: string | Uint8Array): Promise<void> {
  await write(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, content);
  await syncFolder(dirname(path));
}

/** Makes or replaces a file in one step, readable by its owner only; durable on return. */
export async function replacePrivate(path: string, content: string | Uint8Array): Promise<void> {
  const next = `${path}.${process.pid}.new`;
  await write(next, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, content);
  await rename(next, path);
  await syncFolder(dirname(path));
}

/** The file's text, or undefined when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
