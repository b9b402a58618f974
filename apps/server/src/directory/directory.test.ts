import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, TacetError } from '@tacet/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, readConfig, readSecretFile, writeConfig } from './config.ts';
import { createPrivate, readIfThere, replacePrivate } from './files.ts';
import { type Layout, layoutOf } from './layout.ts';
import { isLocked, takeLock } from './lock.ts';
import { findServer, removeRun, writeRun } from './run.ts';
import { drawKeys, readKeys, writeKeys } from './secrets.ts';

let layout: Layout;
beforeEach(async () => {
  layout = layoutOf(await mkdtemp(join(tmpdir(), 'tacet-directory-')));
});
afterEach(() => rm(layout.root, { recursive: true, force: true }));

const config: Config = {
  version: 1,
  workspace: 'acme',
  rootHash: 'ab'.repeat(32),
  created: '2026-01-31T08:00:00.000Z',
};
const failure = (promise: Promise<unknown>) => promise.then(() => undefined, codeOf);

describe('settings', () => {
  it('come back as they were written, for their owner only', async () => {
    const settings: Config = {
      ...config,
      clickhouse: {
        url: 'https://ch:8443',
        username: 'tacet',
        passwordFile: 'ch.password',
        database: 'tacet',
      },
      postgres: { urlFile: '/etc/tacet/postgres.url' },
      limits: { bodyMegabytes: 16 },
    };
    await writeConfig(layout, settings);
    expect(await readConfig(layout)).toEqual(settings);
    expect((await stat(layout.config)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['no JSON', '{"version":1'],
    ['no object', 'null'],
    ['an unknown member', JSON.stringify({ ...config, telemetry: true })],
    [
      'a password in the settings',
      JSON.stringify({
        ...config,
        clickhouse: { url: 'http://a', username: 'b', password: 'c', database: 'd' },
      }),
    ],
    [
      'an address that is none',
      JSON.stringify({
        ...config,
        clickhouse: { url: 'file:///etc/passwd', username: 'b', passwordFile: 'c', database: 'd' },
      }),
    ],
    ['a limit out of bounds', JSON.stringify({ ...config, limits: { bodyMegabytes: 0 } })],
    ['another hash', JSON.stringify({ ...config, rootHash: 'xyz' })],
  ])('are refused with %s', async (_, text) => {
    await writeFile(layout.config, text);
    expect(await failure(readConfig(layout))).toBe('CONFIG_INVALID');
  });

  it('of a newer Tacet are named as such, whatever else they hold', async () => {
    await writeFile(layout.config, '{"version":2,"other":[]}');
    expect(await failure(readConfig(layout))).toBe('STORE_VERSION_NEWER');
  });

  it('are what makes a directory a Tacet directory', async () => {
    expect(await failure(readConfig(layout))).toBe('DIRECTORY_MISSING');
    expect(await failure(readConfig(layoutOf(join(layout.root, 'no/where'))))).toBe('DIRECTORY_MISSING');
    await writeFile(join(layout.root, 'file'), '');
    expect(await failure(readConfig(layoutOf(join(layout.root, 'file'))))).toBe('DIRECTORY_MISSING');
  });

  it('name files for secrets, never the secrets', async () => {
    await writeFile(join(layout.root, 'password'), '  open sesame \nsecond line\n');
    await writeFile(join(layout.root, 'empty'), '\n');
    expect(await readSecretFile(layout, 'password')).toBe('open sesame');
    expect(await readSecretFile(layout, join(layout.root, 'password'))).toBe('open sesame');
    expect(await failure(readSecretFile(layout, 'empty'))).toBe('CONFIG_INVALID');
    expect(await failure(readSecretFile(layout, 'absent'))).toBe('CONFIG_INVALID');
  });
});

describe('files', () => {
  it('are private from the start, never overwritten by creating, replaced in one step', async () => {
    const path = join(layout.root, 'secret');
    await createPrivate(path, 'one');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(createPrivate(path, 'two')).rejects.toMatchObject({ code: 'EEXIST' });
    await replacePrivate(path, 'three');
    expect([await readIfThere(path), (await stat(path)).mode & 0o777]).toEqual(['three', 0o600]);
    expect(await readIfThere(join(layout.root, 'absent'))).toBeUndefined();
  });
});

describe('keys', () => {
  it('come back as they were drawn; each is another', async () => {
    const keys = drawKeys();
    await writeKeys(layout, keys, Uint8Array.of(1, 2, 3));
    expect(await readKeys(layout)).toEqual({ keys, writer: Uint8Array.of(1, 2, 3) });
    expect(new Set(Object.values(keys).map((key) => Buffer.from(key).toString('hex'))).size).toBe(4);
  });

  it('that are missing or damaged are named', async () => {
    await writeKeys(layout, drawKeys(), Uint8Array.of(1));
    await writeFile(join(layout.keys, 'resend'), 'short');
    expect(await failure(readKeys(layout))).toBe('CONFIG_INVALID');
    await rm(join(layout.keys, 'resend'));
    await expect(readKeys(layout)).rejects.toThrow('keys/resend cannot be read');
  });
});

describe('the lock', () => {
  it('is held by one, and free again afterwards', () => {
    const release = takeLock(layout.lock);
    expect(isLocked(layout.lock)).toBe(true);
    expect(() => takeLock(layout.lock)).toThrow(TacetError);
    release();
    expect(isLocked(layout.lock)).toBe(false);
  });

  it('is seen by other processes, and dies with its owner', () => {
    const script = `
      const { takeLock } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))});
      try { takeLock(${JSON.stringify(layout.lock)}); process.exitCode = 0; } catch (error) { process.exitCode = error.code === 'STORE_LOCKED' ? 7 : 1; }
      process.kill(process.pid, process.exitCode === 0 ? 'SIGKILL' : 0);`;
    const other = () => spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    const release = takeLock(layout.lock);
    expect(other().status).toBe(7);
    release();
    expect(other().signal).toBe('SIGKILL');
    takeLock(layout.lock)();
  });
});

describe('finding the server', () => {
  it('believes the lock, not a record that a killed server left', async () => {
    expect(await findServer(layout)).toBeUndefined();
    await writeRun(layout, 'http://127.0.0.1:4318');
    expect(await findServer(layout)).toBeUndefined();
    const release = takeLock(layout.lock);
    expect(await findServer(layout)).toMatchObject({ address: 'http://127.0.0.1:4318', pid: process.pid });
    await removeRun(layout);
    expect(await findServer(layout)).toBe('starting');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await writeFile(layout.run, JSON.stringify({ address: 'http://127.0.0.1:1', pid: dead }));
    expect(await findServer(layout)).toBe('starting');
    await writeFile(layout.run, '{');
    expect(await findServer(layout)).toBe('starting');
    release();
  });

  it('keeps its record private', async () => {
    await mkdir(layout.root, { recursive: true });
    await writeRun(layout, 'http://127.0.0.1:4318');
    expect((await stat(layout.run)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(layout.run, 'utf8')).pid).toBe(process.pid);
  });
});
