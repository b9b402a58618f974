import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterAll, expect, it } from 'vitest';
import { controlStoreContract } from '../../contract/control-store.ts';
import { openControlEmbedded } from './embedded.ts';
import { createShareKeyFile } from './share-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'tacet-control-'));
const shareKeyFile = join(directory, 'share.key');
createShareKeyFile(shareKeyFile);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

controlStoreContract('embedded PostgreSQL', (clock) =>
  openControlEmbedded({ path: join(directory, 'shared'), shareKeyFile, now: () => clock.seconds }),
);

it('refuses a share key file inside its own directory', async () => {
  const path = join(directory, 'inside');
  for (const file of [join(path, 'share.key'), join(path, 'a', '..', 'b', 'share.key')]) {
    const error = await openControlEmbedded({ path, shareKeyFile: file }).catch((thrown) => thrown);
    expect(codeOf(error)).toBe('SHARE_KEY_INVALID');
  }
});

it('does not make a missing share key file', async () => {
  const error = await openControlEmbedded({
    path: join(directory, 'other'),
    shareKeyFile: join(directory, 'missing.key'),
  }).catch((thrown) => thrown);
  expect(codeOf(error)).toBe('SHARE_KEY_INVALID');
});
