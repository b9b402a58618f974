import { fsyncSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterAll, expect, it, vi } from 'vitest';
import { openElsewhere } from '../../testing/processes.ts';
import { openControlEmbedded } from './embedded.ts';
import { openPglite } from './pglite.ts';
import { createShareKeyFile } from './share-key.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, fsyncSync: vi.fn(fs.fsyncSync) };
});

const directory = mkdtempSync(join(tmpdir(), 'tacet-durability-'));
const path = join(directory, 'control');
const shareKeyFile = join(directory, 'share.key');
createShareKeyFile(shareKeyFile);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('syncs every commit, lets one opener in, and refuses a later version', { timeout: 120_000 }, async () => {
  const store = await openControlEmbedded({ path, shareKeyFile });
  const synced = vi.mocked(fsyncSync);
  for (let count = 0; count < 3; count++) {
    const before = synced.mock.calls.length;
    await store.setMeta('key', Uint8Array.of(count));
    expect(synced.mock.calls.length).toBeGreaterThan(before);
  }
  const idle = synced.mock.calls.length;
  await store.getMeta('key');
  expect(synced.mock.calls.length).toBe(idle);

  expect((await openElsewhere(['control', path, shareKeyFile])).code).toBe('STORE_LOCKED');
  const twice = await openControlEmbedded({ path, shareKeyFile }).catch((error) => error);
  expect(codeOf(twice)).toBe('STORE_LOCKED');
  await store.close();

  const database = await openPglite(join(path, 'postgres'));
  await database.exec('INSERT INTO schema_versions VALUES (99)');
  await database.close();
  const newer = await openControlEmbedded({ path, shareKeyFile }).catch((error) => error);
  expect(codeOf(newer)).toBe('STORE_VERSION_NEWER');
});
