import { codeOf } from '@tacet/records';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClickHouseServer, startClickHouse } from '../../testing/clickhouse-server.ts';
import { filtered, randomBytes, segment } from '../../testing/segments.ts';
import type { LogStore, MatchQuery } from '../port.ts';
import { openServer } from './server.ts';

let server: ClickHouseServer;
let store: LogStore;
beforeAll(async () => {
  // As ClickHouse's own packages configure it: everything is logged, down to traces.
  server = await startClickHouse({
    config: `<logger><level>trace</level></logger><text_log>
      <database>system</database><table>text_log</table><level>trace</level>
    </text_log>`,
  });
  store = await openServer({ ...server, database: 'logs' });
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

/** Runs a statement as an administrator; the whole answer as text. */
async function ask(sql: string): Promise<string> {
  const headers = { 'X-ClickHouse-User': server.username, 'X-ClickHouse-Key': server.password };
  const response = await fetch(server.url, { method: 'POST', headers, body: sql });
  return await response.text();
}

/** Every spelling in which eight bytes could stand in a log. */
function spellings(bytes: Uint8Array): string[] {
  const word = Buffer.from(bytes.subarray(0, 8));
  const hex = word.toString('hex');
  return [
    hex,
    hex.toUpperCase(),
    Buffer.from(word).reverse().toString('hex'),
    word.readBigUInt64LE().toString(),
    word.readBigUInt64BE().toString(),
    word.readBigInt64LE().toString(),
    hex.replace(/../g, '\\x$&'),
  ];
}

it('leaves neither trapdoors nor searched texts in the logs of the server', async () => {
  const keys = Array.from({ length: 2 }, () => randomBytes(16 * 3));
  await store.insert([filtered([keys[0]!.subarray(0, 16)])]);
  const query: MatchQuery = {
    workspace: 'main',
    formula: {
      or: [
        { token: 0 },
        { and: [{ token: 1 }, { clear: { column: 'model', op: '=', value: 'typed-by-mistake' } }] },
      ],
    },
    keys: { first: 0, tokens: keys },
    limit: 10,
  };
  expect(await store.match(query)).toHaveLength(1);
  expect(await store.match(query)).toHaveLength(1);

  await ask('SYSTEM FLUSH LOGS');
  const tables = (
    await ask("SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log%'")
  ).trim();
  expect(tables.split('\n')).toEqual(expect.arrayContaining(['query_log', 'text_log']));
  const logs: string[] = [];
  for (const table of tables.split('\n')) {
    logs.push(
      await ask(`SELECT * FROM system.${table} FORMAT JSONEachRow`),
      await ask(`SELECT * FROM system.${table} FORMAT TSV`),
    );
  }
  const log = logs.join('\n');
  // The search itself is there, so the log was on.
  expect(log).toContain('sipHash64Keyed');
  expect(await ask("SELECT value FROM system.settings WHERE name = 'log_queries'")).toBe('1\n');
  for (const key of keys) {
    for (let at = 0; at < key.length; at += 8) {
      for (const spelling of spellings(key.subarray(at, at + 8))) expect(log).not.toContain(spelling);
    }
  }
  expect(log).not.toContain('typed-by-mistake');
  expect(log).not.toContain(Buffer.from('typed-by-mistake').toString('hex'));
});

it('does not repeat what the engine says of rows', async () => {
  await ask('ALTER TABLE logs.segments MODIFY COLUMN model Array(UInt8)');
  const row = segment();
  row.clear.model.texts[0] = 'echoed-value';
  const error = await store.insert([row]).catch((thrown) => thrown);
  expect(codeOf(error)).toBe('STORE_QUERY_FAILED');
  expect(error.message).toMatch(/ClickHouse code \d+/);
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('echoed');
  expect(error.cause).toBeUndefined();
});
