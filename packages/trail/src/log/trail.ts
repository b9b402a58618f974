import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';
import { type SignedCheckpoint, signCheckpoint } from '../proof/checkpoint.ts';
import { encodeEntry, type Opening, type TrailEntry } from '../proof/entry.ts';
import { leafHash } from '../proof/merkle.ts';
import { type Prover, tileProver } from '../proof/prove.ts';
import { MAX_ENTRY, readLeaves, TILE_WIDTH, type TileSource } from '../proof/tiles.ts';
import type { Tile, TileEdge } from './edge.ts';
import { folderSource, removePath, syncFolder } from './files.ts';
import { writeHead } from './head.ts';
import { Journal } from './journal.ts';
import type { LogKey } from './key.ts';
import { openOpening, sealOpening } from './openings.ts';
import { type Bundle, writeGrowth } from './published.ts';

/** A waiting entry and whom to tell. */
interface Pending {
  leaf: Uint8Array;
  hash: Uint8Array;
  /** What goes to the journal for it. */
  frames: Uint8Array[];
  resolve: (place: { index: number; hash: Uint8Array }) => void;
  reject: (error: unknown) => void;
}

/** What `openTrail` found. */
export interface TrailState {
  path: string;
  /** Protects the openings, 32 bytes. */
  key: Uint8Array;
  log: LogKey;
  journal: Journal;
  /** Index of the journal's first entry, a multiple of a tile's width. */
  journalStart: number;
  openings: Journal;
  edge: TileEdge;
  /** Full tiles since `journalStart`, and its entries. */
  tiles: Tile[];
  bundles: Bundle[];
  published: SignedCheckpoint | undefined;
}

/** Entries written by one sync at most: bounds what one failing disk refuses at once. */
const MAX_GROUP = 512;
/** How long an entry waits for the next checkpoint at most. */
const PUBLISH_MS = 1_000;
/** A journal that is longer begins anew at the next checkpoint. */
const JOURNAL_BYTES = 8 * 1024 * 1024;

/** The first byte of a frame of the journal says what the rest is. */
const FRAME = { leaf: Uint8Array.of(0), opening: Uint8Array.of(1) };

const isOpening = (frame: Uint8Array) => frame[0] === FRAME.opening[0];

/** The leaf of a frame of the journal; undefined for one that holds something else. */
export function leafOfFrame(frame: Uint8Array): Uint8Array | undefined {
  return frame[0] === FRAME.leaf[0] ? frame.subarray(1) : undefined;
}

/** Where the journal whose first entry has this index is. */
export const journalPath = (path: string, start: number) => join(path, `journal.${start}`);

/**
 * The tamper-evident log of what was searched, released, granted and changed: a journal that makes
 * entries durable, and, a moment later, the tiles, bundles and signed checkpoint of c2sp.org/tlog-tiles
 * from which anybody can check it. Only one process may have it open.
 */
export class Trail {
  readonly #path: string;
  readonly #key: Uint8Array;
  readonly #log: LogKey;
  readonly #openings: Journal;
  readonly #edge: TileEdge;
  #journal: Journal;
  #journalStart: number;
  /** Full tiles and bundles that no checkpoint has yet; the last bundle may not be full. */
  #tiles: Tile[];
  #bundles: Bundle[];
  #published: SignedCheckpoint | undefined;
  #queue: Pending[] = [];
  #writing: Promise<void> | undefined;
  #noting: Promise<void> | undefined;
  #publishing: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Called with each new checkpoint. */
  onCheckpoint: (checkpoint: SignedCheckpoint) => void = () => {};

  constructor(state: TrailState) {
    this.#path = state.path;
    this.#key = state.key;
    this.#log = state.log;
    this.#openings = state.openings;
    this.#edge = state.edge;
    this.#journal = state.journal;
    this.#journalStart = state.journalStart;
    this.#tiles = state.tiles;
    this.#bundles = state.bundles;
    this.#published = state.published;
    if (this.size > (this.#published?.size ?? 0)) this.#publishSoon();
  }

  /** Number of durable entries. */
  get size(): number {
    return this.#edge.tree.size;
  }

  /** Root of the tree over the durable entries, 32 bytes. */
  root(): Uint8Array {
    return this.#edge.tree.root();
  }

  /** Files of the log as anybody may read them: checkpoint, tiles, bundles. */
  get source(): TileSource {
    return folderSource(this.#path);
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
      if (leaf.length > MAX_ENTRY)
        throw new TacetError('REQUEST_INVALID', `an entry of the trail has at most ${MAX_ENTRY} bytes`);
      const hash = leafHash(leaf);
      const frames = [Buffer.concat([FRAME.leaf, leaf])];
      // Before its leaf: a leaf without its opening says less than it promised, the reverse is harmless.
      if (opening) frames.unshift(Buffer.concat([FRAME.opening, sealOpening(this.#key, hash, opening)]));
      this.#queue.push({ leaf, hash, frames, resolve, reject });
      this.#startWriting();
    });
  }

  #startWriting(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      // Whoever was answered last may have appended again before this ran.
      if (this.#queue.length > 0) this.#startWriting();
    });
  }

  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, MAX_GROUP);
      try {
        await this.#journal.append(group.flatMap(({ frames }) => frames));
      } catch (cause) {
        const error = new TacetError('TRAIL_UNAVAILABLE', 'the trail cannot be written', { cause });
        for (const { reject } of group) reject(error);
        continue;
      }
      const first = this.size;
      for (const { leaf, hash } of group) this.#grow(leaf, hash);
      group.forEach(({ hash, resolve }, place) => {
        resolve({ index: first + place, hash });
      });
      this.#noteHead();
      // A journal that stays too long costs time at the next start, nothing else.
      if (this.#journal.bytes > JOURNAL_BYTES) await this.#renewJournal().catch(() => {});
      this.#publishSoon();
    }
  }

  /** Writes the head while the next entries are written: one that lags is still a true one. */
  #noteHead(): void {
    const { size } = this;
    this.#noting ??= writeHead(this.#path, { size, root: this.root() })
      .catch(() => {})
      .finally(() => {
        this.#noting = undefined;
        if (this.size > size) this.#noteHead();
      });
  }

  #grow(leaf: Uint8Array, hash: Uint8Array): void {
    const index = Math.floor(this.size / TILE_WIDTH);
    const last = this.#bundles.at(-1);
    if (last?.index === index) (last.entries as Uint8Array[]).push(leaf);
    else this.#bundles.push({ index, entries: [leaf] });
    this.#tiles.push(...this.#edge.append(hash));
  }

  /** Begins a journal that holds only what no full published bundle holds. */
  async #renewJournal(): Promise<void> {
    const size = this.#published?.size ?? 0;
    const start = size - (size % TILE_WIDTH);
    if (start === this.#journalStart) return;
    const path = journalPath(this.#path, start);
    const leaves = this.#bundles.flatMap(({ entries }) => entries);
    const frames = leaves.map((leaf) => Buffer.concat([FRAME.leaf, leaf]));
    const openings: Uint8Array[] = [];
    await this.#journal.read((frame) => {
      if (isOpening(frame)) openings.push(frame.subarray(1));
    });
    // A crash after this leaves some of them twice, which changes nothing.
    await this.#openings.append(openings);
    await removePath(`${path}.new`);
    const journal = await Journal.open(`${path}.new`, () => {});
    try {
      await journal.append(frames);
      await rename(`${path}.new`, path);
      await syncFolder(this.#path);
    } catch (error) {
      await journal.close();
      throw error;
    }
    const [old, oldStart] = [this.#journal, this.#journalStart];
    this.#journal = journal;
    this.#journalStart = start;
    await old.close();
    await removePath(journalPath(this.#path, oldStart));
  }

  #publishSoon(): void {
    if (this.#closed || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // A full disk stops appending first, and the next entry tries again.
      this.publish().catch(() => {});
    }, PUBLISH_MS);
    this.#timer.unref();
  }

  /** The checkpoint of a tree with every entry that is durable now. TRAIL_UNAVAILABLE when it cannot be written. */
  publish(): Promise<SignedCheckpoint> {
    const published = this.#publishing.then(() => this.#publish());
    this.#publishing = published.catch(() => {});
    return published;
  }

  async #publish(): Promise<SignedCheckpoint> {
    const before = this.#published;
    if (before && before.size === this.size) return before;
    const { size } = this;
    const bundles = this.#bundles.map(({ index, entries }) => ({ index, entries: entries.slice() }));
    const tiles = this.#tiles.slice();
    const growth = { tiles: [...tiles, ...this.#edge.partial()], bundles };
    const { key, signer } = this.#log;
    const checkpoint = await signCheckpoint({ origin: key.name, size, root: this.root() }, key, signer);
    await writeGrowth(this.#path, growth, checkpoint, before?.size ?? 0).catch((cause) => {
      throw new TacetError('TRAIL_UNAVAILABLE', 'the trail cannot be published', { cause });
    });
    this.#published = checkpoint;
    this.#tiles.splice(0, tiles.length);
    this.#bundles = this.#bundles.filter(({ index }) => (index + 1) * TILE_WIDTH > size);
    this.onCheckpoint(checkpoint);
    return checkpoint;
  }

  /** The newest checkpoint that was written; undefined when there is none yet. */
  get published(): SignedCheckpoint | undefined {
    return this.#published;
  }

  /** Proves entries and older sizes against the newest checkpoint. */
  async prover(): Promise<Prover> {
    return tileProver(this.source, (await this.publish()).size);
  }

  /** Every durable leaf from `first` on, in order: canonical JSON, UTF-8. */
  async *leaves(first = 0): AsyncGenerator<Uint8Array, void, undefined> {
    yield* readLeaves(this.source, first, (await this.publish()).size);
  }

  /** The openings of the commitments by leaf hash (hexadecimal). Throws TRAIL_CORRUPT. */
  async openings(): Promise<Map<string, Opening>> {
    const found = new Map<string, Opening>();
    const keep = (record: Uint8Array) => {
      const { hash, opening } = openOpening(this.#key, record);
      found.set(Buffer.from(hash).toString('hex'), opening);
    };
    await this.#openings.read(keep);
    await this.#journal.read((frame) => {
      if (isOpening(frame)) keep(frame.subarray(1));
    });
    return found;
  }

  /** Waits for what was appended, publishes it, then closes the files. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    while (this.#writing || this.#noting) await (this.#writing ?? this.#noting);
    // What is durable is published at the next start when it cannot be now.
    await this.publish().catch(() => {});
    await Promise.all([this.#journal.close(), this.#openings.close()]);
  }
}
