import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterAll, describe, expect, it } from 'vitest';
import { controlStoreContract } from '../../contract/control-store.ts';
import { openControlServer } from './server.ts';
import { createShareKeyFile } from './share-key.ts';

const url = process.env.DATABASE_URL;
const directory = mkdtempSync(join(tmpdir(), 'tacet-control-'));
const shareKeyFile = join(directory, 'share.key');
createShareKeyFile(shareKeyFile);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

if (url === undefined) {
  describe.skip('a PostgreSQL server as a ControlStore (set DATABASE_URL to run)', () => {
    it('is not there', () => undefined);
  });
} else {
  controlStoreContract('a PostgreSQL server', (clock) =>
    openControlServer({ url, shareKeyFile, now: () => clock.seconds }),
  );
}

it('says so when no server answers', async () => {
  // Port 1 is reserved and nothing listens on it.
  const absent = 'postgres://user:secret-password@127.0.0.1:1/none';
  const error = await openControlServer({ url: absent, shareKeyFile }).catch((thrown) => thrown);
  expect(codeOf(error)).toBe('STORE_UNAVAILABLE');
  expect(error.retry).toBe(true);
  expect(`${error.message} ${error.stack}`).not.toContain('secret-password');
});
