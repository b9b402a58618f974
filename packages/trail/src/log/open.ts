import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, TacetError } from '@tacet/records';
import { equalBytes } from '@tacet/seal';
import { openCheckpoint } from '../proof/checkpoint.ts';
import { leafHash } from '../proof/merkle.ts';
import { tileProver } from '../proof/prove.ts';
import { TILE_WIDTH } from '../proof/tiles.ts';
import { type Tile, TileEdge } from './edge.ts';
import { folderSource, removePath } from './files.ts';
import { readHead } from './head.ts';
import { Journal } from './journal.ts';
import type { LogKey } from './key.ts';
import { type Bundle, CHECKPOINT } from './published.ts';
import { journalPath, leafOfFrame, Trail } from './trail.ts';

const MAX_CHECKPOINT = 64 * 1024;
const corrupt = (what: string) => new TacetError('TRAIL_CORRUPT', `the trail is damaged: ${what}`);

/**
 * Opens the trail in the folder `path`, making it when it is new. `key` (32 bytes, kept elsewhere)
 * protects the free texts, `log` signs checkpoints. Cuts off what a crash left half-written. Throws
 * TRAIL_CORRUPT when anything that was durable is missing or changed as far as the journal, the newest
 * tiles and the checkpoint show (`tacet trail verify` looks at everything), TRAIL_UNAVAILABLE when it
 * cannot be read.
 */
export async function openTrail(options: { path: string; key: Uint8Array; log: LogKey }): Promise<Trail> {
  const files: Journal[] = [];
  try {
    await mkdir(options.path, { recursive: true, mode: 0o700 });
    return await open(options, (journal) => files.push(journal));
  } catch (error) {
    for (const file of files) await file.close();
    if (error instanceof TacetError) throw error;
    throw new TacetError('TRAIL_UNAVAILABLE', 'the trail cannot be opened', { cause: error });
  }
}

async function open(
  { path, key, log }: { path: string; key: Uint8Array; log: LogKey },
  opened: (journal: Journal) => void,
): Promise<Trail> {
  const source = folderSource(path);
  const head = await readHead(path);
  const text = await source.read(CHECKPOINT, MAX_CHECKPOINT);
  const published = text && (await openCheckpoint(Buffer.from(text).toString(), log.key).catch(unsigned));
  const start = await newestJournal(path);
  if (start === undefined && (head || published)) throw corrupt('its journal is missing');
  const journalStart = start ?? 0;
  if (journalStart > (published?.size ?? 0)) throw corrupt('its checkpoint is missing');
  const edge = await TileEdge.restore(source, journalStart).catch((error) => {
    throw codeOf(error)?.startsWith('TRAIL_ENTRY') ? corrupt('tiles are missing or were changed') : error;
  });

  // What must come out on the way, by size: the roots that were written down.
  const roots = new Map<number, Uint8Array[]>();
  for (const known of [head, published])
    if (known) roots.set(known.size, [...(roots.get(known.size) ?? []), known.root]);
  const check = () => {
    const same = roots.get(edge.tree.size)?.every((root) => equalBytes(root, edge.tree.root()));
    if (same === false) throw corrupt('entries were changed');
    roots.delete(edge.tree.size);
  };
  check();
  const tiles: Tile[] = [];
  const bundles: Bundle[] = [];
  let leaves: Uint8Array[] = [];
  const journal = await Journal.open(journalPath(path, journalStart), (frame) => {
    const leaf = leafOfFrame(frame);
    if (!leaf) return;
    if (edge.tree.size % TILE_WIDTH === 0) {
      leaves = [];
      bundles.push({ index: edge.tree.size / TILE_WIDTH, entries: leaves });
    }
    leaves.push(leaf);
    tiles.push(...edge.append(leafHash(leaf)));
    check();
  });
  opened(journal);
  for (const [size, known] of roots) {
    if (size > edge.tree.size) throw corrupt('entries are missing');
    // A head that lagged behind the journal's start.
    const root = await tileProver(source, published?.size ?? 0).root(size);
    if (!known.every((each) => equalBytes(each, root))) throw corrupt('entries were changed');
  }
  const openings = await Journal.open(join(path, 'openings'), () => {});
  opened(openings);
  const full = published?.size ?? 0;
  return new Trail({
    path,
    key,
    log,
    journal,
    journalStart,
    openings,
    edge,
    tiles: tiles.filter(({ level, index }) => (index + 1) * TILE_WIDTH ** (level + 1) > full),
    bundles: bundles.filter(({ index }) => (index + 1) * TILE_WIDTH > full),
    published: published || undefined,
  });
}

function unsigned(error: unknown): never {
  if (codeOf(error)?.startsWith('CHECKPOINT_')) throw corrupt('its checkpoint is not signed by its key');
  throw error;
}

/** Index of the first entry of the newest journal; older ones are what a crash left of a renewal. */
async function newestJournal(path: string): Promise<number | undefined> {
  const starts = (await readdir(path))
    .map((name) => /^journal\.(0|[1-9]\d{0,15})$/.exec(name)?.[1])
    .filter((start) => start !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
  for (const old of starts.slice(1)) await removePath(journalPath(path, old));
  return starts[0];
}
