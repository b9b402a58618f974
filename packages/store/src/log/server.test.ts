import { expect, it } from 'vitest';
import { startClickHouse } from '../../testing/clickhouse-server.ts';
import { filtered, NO_KEYS, randomBytes, segment } from '../../testing/segments.ts';
import { openServer } from './server.ts';

it('works', async () => {
  const server = await startClickHouse();
  const store = await openServer({ ...server, database: 'logs' });
  const key = randomBytes(16);
  const rows = [
    segment(),
    filtered([key]),
    filtered([], { periodNo: 1 }),
    segment({ filter: new Uint8Array(0) }),
    segment({ count: 0 }),
  ];
  await store.insert(rows);
  await store.insert(rows);
  expect(
    await store.fetch(
      'main',
      rows.map((r) => r.id),
    ),
  ).toEqual(rows);
  expect(
    await store.match({ workspace: 'main', formula: { all: true }, keys: NO_KEYS, limit: 10 }),
  ).toHaveLength(5);
  const hits = await store.match({
    workspace: 'main',
    formula: { token: 0 },
    keys: { first: 0, tokens: [key] },
    limit: 10,
  });
  console.log(hits.length);
  expect(
    await store.match({
      workspace: 'main',
      formula: {
        or: [
          { token: 0 },
          {
            and: [
              { clear: { column: 'model', op: '=', value: 'M-1' } },
              { clear: { column: 'input_tokens', op: '=', value: 100 } },
            ],
          },
        ],
      },
      keys: { first: 0, tokens: [key] },
      limit: 10,
    }),
  ).toHaveLength(3);
  await store.remove('main', [rows[0]!.id]);
  expect(await store.contains(rows.map((r) => r.id))).toHaveLength(4);
  await store.purge();
  console.log(
    await store.stats(),
    await store.stats('main'),
    await store.clearRows({ workspace: 'main', limit: 2 }),
    (await store.tables()).map((t) => t.table),
    (await store.batchesSince(20000)).length,
  );
  await store.close();
  await server.stop();
});
