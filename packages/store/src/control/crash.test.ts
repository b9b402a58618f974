import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeAndKill } from '../../testing/crash.ts';
import { openControlEmbedded } from './embedded.ts';
import { createShareKeyFile } from './share-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'tacet-crash-'));
const path = join(directory, 'control');
const shareKeyFile = join(directory, 'share.key');
createShareKeyFile(shareKeyFile);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('keeps every acknowledged share through ten kills', { timeout: 180_000 }, async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < 10; round++) {
    const report = await writeAndKill(['control', path, shareKeyFile], 2 + (round % 5));
    acknowledged.push(...report.acknowledged);
  }
  const store = await openControlEmbedded({ path, shareKeyFile });
  const segments = acknowledged.map((id) => new Uint8Array(Buffer.from(id, 'hex')));
  const found = await store.shares('main', segments);
  expect([...found.keys()].sort()).toEqual(acknowledged.toSorted());
  await store.close();
});
