import { TacetError } from '@tacet/records';
import {
  CHECKPOINT,
  formatCheckpoint,
  isTilePath,
  isWitnessedPath,
  leafHash,
  ManifestIndex,
  type Opening,
} from '@tacet/trail';
import type { Context } from 'hono';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';

const PREFIX = '/v1/trail/';
const MAX_NOTE = 64 * 1024;
/** Segments that one request may name. */
const Ids = z.strictObject({
  ids: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(1)
    .max(1_000),
});
/** A bundle of the longest entries. */
const MAX_FILE = 256 * 65_537;
/** Texts of so many entries in one answer. */
const MAX_OPENINGS = 1_000;

/**
 * The trail as c2sp.org/tlog-tiles has it, below `/v1/trail`: checkpoints, tiles, bundles of entries. And
 *
 * - `GET openings?from=N&count=M`: the texts behind commitments; their reading is itself on record;
 * - `POST manifests`: for readers, proven entries that name segments;
 * - `POST segments`: for auditors, which segments are there with their shares.
 */
export function routeTrail(app: App, parts: AppParts): void {
  const { trail, config, stores } = parts;
  const { workspace } = config;
  const manifests = new ManifestIndex(trail);

  app.post(`${PREFIX}manifests`, async (c) => {
    const { ids } = await readJson(c, parts, Ids);
    const { checkpoint, leaves } = await manifests.prove([...new Set(ids)]);
    const entries = leaves.map(({ index, leaf, path }) => {
      return { index, leaf: base64(leaf), path: path.map(base64) };
    });
    return c.json({ checkpoint: formatCheckpoint(checkpoint), entries });
  });

  app.post(`${PREFIX}segments`, async (c) => {
    const { ids } = await readJson(c, parts, Ids);
    const wanted = ids.map((id) => new Uint8Array(Buffer.from(id, 'hex')));
    const found = (await stores.log.contains(wanted)).map((id) => Buffer.from(id).toString('hex'));
    const shares = await stores.control.sharesPresent(workspace, wanted);
    return c.json({ stored: found.filter((id) => shares.has(id)) });
  });

  const note = async (c: Context, name: string) => {
    const bytes = name === '' ? undefined : await trail.source.read(name, MAX_NOTE);
    if (!bytes) throw new TacetError('TRAIL_ENTRY_MISSING', 'there is no such checkpoint yet');
    return c.text(Buffer.from(bytes).toString('utf8'), 200, { 'Cache-Control': 'no-store' });
  };

  app.get(`${PREFIX}checkpoint`, async (c) => {
    // What is durable by now is in it.
    await trail.publish();
    return note(c, CHECKPOINT);
  });
  app.get(`${PREFIX}witnessed/*`, (c) => {
    const path = c.req.path.slice(PREFIX.length);
    return note(c, isWitnessedPath(path) ? path : '');
  });

  app.get(`${PREFIX}tile/*`, async (c) => {
    const path = c.req.path.slice(PREFIX.length);
    const bytes = isTilePath(path) ? await trail.source.read(path, MAX_FILE) : undefined;
    if (!bytes) throw new TacetError('TRAIL_ENTRY_MISSING', 'there is no such tile');
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': 'application/octet-stream',
      'Cache-Control': 'private, max-age=31536000, immutable',
    });
  });

  app.get(`${PREFIX}openings`, async (c) => {
    const from = whole(c.req.query('from'), 0);
    const count = whole(c.req.query('count'), MAX_OPENINGS);
    if (count < 1 || count > MAX_OPENINGS)
      throw new TacetError('REQUEST_INVALID', `count is between 1 and ${MAX_OPENINGS}`);
    const actor = c.get('principal').id;
    await trail.append({
      kind: 'export',
      workspace,
      actor,
      facts: { what: 'trail-texts', from, entries: count },
    });
    return c.json({ openings: await openingsOf(trail, from, count) });
  });
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Texts and salts by number of the entry. */
async function openingsOf(
  trail: AppParts['trail'],
  from: number,
  count: number,
): Promise<Record<string, Opening>> {
  const openings = await trail.openings();
  const found: Record<string, Opening> = {};
  let index = from;
  for await (const leaf of trail.leaves(from)) {
    if (index >= from + count) break;
    const opening = openings.get(Buffer.from(leafHash(leaf)).toString('hex'));
    if (opening) found[index] = opening;
    index++;
  }
  return found;
}

function whole(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text)) throw new TacetError('REQUEST_INVALID', 'from and count are whole numbers');
  return Number(text);
}
