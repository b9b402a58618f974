import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, decodeRows, type Event } from '@tacet/records';
import { query } from 'chdb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { readEvents } from './read.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'receive-parquet-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes what a query gives into a Parquet file, as ClickHouse does. */
function write(name: string, select: string, settings = ''): string {
  const path = join(folder, name);
  query(`INSERT INTO FUNCTION file('${path}', 'Parquet') ${select} ${settings && `SETTINGS ${settings}`}`);
  return path;
}

async function read(path: string, limits: Limits = DEFAULT_LIMITS) {
  const events: Event[] = [];
  const refused: { code: string; line?: number }[] = [];
  let bytes = 0;
  for await (const batch of readEvents({ path }, 'auto', limits)) {
    events.push(...decodeRows(batch.rows));
    refused.push(...batch.refused);
    bytes += batch.bytes;
  }
  return { events, refused, bytes };
}

const LOG_STREAM = `SELECT toDateTime('2025-01-06 00:00:00', 'UTC') + number AS timestamp, '/v1/chat' AS span_name,
  'chat' AS _service, 'web' AS _source, ['message', 'user_id'] AS "string.names",
  ['line ' || toString(number), 'u1'] AS "string.values"`;

describe('Parquet', () => {
  it.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])('of %s', async (codec) => {
    const path = write(
      `${codec}.parquet`,
      `${LOG_STREAM} FROM numbers(3)`,
      `output_format_parquet_compression_method='${codec === 'lz4_raw' ? 'lz4' : codec}'`,
    );
    const { events, bytes } = await read(path);
    expect(events[2]).toEqual({
      time: '1736121602000000000',
      kind: 'log',
      service: 'chat',
      operation: '/v1/chat',
      severity: '',
      status: '',
      provider: '',
      model: '',
      user_id: 'u1',
      body: 'line 2',
      attributes: { _source: 'web' },
    });
    expect(bytes).toBe(readFileSync(path).length);
  });

  it('of many row groups, in order', async () => {
    const path = write(
      'groups.parquet',
      `${LOG_STREAM} FROM numbers(20000)`,
      'output_format_parquet_row_group_size=1500, max_block_size=1500, max_threads=1',
    );
    const { events } = await read(path);
    expect(events.map((event) => event.body)).toEqual(
      Array.from({ length: 20_000 }, (_, index) => `line ${index}`),
    );
  });

  it('of every kind of value', async () => {
    const path = write(
      'values.parquet',
      `SELECT toDateTime64('2025-01-06 00:00:00.123456789', 9, 'UTC') AS time, toInt64(9007199254740993) AS big,
        toUInt64(18446744073709551615) AS unsigned, -5::Int32 AS small, 0.1::Float64 AS ratio, toFloat64('nan') AS nan,
        true AS flag, NULL::Nullable(String) AS nothing, 'ü🎼' AS label, unhex('ff00') AS raw, toDate('2025-01-06') AS day,
        map('a', 1) AS pairs, tuple(1, 'x')::Tuple(n Int32, s String) AS named, [1, 2] AS list, ['a', NULL] AS holes,
        toDecimal64(1.25, 2) AS price, toUUID('00112233-4455-6677-8899-aabbccddeeff') AS uid, [[1], []] AS deep`,
    );
    const { events } = await read(path);
    expect(events[0]!.time).toBe('1736121600123456789');
    expect(events[0]!.attributes).toMatchObject({
      big: '9007199254740993',
      unsigned: '18446744073709551615',
      small: -5,
      ratio: 0.1,
      nan: 'NaN',
      flag: true,
      label: 'ü🎼',
      raw: 'data:application/octet-stream;base64,/wA=',
      day: '2025-01-06',
      pairs: { a: 1 },
      named: { n: 1, s: 'x' },
      list: [1, 2],
      holes: ['a', null],
      price: 1.25,
      deep: [[1], []],
    });
    expect(events[0]!.attributes).not.toHaveProperty('nothing');
  });

  it('with rows that are refused', async () => {
    const path = write(
      'refused.parquet',
      `SELECT if(number = 1, repeat('x', 1000), 'a') AS message FROM numbers(3)`,
    );
    const { events, refused } = await read(path, { ...DEFAULT_LIMITS, eventBytes: 500 });
    expect(events).toHaveLength(2);
    expect(refused).toEqual([{ code: 'EVENT_TOO_LARGE', line: 2 }]);
  });

  it('that is damaged gives events or a code', async () => {
    const whole = readFileSync(write('whole.parquet', `${LOG_STREAM} FROM numbers(50)`));
    const path = join(folder, 'damaged.parquet');
    const damage = fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const copy = Buffer.from(whole);
        for (const { at, value } of damages) copy[at] = value;
        writeFileSync(path, copy);
        try {
          await read(path);
        } catch (error) {
          expect(codeOf(error), String(error)).toMatch(/^FILE_/);
        }
      }),
      { numRuns: 80 },
    );
  });
});
