import { TacetError } from '@tacet/records';
import { CHECKPOINT, isTilePath, leafHash, type Opening, WITNESSED } from '@tacet/trail';
import type { Context } from 'hono';
import type { App, AppParts } from '../app.ts';

const PREFIX = '/v1/trail/';
const MAX_NOTE = 64 * 1024;
/** A bundle of the longest entries. */
const MAX_FILE = 256 * 65_537;
/** Texts of so many entries in one answer. */
const MAX_OPENINGS = 1_000;

/**
 * The trail as c2sp.org/tlog-tiles has it, below `/v1/trail`: checkpoints, tiles, bundles of entries; and
 * `GET /v1/trail/openings?from=N&count=M`, the texts behind commitments, whose reading is itself on record.
 */
export function routeTrail(app: App, { trail, config }: AppParts): void {
  const note = async (c: Context, name: string) => {
    const bytes = await trail.source.read(name, MAX_NOTE);
    if (!bytes) throw new TacetError('TRAIL_ENTRY_MISSING', 'there is no such checkpoint yet');
    return c.text(Buffer.from(bytes).toString('utf8'), 200, { 'Cache-Control': 'no-store' });
  };

  app.get(`${PREFIX}checkpoint`, async (c) => {
    // What is durable by now is in it.
    await trail.publish();
    return note(c, CHECKPOINT);
  });
  app.get(`${PREFIX}checkpoint.witnessed`, (c) => note(c, WITNESSED));

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
    const { workspace } = config;
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
