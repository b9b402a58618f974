import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '@tacet/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, Workbench } from '../apps/cli/src/testing/command.ts';
import { type ClickHouseServer, startClickHouse } from '../packages/store/testing/clickhouse-server.ts';

let bench: Workbench;
let directory: string;
let token: string;
let engine: ClickHouseServer;
let server: Awaited<ReturnType<Workbench['serve']>>;

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  const [founded, started] = await Promise.all([
    bench.tacet(['init', '--dir', directory, '--json']),
    startClickHouse(),
  ]);
  engine = started;
  token = (await readFile(JSON.parse(founded.stdout).ingestTokenFile, 'utf8')).trim();
  const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'));
  const { url, username, password } = engine;
  await writeFile(bench.path('ch.password'), `${password}\n`, { mode: 0o600 });
  const clickhouse = { url, username, passwordFile: bench.path('ch.password'), database: 'tacet' };
  await writeFile(join(directory, 'config.json'), JSON.stringify({ ...config, clickhouse }));
  server = await bench.serve(directory);
}, 90_000);
afterAll(async () => {
  await bench.remove();
  await engine?.stop();
});

function send(text: string): Promise<Response> {
  return fetch(`${server.address}/v1/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
    body: JSON.stringify({ msg: `needle ${text}` }),
  });
}

/** Sends again, as clients do that were told to, until it is taken. */
async function sendUntilTaken(text: string): Promise<void> {
  while ((await send(text)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
}

async function search(query: string): Promise<string[]> {
  const argv = ['search', query, '--dir', directory, '--purpose', 'end-to-end test', '--json'];
  const { status, stdout } = await bench.tacet(argv);
  expect(status).toBe(0);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => String((JSON.parse(line) as Event).body));
}

describe('with a ClickHouse server for the logs', () => {
  it('stores and finds there', async () => {
    expect((await send('one')).status).toBe(200);
    expect(await search('needle')).toEqual(['needle one']);
  });

  it('answers 503 while that is down, and goes on by itself: nothing lost, nothing twice', async () => {
    await engine.kill();
    const refused = await send('two');
    expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([503, true]);
    expect(await refused.json()).toMatchObject({ error: { code: 'STORE_UNAVAILABLE' } });
    expect((await send('three')).status).toBe(503);
    expect((await fetch(`${server.address}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.address}/healthz`)).status).toBe(200);

    engine = await startClickHouse({
      directory: engine.directory,
      httpPort: Number(new URL(engine.url).port),
    });
    await Promise.all(['two', 'three', 'four'].map(sendUntilTaken));
    expect((await search('needle')).sort()).toEqual([
      'needle four',
      'needle one',
      'needle three',
      'needle two',
    ]);
  }, 60_000);

  it('says so when it cannot start without it', async () => {
    expect(await ended(server.process, 'SIGTERM')).toBe(0);
    await engine.stop({ keep: true });
    const { status, stderr } = await bench.tacet([
      'search',
      'needle',
      '--dir',
      directory,
      '--purpose',
      'end-to-end test',
    ]);
    expect([status, /^tacet: ([A-Z_]+):/.exec(stderr)?.[1]]).toEqual([2, 'STORE_UNAVAILABLE']);
  });
});
