import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';
import { encodeEntry, type Opening, type TrailEntry } from './entry.ts';
import { readHead, writeHead } from './head.ts';
import { Journal, MAX_PAYLOAD } from './journal.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { openOpening, sealOpening } from './openings.ts';

/** A waiting entry and whom to tell. */
interface Pending {
  leaf: Uint8Array;
  hash: Uint8Array;
  opening: Uint8Array | undefined;
  resolve: (place: { index: number; hash: Uint8Array }) => void;
  reject: (error: unknown) => void;
}

/** Entries written by one sync at most: bounds what one failing disk refuses at once. */
const MAX_GROUP = 512;

/**
 * The tamper-evident log of what was released, granted and changed: an append-only file of leaves and
 * the Merkle tree over them (RFC 6962). Only one process may have it open.
 */
export class Trail {
  readonly #path: string;
  readonly #key: Uint8Array;
  readonly #entries: Journal;
  readonly #openings: Journal;
  readonly #tree: MerkleTree;
  #queue: Pending[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(path: string, key: Uint8Array, entries: Journal, openings: Journal, tree: MerkleTree) {
    this.#path = path;
    this.#key = key;
    this.#entries = entries;
    this.#openings = openings;
    this.#tree = tree;
  }

  /** Number of durable entries. */
  get size(): number {
    return this.#tree.size;
  }

  /** Root of the tree over the durable entries, 32 bytes. */
  root(): Uint8Array {
    return this.#tree.root();
  }

  /**
   * Adds an entry; durable (synced, many at once) before it resolves with its place and leaf hash.
   * Rejects with TRAIL_UNAVAILABLE when it cannot be written, and then it was not; what was to be
   * released must not be. REQUEST_INVALID when the entry has no canonical form or is too large.
   */
  append(entry: TrailEntry): Promise<{ index: number; hash: Uint8Array }> {
    if (this.#closed) return Promise.reject(new TacetError('TRAIL_UNAVAILABLE', 'the trail is closed'));
    return new Promise((resolve, reject) => {
      const { leaf, opening } = encodeEntry(entry, new Date());
      if (leaf.length > MAX_PAYLOAD)
        throw new TacetError('REQUEST_INVALID', 'an entry of the trail is too large');
      const hash = leafHash(leaf);
      const sealed = opening && sealOpening(this.#key, hash, opening);
      this.#queue.push({ leaf, hash, opening: sealed, resolve, reject });
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, MAX_GROUP);
      try {
        // Openings first: a leaf without its opening says less than it promised, the reverse is harmless.
        await this.#openings.append(group.flatMap(({ opening }) => opening ?? []));
        await this.#entries.append(group.map(({ leaf }) => leaf));
      } catch (cause) {
        const error = new TacetError('TRAIL_UNAVAILABLE', 'the trail cannot be written', { cause });
        for (const { reject } of group) reject(error);
        continue;
      }
      const first = this.#tree.size;
      for (const { hash } of group) this.#tree.append(hash);
      // A head that lags is still a true one, so a failure here takes nothing back.
      await this.#saveHead().catch(() => {});
      group.forEach(({ hash, resolve }, place) => {
        resolve({ index: first + place, hash });
      });
    }
  }

  async #saveHead(): Promise<void> {
    const root = Buffer.from(this.#tree.root()).toString('hex');
    await writeHead(join(this.#path, 'head'), { size: this.#tree.size, root });
  }

  /** Every durable leaf in order: canonical JSON, UTF-8. */
  async leaves(): Promise<Uint8Array[]> {
    const leaves: Uint8Array[] = [];
    await this.#entries.read((leaf) => leaves.push(leaf));
    return leaves;
  }

  /** The openings of the commitments by leaf hash (hexadecimal). Throws TRAIL_CORRUPT. */
  async openings(): Promise<Map<string, Opening>> {
    const found = new Map<string, Opening>();
    await this.#openings.read((record) => {
      const { hash, opening } = openOpening(this.#key, record);
      found.set(Buffer.from(hash).toString('hex'), opening);
    });
    return found;
  }

  /** Waits for what was appended, then closes the files. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    await Promise.all([this.#entries.close(), this.#openings.close()]);
  }
}

/**
 * Opens the trail in the folder `path`, making it when it is new. `key` (32 bytes, kept elsewhere)
 * protects the free texts. Cuts off what a crash left half-written. Throws TRAIL_CORRUPT when
 * anything that was durable is missing or changed, TRAIL_UNAVAILABLE when it cannot be read.
 */
export async function openTrail(options: { path: string; key: Uint8Array }): Promise<Trail> {
  const { path, key } = options;
  const tree = new MerkleTree();
  let entries: Journal | undefined;
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const head = await readHead(join(path, 'head'));
    let root = head?.size === 0 ? tree.root() : undefined;
    entries = await Journal.open(join(path, 'entries'), (leaf) => {
      tree.append(leafHash(leaf));
      if (tree.size === head?.size) root = tree.root();
    });
    if (head && (!root || Buffer.from(root).toString('hex') !== head.root))
      throw new TacetError('TRAIL_CORRUPT', 'the trail is damaged: entries are missing or were changed');
    return new Trail(path, key, entries, await Journal.open(join(path, 'openings'), () => {}), tree);
  } catch (error) {
    await entries?.close();
    if (error instanceof TacetError) throw error;
    throw new TacetError('TRAIL_UNAVAILABLE', 'the trail cannot be opened', { cause: error });
  }
}
