import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FILTER_BYTES } from '../../testing/filter.ts';
import { formerTable, makeFormer } from '../../testing/former-log.ts';
import { filtered, NO_KEYS, randomBytes, segment } from '../../testing/segments.ts';
import type { LogStore, SegmentRow } from '../port.ts';
import { openEmbedded } from './embedded.ts';

const key = randomBytes(16);
const rows = [
  ...FILTER_BYTES.slice(0, 5).map((size) => filtered([key], { receivedDay: 20_000 + (size % 3) }, size)),
  segment({ filter: new Uint8Array(0), batches: [], supersedes: [randomBytes(16)] }),
];

let path: string;
beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'tacet-migrate-'));
  const store = await openEmbedded({ path });
  await store.insert(rows);
  await store.close();
  makeFormer(join(path, 'engine'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

function run(...statements: string[]): string {
  const engine = new Session(join(path, 'engine'));
  const answers = statements.map((sql) => engine.query(sql, 'TSV').trim());
  engine.close();
  return answers.at(-1)!;
}

async function check(): Promise<LogStore> {
  const store = await openEmbedded({ path });
  const byId = (list: SegmentRow[]) => list.toSorted((a, b) => Buffer.compare(a.id, b.id));
  const fetched = await store.fetch(
    'main',
    rows.map((row) => row.id),
  );
  expect(byId(fetched)).toEqual(byId(rows));
  const query = { workspace: 'main', limit: 100 };
  const keys = { first: 0, tokens: [key] };
  expect(await store.match({ ...query, formula: { token: 0 }, keys })).toHaveLength(rows.length);
  expect(await store.match({ ...query, formula: { all: true }, keys: NO_KEYS })).toHaveLength(rows.length);
  expect((await store.stats('main')).segments).toBe(rows.length);
  expect(await store.clearRows({ workspace: 'main', limit: 100 })).toHaveLength(3 * rows.length);
  return store;
}

it('brings a store of a version before to this one, whole, and goes on in it', async () => {
  let store = await check();
  const added = filtered([key], {}, FILTER_BYTES.at(-1));
  await store.insert([added]);
  expect(await store.fetch('main', [added.id])).toEqual([added]);
  await store.remove('main', [added.id]);
  await store.close();
  expect(run("SELECT name FROM system.tables WHERE database = 'tacet' ORDER BY name")).toBe(
    'events\nschema_versions\nsegments',
  );
  store = await check();
  await store.close();
});

it('copies again what was copied in part, and not what was exchanged', async () => {
  run(formerTable('segments_new'), 'INSERT INTO tacet.segments_new SELECT * FROM tacet.segments LIMIT 2');
  await (await check()).close();
  // As if it had died behind the exchange, before the old table went and the version was written.
  run(formerTable('segments_new'), 'ALTER TABLE tacet.schema_versions DELETE WHERE version = 3');
  await (await check()).close();
});
