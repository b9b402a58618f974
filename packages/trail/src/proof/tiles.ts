import { TacetError } from '@tacet/records';
import { nodeHash } from './merkle.ts';

/** The static files of a log as in c2sp.org/tlog-tiles. */

/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256;
export const HASH_BYTES = 32;
/** An entry's length has two bytes in its bundle. */
export const MAX_ENTRY = 65_535;
/** No tree of 2^53 entries has more levels of tiles. */
export const MAX_LEVEL = 6;

/** Where the files of a log are: a folder, a server, memory. Paths as the specification has them. */
export interface TileSource {
  /** A file's bytes, at most `limit`; undefined when there is none. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>;
}

/** `x001/x234/067`, and `.p/17` after it when the tile is not full. */
function placePath(index: number, width: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

/** Path of the tile of hashes number `index` of `level`; `width` is how many it holds. */
export function tilePath(level: number, index: number, width: number): string {
  return `tile/${level}/${placePath(index, width)}`;
}

/** Path of a bundle of entries. */
export function bundlePath(index: number, width: number): string {
  return `tile/entries/${placePath(index, width)}`;
}

/** Whether a text is a path of a tile or of a bundle: what may be asked of a folder. */
export function isTilePath(path: string): boolean {
  return /^tile\/(?:[0-6]|entries)\/(?:x\d{3}\/){0,5}\d{3}(?:\.p\/(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?$/.test(
    path,
  );
}

/** How many hashes level `level` of a tree of `size` entries has. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Width of tile `index` of a level that has `hashes`; 0 when there is none. */
export function widthAt(index: number, hashes: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** A bundle of entries: each after its length, 16-bit big-endian. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const entry of entries) {
    view.setUint16(at, entry.length);
    out.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return out;
}

/** The entries of a bundle, or undefined when it is none. Copies nothing. */
export function decodeBundle(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + view.getUint16(at);
    if (end > bytes.length || entries.length === TILE_WIDTH) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

/** The hashes of a tile. Copies nothing. */
export function decodeTile(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** Root of a perfect subtree of consecutive hashes; their number is a power of two. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, at) => nodeHash(row[2 * at]!, row[2 * at + 1]!));
  return row[0]!;
}

/**
 * Reads a file of the log of which the first `width` units are wanted: the partial one, or the full one
 * once that has replaced it. Throws TRAIL_ENTRY_MISSING.
 */
async function readPlace(
  source: TileSource,
  path: (width: number) => string,
  width: number,
  limit: number,
): Promise<Uint8Array> {
  const partial = await source.read(path(width), limit);
  const bytes = partial ?? (width < TILE_WIDTH ? await source.read(path(TILE_WIDTH), limit) : undefined);
  if (bytes) return bytes;
  throw new TacetError('TRAIL_ENTRY_MISSING', `the trail lacks ${path(width)}`);
}

/** Entries of bundle `index`, `width` of them. Throws TRAIL_ENTRY_MISSING, TRAIL_ENTRY_CHANGED. */
export async function readBundle(source: TileSource, index: number, width: number): Promise<Uint8Array[]> {
  const path = (wide: number) => bundlePath(index, wide);
  const bytes = await readPlace(source, path, width, TILE_WIDTH * (MAX_ENTRY + 2));
  const entries = decodeBundle(bytes);
  if (!entries) throw new TacetError('TRAIL_ENTRY_CHANGED', `${path(width)} is not a bundle of entries`);
  return entries.slice(0, width);
}

/** Hashes of a tile, `width` of them. Throws TRAIL_ENTRY_MISSING, TRAIL_ENTRY_CHANGED. */
export async function readTile(
  source: TileSource,
  level: number,
  index: number,
  width: number,
): Promise<Uint8Array[]> {
  const path = (wide: number) => tilePath(level, index, wide);
  const bytes = await readPlace(source, path, width, TILE_WIDTH * HASH_BYTES);
  if (bytes.length < width * HASH_BYTES || bytes.length % HASH_BYTES !== 0)
    throw new TacetError('TRAIL_ENTRY_CHANGED', `${path(width)} is not a tile of ${width} hashes`);
  return decodeTile(bytes).slice(0, width);
}

/** Entries from number `first` up to `size`, in order. Throws as `readBundle`. */
export async function* readLeaves(
  source: TileSource,
  first: number,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let index = Math.floor(first / TILE_WIDTH); index * TILE_WIDTH < size; index++) {
    const entries = await readBundle(source, index, widthAt(index, size));
    yield* entries.slice(Math.max(0, first - index * TILE_WIDTH));
  }
}
