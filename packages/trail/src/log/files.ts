import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TacetError } from '@tacet/records';
import type { TileSource } from '../proof/tiles.ts';

/** Syncs a folder, so that the names in it survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/**
 * Makes or replaces a file in one step, for its owner only; its folders too where they are missing.
 * Durable on return but for the names of its folders: sync those, or see `replaceDurably`.
 */
export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.new`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}

/** The same, and the name is durable too. */
export async function replaceDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  await replaceFile(path, bytes);
  await syncFolder(dirname(path));
}

/** The first `limit` bytes of a regular file; undefined when there is none. */
export async function readUpTo(path: string, limit: number): Promise<Uint8Array | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return undefined;
    const bytes = new Uint8Array(Math.min(limit, stat.size));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** A log in a folder: that of a running server, or a copy. Throws TRAIL_UNAVAILABLE. */
export function folderSource(folder: string): TileSource {
  return {
    read: (path, limit) =>
      readUpTo(join(folder, path), limit).catch((cause) => {
        throw new TacetError('TRAIL_UNAVAILABLE', `${join(folder, path)} cannot be read`, { cause });
      }),
  };
}

/** Removes a file or folder; one that is not there is no failure. */
export async function removePath(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
