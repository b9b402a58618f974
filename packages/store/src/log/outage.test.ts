import { codeOf } from '@tacet/records';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClickHouseServer, startClickHouse } from '../../testing/clickhouse-server.ts';
import { NO_KEYS, randomBytes, segment } from '../../testing/segments.ts';
import type { LogStore } from '../port.ts';
import { openServer } from './server.ts';

let server: ClickHouseServer;
let store: LogStore;
beforeAll(async () => {
  server = await startClickHouse();
  store = await openServer({ ...server, database: 'logs' });
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

const httpPort = () => Number(new URL(server.url).port);
const everything = { workspace: 'main', formula: { all: true } as const, keys: NO_KEYS, limit: 1000 };

it('says STORE_UNAVAILABLE while the server is stopped and works by itself when it is back', async () => {
  const row = segment();
  await store.insert([row]);
  await server.stop({ keep: true });
  const calls = [
    store.insert([segment()]),
    store.match(everything),
    store.fetch('main', [row.id]),
    store.stats(),
  ];
  for (const error of await Promise.all(calls.map((call) => call.catch((thrown) => thrown)))) {
    expect(codeOf(error)).toBe('STORE_UNAVAILABLE');
    expect(error.retry).toBe(true);
  }
  server = await startClickHouse({ directory: server.directory, httpPort: httpPort() });
  expect(await store.fetch('main', [row.id])).toEqual([row]);
  await store.insert([segment()]);
  expect(await store.match(everything)).toHaveLength(2);
});

it('keeps acknowledged rows when the server is killed between and during inserts', async () => {
  const { length: before } = await store.match(everything);
  const acknowledged = Array.from({ length: 4 }, () => segment({ ciphertext: randomBytes(50_000) }));
  for (const row of acknowledged) await store.insert([row]);
  const cut = segment({ ciphertext: randomBytes(65_000) });
  const cutting = store.insert([cut]).catch((error) => error);
  await server.kill();
  const error = await cutting;
  if (error !== undefined) expect(codeOf(error)).toBe('STORE_UNAVAILABLE');
  server = await startClickHouse({ directory: server.directory, httpPort: httpPort() });
  await store.insert([...acknowledged, cut]);
  expect(await store.match(everything)).toHaveLength(before + acknowledged.length + 1);
});

it('refuses wrong credentials, odd names and absent servers when opening', async () => {
  const open = (part: object) =>
    openServer({ ...server, database: 'logs', ...part }).then(
      async (opened) => {
        await opened.close();
        return undefined;
      },
      (error) => error,
    );
  const refused = await open({ password: 'wrong-password' });
  expect(codeOf(refused)).toBe('STORE_QUERY_FAILED');
  expect(`${refused.message} ${refused.stack}`).not.toContain('wrong-password');
  expect(codeOf(await open({ database: 'a; DROP' }))).toBe('STORE_QUERY_FAILED');
  expect(codeOf(await open({ url: 'http://127.0.0.1:1' }))).toBe('STORE_UNAVAILABLE');
});
