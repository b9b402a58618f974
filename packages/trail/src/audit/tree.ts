import { codeOf, TacetError } from '@tacet/records';
import { equalBytes } from '@tacet/seal';
import { type Tile, TileEdge } from '../log/edge.ts';
import { leafHash } from '../proof/merkle.ts';
import { readBundle, readTile, TILE_WIDTH, type TileSource, widthAt } from '../proof/tiles.ts';
import { compareEntries, type TrailProblem } from './compare.ts';

/** What a walk through every entry gave. */
export interface Walk {
  problems: TrailProblem[];
  /** Root over the hashes as they are. */
  root: Uint8Array;
  /** Roots of the sizes that were asked for, as the hashes are. */
  roots: Map<number, Uint8Array>;
}

/**
 * Reads every entry of a log of `size` entries, makes its tree anew, and compares each tile. `visit` is
 * given the sound entries in order. TRAIL_ENTRY_MISSING when neither entries nor hashes are left.
 */
export async function walkTree(
  source: TileSource,
  size: number,
  sizes: ReadonlySet<number>,
  visit: (index: number, leaf: Uint8Array) => void,
): Promise<Walk> {
  const problems: TrailProblem[] = [];
  const roots = new Map<number, Uint8Array>();
  const edge = new TileEdge();
  const note = () => {
    if (sizes.has(edge.tree.size)) roots.set(edge.tree.size, edge.tree.root());
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if (!code?.startsWith('TRAIL_ENTRY_')) throw error;
      problems.push({ code, message: (error as TacetError).message });
      return undefined;
    }
  };
  const check = async ({ level, index, hashes }: Tile) => {
    const found = await attempt(() => readTile(source, level, index, hashes.length));
    if (!found || found.every((hash, at) => equalBytes(hash, hashes[at]!))) return;
    const at = found.findIndex((hash, place) => !equalBytes(hash, hashes[place]!));
    const span = TILE_WIDTH ** level;
    const first = (index * TILE_WIDTH + at) * span;
    const where = span === 1 ? `entry ${first}` : `entries ${first} to ${first + span - 1}`;
    problems.push({ code: 'TRAIL_ENTRY_CHANGED', message: `the tree does not fit ${where}`, entry: first });
  };

  note();
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = widthAt(index, size);
    const first = index * TILE_WIDTH;
    const entries = (await attempt(() => readBundle(source, index, width))) ?? [];
    const hashes = entries.map(leafHash);
    const tile = await attempt(() => readTile(source, 0, index, width));
    if (tile) problems.push(...compareEntries(first, hashes, tile));
    // The tree goes on from its own hashes: what hangs above them judges them, they judge the entries.
    const sound = tile ?? (hashes.length === width ? hashes : undefined);
    if (!sound)
      throw new TacetError(
        'TRAIL_ENTRY_MISSING',
        `nothing is left of entries ${first} to ${first + width - 1}`,
      );
    for (const [at, hash] of sound.entries()) {
      for (const full of edge.append(hash)) if (full.level > 0) await check(full);
      note();
      if (hashes[at] && equalBytes(hashes[at], hash)) visit(first + at, entries[at]!);
    }
  }
  for (const partial of edge.partial()) if (partial.level > 0) await check(partial);
  return { problems, root: edge.tree.root(), roots };
}
