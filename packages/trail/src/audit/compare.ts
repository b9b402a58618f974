import type { ErrorCode } from '@tacet/records';
import { equalBytes, toHex } from '@tacet/seal';

/** Something that a verification found wrong. */
export interface TrailProblem {
  code: ErrorCode;
  /** For people; no content. */
  message: string;
  /** Number of the entry, where it is one. */
  entry?: number;
}

/** Most problems of one bundle that are told one by one. */
const TOLD = 8;

/**
 * What happened to entries whose hashes should be those of a tile: nothing, or that they were changed,
 * removed, or put into another order. `first` is the number of the first entry.
 */
export function compareEntries(
  first: number,
  entries: readonly Uint8Array[],
  tile: readonly Uint8Array[],
): TrailProblem[] {
  const same = entries.length === tile.length && entries.every((hash, at) => equalBytes(hash, tile[at]!));
  if (same) return [];
  const left = new Map<string, number>();
  for (const hash of entries) left.set(toHex(hash), (left.get(toHex(hash)) ?? 0) + 1);
  const gone: number[] = [];
  for (const [at, hash] of tile.entries()) {
    const count = left.get(toHex(hash)) ?? 0;
    if (count === 0) gone.push(first + at);
    else left.set(toHex(hash), count - 1);
  }
  const strange = [...left.values()].some((count) => count > 0);
  if (gone.length === 0)
    return [
      {
        code: strange ? 'TRAIL_ENTRY_CHANGED' : 'TRAIL_REORDERED',
        message: strange
          ? `entries were added among ${first} to ${first + tile.length - 1}`
          : `entries ${first} to ${first + tile.length - 1} were put into another order`,
      },
    ];
  // As many as before, and others in their places: changed. Fewer: removed.
  const changed = entries.length === tile.length;
  const told = gone.slice(0, TOLD).map((entry): TrailProblem => {
    const code = changed ? 'TRAIL_ENTRY_CHANGED' : 'TRAIL_ENTRY_MISSING';
    return { code, message: `entry ${entry} was ${changed ? 'changed' : 'removed'}`, entry };
  });
  const more = gone.length - told.length;
  if (more > 0) told.push({ code: told[0]!.code, message: `and ${more} more up to entry ${gone.at(-1)}` });
  return told;
}
