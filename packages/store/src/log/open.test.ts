import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { Session } from 'chdb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openElsewhere } from '../../testing/processes.ts';
import { randomBytes, segment } from '../../testing/segments.ts';
import { openEmbedded } from './embedded.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'tacet-open-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

it('lets one process at a time into a directory', async () => {
  const store = await openEmbedded({ path });
  const refused = await openElsewhere(['log', path]);
  expect(refused.code).toBe('STORE_LOCKED');
  expect(refused.message).toContain(path);
  await store.close();
  expect((await openElsewhere(['log', path])).code).toBe('none');
});

it('lets one store at a time into a process', async () => {
  const store = await openEmbedded({ path });
  const other = mkdtempSync(join(tmpdir(), 'tacet-open-'));
  const errors = await Promise.all(
    [path, other].map((place) => openEmbedded({ path: place }).catch((error) => error)),
  );
  expect(errors.map(codeOf)).toEqual(['STORE_LOCKED', 'STORE_LOCKED']);
  await store.insert([segment()]);
  await store.close();
  const reopened = await openEmbedded({ path: other });
  await reopened.close();
  rmSync(other, { recursive: true });
});

it('refuses a store of a later version and leaves it as it was', async () => {
  await (await openEmbedded({ path })).close();
  const engine = new Session(join(path, 'engine'));
  engine.query('INSERT INTO tacet.schema_versions VALUES (99)');
  engine.close();
  const error = await openEmbedded({ path }).catch((thrown) => thrown);
  expect(codeOf(error)).toBe('STORE_VERSION_NEWER');
  expect(error.message).toContain('99');
  expect((await openElsewhere(['log', path])).code).toBe('STORE_VERSION_NEWER');
});

it('fails coded after it was closed', async () => {
  const store = await openEmbedded({ path });
  await store.close();
  const calls = [store.insert([segment()]), store.stats(), store.remove('main', [randomBytes(16)])];
  const errors = await Promise.all(calls.map((call) => call.catch((error) => error)));
  expect(errors.map(codeOf)).toEqual(calls.map(() => 'STORE_UNAVAILABLE'));
});

it('leaves no byte of a removed row in any active part after a purge', async () => {
  const store = await openEmbedded({ path });
  const engine = new Session(join(path, 'engine'));
  const [kept, gone] = [segment(), segment()];
  await store.insert([kept, gone]);
  await store.insert([segment()]);
  /** Whether a file of an active part holds the bytes; replaced parts are deleted by the engine later. */
  const onDisk = (needle: Uint8Array) =>
    engine
      .query("SELECT path FROM system.parts WHERE table = 'segments' AND active", 'TSV')
      .trim()
      .split('\n')
      .some((part) => readdirSync(part).some((name) => readFileSync(join(part, name)).includes(needle)));
  const needle = gone.ciphertext.subarray(0, 64);
  expect(onDisk(needle)).toBe(true);
  await store.remove('main', [gone.id]);
  await store.purge();
  expect(onDisk(needle)).toBe(false);
  expect(onDisk(kept.ciphertext.subarray(0, 64))).toBe(true);
  engine.close();
  await store.close();
});
