import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';

/** How far the trail had come when it was last written: notices a journal cut at an entry's border. */
export interface Head {
  size: number;
  /** Root of the tree of that size, 32 bytes. */
  root: Uint8Array;
}

const HEAD = 'head';

/**
 * Replaces the file in one step. Not synced: it may lag behind the entries, never run ahead of them.
 */
export async function writeHead(folder: string, { size, root }: Head): Promise<void> {
  const path = join(folder, HEAD);
  const text = JSON.stringify({ size, root: Buffer.from(root).toString('hex') });
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Reads it; undefined when there is none (or a crash left it empty). Throws TRAIL_CORRUPT. */
export async function readHead(folder: string): Promise<Head | undefined> {
  const text = await readFile(join(folder, HEAD), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new TacetError('TRAIL_UNAVAILABLE', 'the trail cannot be read', { cause: error });
  });
  if (text === '') return undefined;
  try {
    const { size, root } = JSON.parse(text);
    if (Number.isSafeInteger(size) && size >= 0 && /^[0-9a-f]{64}$/.test(root))
      return { size, root: new Uint8Array(Buffer.from(root, 'hex')) };
  } catch {}
  throw new TacetError('TRAIL_CORRUPT', 'the trail is damaged: its head is not readable');
}
