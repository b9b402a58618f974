import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeAndKill } from '../../testing/crash.ts';
import { NO_KEYS, segment } from '../../testing/segments.ts';
import { openEmbedded } from './embedded.ts';

const path = mkdtempSync(join(tmpdir(), 'tacet-crash-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const toHex = (id: Uint8Array) => Buffer.from(id).toString('hex');

it('keeps every acknowledged row through ten kills, none twice', { timeout: 120_000 }, async () => {
  const acknowledged = new Set<string>();
  const attempted = new Set<string>();
  for (let round = 0; round < 10; round++) {
    const report = await writeAndKill(['log', path], 1 + (round % 4));
    for (const id of report.acknowledged) acknowledged.add(id);
    for (const id of report.attempted) attempted.add(id);

    const store = await openEmbedded({ path });
    const query = { workspace: 'main', formula: { all: true } as const, keys: NO_KEYS, limit: 100_000 };
    const stored = (await store.match(query)).map((hit) => toHex(hit.id));
    expect(stored.length).toBe(new Set(stored).size);
    expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([]);
    expect(stored.filter((id) => !attempted.has(id))).toEqual([]);
    // What was not acknowledged is sent again, whether it is there or not.
    const again = report.attempted.filter((id) => !acknowledged.has(id));
    await store.insert(again.map((id) => segment({ id: bytes(id) })));
    for (const id of again) acknowledged.add(id);
    expect((await store.stats('main')).segments).toBe(new Set([...stored, ...again]).size);
    await store.close();
  }
});

it('removes spools that a killed process left', async () => {
  const spool = join(path, 'spool');
  writeFileSync(join(spool, 'left-over.native'), 'sealed bytes');
  const store = await openEmbedded({ path });
  expect(readdirSync(spool)).toEqual([]);
  await store.insert([segment()]);
  expect(readdirSync(spool)).toEqual([]);
  await store.close();
});
