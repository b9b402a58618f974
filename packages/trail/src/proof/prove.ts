import { TacetError } from '@tacet/records';
import { EMPTY_ROOT, nodeHash } from './merkle.ts';
import { hashesAt, perfectRoot, readTile, TILE_WIDTH, type TileSource, widthAt } from './tiles.ts';

const TILE_HEIGHT = 8;
/** Tiles remembered by one prover: a proof needs a few of each level. */
const MAX_TILES = 1_024;

/** Root of the perfect subtree of 2^`height` entries, number `index` of its row. */
export type Subtree = (height: number, index: number) => Promise<Uint8Array>;

/** The largest power of two below `size`, and its exponent. */
function split(size: number): { half: number; height: number } {
  let [half, height] = [1, 0];
  while (half * 2 < size) {
    half *= 2;
    height++;
  }
  return { half, height };
}

/** MTH(D[start:end]) of RFC 6962, section 2.1, for ranges that it splits trees into. */
async function rangeRoot(subtree: Subtree, start: number, end: number): Promise<Uint8Array> {
  const size = end - start;
  const { half, height } = split(size);
  if (size === 1) return subtree(0, start);
  if (size === half * 2) return subtree(height + 1, start / size);
  return nodeHash(await subtree(height, start / half), await rangeRoot(subtree, start + half, end));
}

/** Makes roots and proofs for every size up to `size` from the hashes of a log. */
export class Prover {
  readonly size: number;
  readonly #subtree: Subtree;

  constructor(size: number, subtree: Subtree) {
    this.size = size;
    this.#subtree = subtree;
  }

  /** Root of the tree of the first `size` entries. */
  async root(size: number): Promise<Uint8Array> {
    this.#require(size >= 0 && size <= this.size);
    return size === 0 ? EMPTY_ROOT : rangeRoot(this.#subtree, 0, size);
  }

  /** PATH(index, D[size]) of RFC 6962, section 2.1.1; REQUEST_INVALID when there is no such entry. */
  async inclusion(index: number, size: number): Promise<Uint8Array[]> {
    this.#require(index >= 0 && index < size && size <= this.size);
    const path: Uint8Array[] = [];
    let [start, end] = [0, size];
    while (end - start > 1) {
      const middle = start + split(end - start).half;
      if (index < middle) {
        path.push(await rangeRoot(this.#subtree, middle, end));
        end = middle;
      } else {
        path.push(await rangeRoot(this.#subtree, start, middle));
        start = middle;
      }
    }
    return path.reverse();
  }

  /** PROOF(older, D[newer]) of RFC 6962, section 2.1.2; empty for equal sizes and from size 0. */
  async consistency(older: number, newer: number): Promise<Uint8Array[]> {
    this.#require(older >= 0 && older <= newer && newer <= this.size);
    if (older === 0 || older === newer) return [];
    const path: Uint8Array[] = [];
    let [start, end] = [0, newer];
    let whole = true;
    while (older < end) {
      const middle = start + split(end - start).half;
      if (older <= middle) {
        path.push(await rangeRoot(this.#subtree, middle, end));
        end = middle;
      } else {
        path.push(await rangeRoot(this.#subtree, start, middle));
        start = middle;
        whole = false;
      }
    }
    if (!whole) path.push(await rangeRoot(this.#subtree, start, end));
    return path.reverse();
  }

  #require(possible: boolean): void {
    if (!possible) throw new TacetError('REQUEST_INVALID', 'the trail has no such entry or size');
  }
}

/** A prover that reads the tiles of a log of `size` entries, each once. Throws as `readTile` does. */
export function tileProver(source: TileSource, size: number): Prover {
  const tiles = new Map<string, Promise<Uint8Array[]>>();
  const tile = (level: number, index: number) => {
    const key = `${level}/${index}`;
    let found = tiles.get(key);
    if (!found) {
      if (tiles.size >= MAX_TILES) tiles.clear();
      found = readTile(source, level, index, widthAt(index, hashesAt(level, size)));
      tiles.set(key, found);
    }
    return found;
  };
  return new Prover(size, async (height, index) => {
    const level = Math.floor(height / TILE_HEIGHT);
    const span = 2 ** (height % TILE_HEIGHT);
    const first = index * span;
    const hashes = await tile(level, Math.floor(first / TILE_WIDTH));
    const within = first % TILE_WIDTH;
    return perfectRoot(hashes.slice(within, within + span));
  });
}
