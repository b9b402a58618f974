import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openControlEmbedded } from './embedded.ts';
import { createShareKeyFile } from './share-key.ts';

it('works', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tacet-control-'));
  const shareKeyFile = join(dir, 'share.key');
  createShareKeyFile(shareKeyFile);
  let t = performance.now();
  const store = await openControlEmbedded({ path: join(dir, 'control'), shareKeyFile });
  console.log('open', performance.now() - t);
  const id = new Uint8Array(16).fill(3);
  await store.addSession({ id, workspace: 'main', epoch: 1, record: id });
  await store.addSession({ id, workspace: 'main', epoch: 1, record: id });
  expect(await store.allotPeriod(id, 0, 1)).toBe(0);
  expect(await store.allotPeriod(id, 1, 1)).toBe(1);
  expect(await store.allotPeriod(id, 1, 1)).toBe(1);
  expect(await store.periods('main')).toEqual([]);
  await store.widenPeriod('main', 1, 50, 60);
  await store.widenPeriod('main', 1, 40, 55);
  expect(await store.periods('main')).toEqual([
    { periodNo: 1, session: id, period: 1, timeMin: 40, timeMax: 60 },
  ]);
  expect(await store.sessions('main', { from: 61 })).toHaveLength(0);
  expect(await store.sessions('main', { from: 60 })).toHaveLength(1);
  for (let i = 0; i < 3; i++) {
    t = performance.now();
    await store.addShares(
      Array.from({ length: 32 }, () => ({
        segment: randomBytes(16),
        workspace: 'main',
        periodNo: 0,
        share: randomBytes(32),
      })),
    );
    console.log('32 shares', performance.now() - t);
  }
  await store.addShares([{ segment: id, workspace: 'main', periodNo: 0, share: new Uint8Array(32) }]);
  expect(await store.shares('main', [id])).toEqual(
    new Map([[Buffer.from(id).toString('hex'), new Uint8Array(32)]]),
  );
  await store.addToken({ id: 'aa', kind: 'ingest', workspace: 'main', hash: id, created: 5 });
  expect(await store.findToken('aa')).toEqual({
    id: 'aa',
    kind: 'ingest',
    workspace: 'main',
    hash: id,
    created: 5,
  });
  await store.touchToken('aa', 7);
  console.log(await store.listTokens(), await store.orphanShares(0).then((x) => x.length));
  await store.close();
  rmSync(dir, { recursive: true });
});
