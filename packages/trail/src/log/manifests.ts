import type { SignedCheckpoint } from '../proof/checkpoint.ts';
import { decodeEntry } from '../proof/entry.ts';
import { manifestOf } from '../proof/manifest.ts';
import { tileProver } from '../proof/prove.ts';
import { readBundle, TILE_WIDTH, widthAt } from '../proof/tiles.ts';
import type { Trail } from './trail.ts';

/** An entry with what proves it against a checkpoint. */
export interface ProvenLeaf {
  index: number;
  leaf: Uint8Array;
  path: Uint8Array[];
}

/** Finds the manifest of a segment and proves it: built when first asked, kept up as the trail grows. */
export class ManifestIndex {
  readonly #trail: Trail;
  /** Number of the entry by segment id, hexadecimal; the first that names it. */
  readonly #entries = new Map<string, number>();
  #seen = 0;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(trail: Trail) {
    this.#trail = trail;
  }

  /**
   * The manifests of these segments (ids, hexadecimal), each entry once, proven against a checkpoint that
   * has everything durable. What no manifest names is left out. Throws as the trail does.
   */
  async prove(ids: readonly string[]): Promise<{ checkpoint: SignedCheckpoint; leaves: ProvenLeaf[] }> {
    const checkpoint = await this.#trail.publish();
    const { size } = checkpoint;
    const read = this.#reading.then(() => this.#read(size));
    this.#reading = read.catch(() => {});
    await read;
    const wanted = new Set(ids.flatMap((id) => this.#entries.get(id) ?? []));
    const { source } = this.#trail;
    const prover = tileProver(source, size);
    const leaves: ProvenLeaf[] = [];
    for (const index of wanted) {
      const bundle = Math.floor(index / TILE_WIDTH);
      const entries = await readBundle(source, bundle, widthAt(bundle, size));
      const path = await prover.inclusion(index, size);
      leaves.push({ index, leaf: entries[index % TILE_WIDTH]!, path });
    }
    return { checkpoint, leaves };
  }

  async #read(size: number): Promise<void> {
    if (this.#seen >= size) return;
    for await (const leaf of this.#trail.leaves(this.#seen)) {
      const index = this.#seen++;
      // Most entries are none; decoding them all would cost more than reading them.
      if (!Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length).includes('"kind":"segments"')) continue;
      for (const { id } of manifestOf(decodeEntry(leaf)).segments)
        if (!this.#entries.has(id)) this.#entries.set(id, index);
    }
  }
}
