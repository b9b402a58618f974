import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClickHouseServer,
  startClickHouse,
} from '../../../../packages/store/testing/clickhouse-server.ts';
import { lookAtClickHouse } from './self/clickhouse.ts';
import type { Look } from './self/look.ts';
import { lookAtPostgres } from './self/postgres.ts';

const checksOf = async ({ look }: Look) => (await look()).map(({ check }) => check).sort();

describe('a ClickHouse server', () => {
  let server: ClickHouseServer;
  beforeAll(async () => {
    server = await startClickHouse();
  });
  afterAll(() => server.stop());

  it('is open to a user without a password, and guarded to one with', async () => {
    const { url, username, password } = server;
    const openTo = (findings: Awaited<ReturnType<Look['look']>>) =>
      findings
        .filter(({ check }) => check === 'self-clickhouse-open')
        .map(({ proof }) => /user (\w+)/.exec(proof!.request)?.[1]);
    // The test's user may do everything, and is logged; `default` has no password on this server.
    const guarded = await lookAtClickHouse({ url, username, password }).look();
    expect(openTo(guarded)).toEqual(['default']);
    expect(guarded.map(({ check }) => check).slice(1)).toEqual([
      'self-clickhouse-rights',
      'self-clickhouse-query-log',
    ]);
    expect(JSON.stringify(guarded)).not.toContain(password);
  });

  it('is neither open nor guarded when it does not answer', async () => {
    // Of a server that is no longer the installation's nothing stays open.
    expect(await lookAtClickHouse(undefined).look()).toEqual([]);
    expect(lookAtClickHouse(undefined).checks).toContain('self-clickhouse-open');
    const nowhere = lookAtClickHouse({ url: 'http://127.0.0.1:1', username: 'tacet', password: 'x' });
    await expect(nowhere.look()).rejects.toThrow();
  });
});

const [initdb] = globSync('/usr/lib/postgresql/*/bin/initdb');
const isRoot = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root: as the user that Debian made for it. */
function postgresUser(): { uid?: number; gid?: number } {
  if (!isRoot) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']));
  return { uid: id('-u'), gid: id('-g') };
}

describe.skipIf(!initdb)(`a PostgreSQL server${initdb ? '' : ' (skipped: none is installed)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-postgres-'));
  let child: ChildProcess | undefined;
  let port = 0;

  const owner = () => `postgres://postgres:for-tests-only@127.0.0.1:${port}/postgres`;

  /** Asks as soon as it is up. */
  const query = async (statement: string) => {
    for (;;) {
      const client = new pg.Client({ connectionString: owner() });
      try {
        await client.connect();
        return await client.query(statement);
      } catch (error) {
        if (!['ECONNREFUSED', '57P03'].includes(`${(error as { code?: unknown }).code}`)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      } finally {
        await client.end().catch(() => {});
      }
    }
  };

  beforeAll(async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    port = (free.address() as { port: number }).port;
    await new Promise((resolve) => free.close(resolve));
    const as = postgresUser();
    if (as.uid !== undefined) chownSync(folder, as.uid, as.gid!);
    const data = join(folder, 'data');
    const run = { ...as, cwd: folder };
    // Passwords for everybody, but for one who is let in.
    writeFileSync(join(folder, 'password'), 'for-tests-only\n', { mode: 0o644 });
    const password = `--pwfile=${join(folder, 'password')}`;
    execFileSync(initdb!, ['-D', data, '-A', 'scram-sha-256', '-U', 'postgres', '--no-sync', password], run);
    writeFileSync(
      join(data, 'pg_hba.conf'),
      'host all open 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
    );
    child = spawn(
      join(dirname(initdb!), 'postgres'),
      [
        '-D',
        data,
        '-p',
        `${port}`,
        '-k',
        folder,
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        'log_statement=all',
      ],
      { ...run, stdio: 'ignore' },
    );
    await query('CREATE ROLE open LOGIN');
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    if (child?.kill('SIGQUIT')) await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('is guarded with a password, and open to whom pg_hba.conf trusts', async () => {
    const guarded = await lookAtPostgres(owner()).look();
    expect(guarded.map(({ check }) => check).sort()).toEqual([
      'self-postgres-statements',
      'self-postgres-superuser',
    ]);
    expect(JSON.stringify(guarded)).not.toContain('for-tests-only');
    expect(await checksOf(lookAtPostgres(`postgres://open:ignored@127.0.0.1:${port}/postgres`))).toEqual([
      'self-postgres-open',
      'self-postgres-statements',
    ]);
    await expect(lookAtPostgres('postgres://x:y@127.0.0.1:1/postgres').look()).rejects.toThrow();
    expect(await lookAtPostgres(undefined).look()).toEqual([]);
  });
});
