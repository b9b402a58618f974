import { MerkleTree } from '../proof/merkle.ts';
import { hashesAt, perfectRoot, readTile, TILE_WIDTH, type TileSource } from '../proof/tiles.ts';

/** A tile as it is written: full ones once, partial ones for each checkpoint. */
export interface Tile {
  level: number;
  index: number;
  hashes: readonly Uint8Array[];
}

/** The right edge of the tiles of a growing tree: what has no full tile yet, at each level. */
export class TileEdge {
  readonly tree = new MerkleTree();
  readonly #levels: Uint8Array[][] = [];

  /** Adds the hash of the next leaf; gives the tiles that it filled, lowest first. */
  append(hash: Uint8Array): Tile[] {
    this.tree.append(hash);
    const full: Tile[] = [];
    for (let level = 0, node = hash; ; level++) {
      this.#levels[level] ??= [];
      const hashes = this.#levels[level]!;
      hashes.push(node);
      if (hashes.length < TILE_WIDTH) return full;
      const index = hashesAt(level + 1, this.tree.size) - 1;
      full.push({ level, index, hashes });
      node = perfectRoot(hashes);
      this.#levels[level] = [];
    }
  }

  /** Copies of the tiles that are not full. */
  partial(): Tile[] {
    return this.#levels.flatMap((hashes, level) =>
      hashes.length === 0
        ? []
        : [{ level, index: hashesAt(level + 1, this.tree.size), hashes: hashes.slice() }],
    );
  }

  /**
   * The edge of a tree of `size` entries, a multiple of a tile's width, made anew from full tiles: it
   * needs nothing that is not written once and for ever. Throws as `readTile` does.
   */
  static async restore(source: TileSource, size: number): Promise<TileEdge> {
    const edge = new TileEdge();
    for (let level = 1; hashesAt(level, size) > 0; level++) {
      const hashes = hashesAt(level, size);
      const row: Uint8Array[] = [];
      for (let index = hashes - (hashes % TILE_WIDTH); index < hashes; index++)
        row.push(perfectRoot(await readTile(source, level - 1, index, TILE_WIDTH)));
      edge.#levels[level] = row;
    }
    edge.#levels[0] = [];
    // Every hash of the edge stands for 256^level leaves, highest levels first.
    for (const [level, row] of [...edge.#levels.entries()].reverse())
      for (const hash of row) edge.tree.appendPerfect(hash, TILE_WIDTH ** level);
    return edge;
  }
}
