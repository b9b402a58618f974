import { dirname, join } from 'node:path';
import { formatCheckpoint, type SignedCheckpoint } from '../proof/checkpoint.ts';
import { bundlePath, encodeBundle, hashesAt, TILE_WIDTH, tilePath, widthAt } from '../proof/tiles.ts';
import type { Tile } from './edge.ts';
import { removePath, replaceFile, syncFolder } from './files.ts';

/** Name of the file with the newest checkpoint, in the folder of the log and at its URL. */
export const CHECKPOINT = 'checkpoint';

/** Entries of one bundle, from its first on. */
export interface Bundle {
  index: number;
  entries: readonly Uint8Array[];
}

/** What a checkpoint needs that the one before did not. */
export interface Growth {
  tiles: readonly Tile[];
  bundles: readonly Bundle[];
}

/**
 * Writes tiles and bundles, then the checkpoint that needs them: whoever reads a checkpoint finds its
 * tree, after a power cut too. Partial files stay until the full one is there, for older checkpoints.
 */
export async function writeGrowth(
  folder: string,
  { tiles, bundles }: Growth,
  next: SignedCheckpoint,
  before: number,
): Promise<void> {
  const files = new Map<string, Uint8Array>();
  const done: string[] = [];
  const add = (path: (width: number) => string, width: number, written: number, bytes: () => Uint8Array) => {
    if (width === written) return;
    files.set(path(width), bytes());
    if (width === TILE_WIDTH && written > 0) done.push(`${path(TILE_WIDTH)}.p`);
  };
  for (const { level, index, hashes } of tiles) {
    const written = widthAt(index, hashesAt(level, before));
    add(
      (width) => tilePath(level, index, width),
      hashes.length,
      written,
      () => Buffer.concat(hashes),
    );
  }
  for (const { index, entries } of bundles) {
    const path = (width: number) => bundlePath(index, width);
    add(path, entries.length, widthAt(index, before), () => encodeBundle(entries));
  }
  const folders = new Set<string>();
  for (const [path, bytes] of files) {
    await replaceFile(join(folder, path), bytes);
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at);
  }
  // The innermost first: a name is worth nothing while what it names is not there.
  for (const path of [...folders].sort((a, b) => b.length - a.length)) await syncFolder(join(folder, path));
  await replaceFile(join(folder, CHECKPOINT), formatCheckpoint(next));
  await syncFolder(folder);
  for (const path of done) await removePath(join(folder, path));
}
