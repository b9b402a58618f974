import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Random, sampleSecret } from '@tacet/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.remove());

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROTOBUF_TYPE = { 'Content-Type': 'application/x-protobuf' };

/** An OTLP/JSON body with one record for each text. */
function logs(...texts: string[]): string {
  const logRecords = texts.map((text, at) => ({
    timeUnixNano: `${1_736_152_496_000_000_000n + BigInt(at)}`,
    body: { stringValue: text },
  }));
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

async function storedEvents(): Promise<number> {
  return (await test.server.stores.log.stats('acme')).events;
}

async function metric(name: string): Promise<number> {
  const text = await (await test.request('/metrics')).text();
  return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

describe('JSON lines', () => {
  it('takes what it can and names what it cannot', async () => {
    const before = await storedEvents();
    const body = '{"msg":"one"}\n\n{"msg":"two"\n[1,2]\n"text"\n{"msg":"three"}';
    const response = await test.ingest('/v1/events', body);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      accepted: 4,
      refused: 1,
      errors: [{ line: 3, code: 'JSON_INVALID' }],
      secrets: {},
      resent: false,
    });
    expect(await storedEvents()).toBe(before + 4);
  });

  it('counts the secrets it cut out', async () => {
    const key = sampleSecret('openai-api-key', new Random(3)).secret;
    const response = await test.ingest('/v1/events', JSON.stringify({ msg: `key ${key}`, again: key }));
    expect((await response.json()) as object).toMatchObject({
      accepted: 1,
      secrets: { 'openai-api-key': 2 },
    });
  });

  it('takes arrays, objects over many lines, and every encoding', async () => {
    const array = await test.ingest('/v1/events', '[{"msg":"a"},\n{"msg":"b"}]', JSON_TYPE);
    expect(await array.json()).toMatchObject({ accepted: 2, refused: 0 });
    const pretty = await test.ingest('/v1/events', JSON.stringify({ msg: 'c' }, null, 2), JSON_TYPE);
    expect(await pretty.json()).toMatchObject({ accepted: 1, refused: 0 });
    const lines = await test.ingest('/v1/events', '{"msg":"d"}\n{"msg":"e"}', JSON_TYPE);
    expect(await lines.json()).toMatchObject({ accepted: 2, refused: 0 });
    for (const [encoding, pack] of [
      ['gzip', gzipSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      const packed = pack(Buffer.from(`{"msg":"${encoding}"}`));
      const response = await test.ingest('/v1/events', packed, { 'Content-Encoding': encoding });
      expect(await response.json()).toMatchObject({ accepted: 1 });
    }
  });

  it('refuses a body of which nothing can be taken, and what is no JSON at all', async () => {
    const response = await test.ingest('/v1/events', 'not json\nnor this');
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { code: 'JSON_INVALID' }, accepted: 0, refused: 2 },
    ]);
    const type = await test.ingest('/v1/events', 'x=1', {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect([type.status, await codeIn(type)]).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED']);
    const encoding = await test.ingest('/v1/events', '{}', { 'Content-Encoding': 'br' });
    expect([encoding.status, await codeIn(encoding)]).toEqual([415, 'ENCODING_UNSUPPORTED']);
    const packed = await test.ingest('/v1/events', '{}', { 'Content-Encoding': 'gzip' });
    expect([packed.status, await codeIn(packed)]).toEqual([400, 'DECOMPRESSION_FAILED']);
  });

  it('survives hostile lines beside good ones', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const lines = [
      '{"msg":"good 1"}',
      deep,
      `{"msg":"${'x'.repeat(10_000_000)}"}`,
      JSON.stringify(Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`k${at}`, at]))),
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"msg":"good 2"}',
      '{"msg":"lone \\ud800 and NUL \\u0000","a":1,"a":2}',
      '{"timestamp":"1600-01-01T00:00:00Z","msg":"old"}',
      '{"timestamp":"2600-01-01T00:00:00Z","msg":"late"}',
      '{"msg":"good 3"}',
    ];
    const response = await test.ingest('/v1/events', lines.join('\n'));
    const answer = (await response.json()) as {
      accepted: number;
      refused: number;
      errors: { line: number; code: string }[];
    };
    expect(response.status).toBe(200);
    expect(answer.accepted + answer.refused).toBe(lines.length);
    expect(answer.accepted).toBeGreaterThanOrEqual(7);
    expect(answer.errors.map(({ line }) => line)).toContain(2);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('OTLP', () => {
  it('stores and answers in the encoding of the request', async () => {
    const before = await storedEvents();
    const response = await test.ingest('/v1/logs', logs('a', 'b'), JSON_TYPE);
    expect([response.status, response.headers.get('Content-Type'), await response.json()]).toEqual([
      200,
      'application/json',
      {},
    ]);
    const protobuf = await test.ingest('/v1/traces', new Uint8Array(), PROTOBUF_TYPE);
    expect([protobuf.status, protobuf.headers.get('Content-Type')]).toEqual([200, 'application/x-protobuf']);
    expect((await protobuf.arrayBuffer()).byteLength).toBe(0);
    expect(await storedEvents()).toBe(before + 2);
  });

  it('answers errors as a Status in the encoding of the request', async () => {
    const json = await test.ingest('/v1/logs', '{"resourceLogs":', JSON_TYPE);
    expect([json.status, await json.json()]).toMatchObject([400, { code: 3 }]);
    const protobuf = await test.ingest('/v1/logs', new Uint8Array([0x0a, 0xff]), PROTOBUF_TYPE);
    expect([protobuf.status, protobuf.headers.get('Content-Type')]).toEqual([400, 'application/x-protobuf']);
    expect(Buffer.from(await protobuf.arrayBuffer()).toString('latin1')).toContain('PROTOBUF_INVALID');
    const type = await test.ingest('/v1/logs', 'x', { 'Content-Type': 'text/plain' });
    expect(type.status).toBe(415);
    const stranger = await test.request('/v1/logs', { method: 'POST', headers: PROTOBUF_TYPE });
    expect([stranger.status, stranger.headers.get('Content-Type')]).toEqual([401, 'application/x-protobuf']);
  });

  it('refuses a bomb before it goes off', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    const response = await test.ingest('/v1/logs', bomb, { ...JSON_TYPE, 'Content-Encoding': 'gzip' });
    expect([response.status, await response.text()]).toEqual([
      413,
      expect.stringContaining('BODY_TOO_LARGE_DECOMPRESSED'),
    ]);
    const large = await test.ingest('/v1/logs', Buffer.alloc(65 * 1024 * 1024), JSON_TYPE);
    expect([large.status, await large.text()]).toEqual([413, expect.stringContaining('BODY_TOO_LARGE')]);
    expect(await metric('tacet_in_flight_bytes')).toBe(0);
  });
});

describe('what is sent again', () => {
  it('is stored once, at the same time, later, and after a restart', async () => {
    const body = logs('sent three times');
    const before = await storedEvents();
    const both = await Promise.all([
      test.ingest('/v1/logs', body, JSON_TYPE),
      test.ingest('/v1/logs', body, JSON_TYPE),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(
      (await test.ingest('/v1/logs', gzipSync(body), { ...JSON_TYPE, 'Content-Encoding': 'gzip' })).status,
    ).toBe(200);
    expect(await storedEvents()).toBe(before + 1);
    await test.reopen();
    expect((await test.ingest('/v1/logs', body, JSON_TYPE)).status).toBe(200);
    expect(await storedEvents()).toBe(before + 1);
    expect(await metric('tacet_batches_total{outcome="resent"}')).toBe(1);
  });

  it('is told apart by the name that its sender gives', async () => {
    const before = await storedEvents();
    const send = async (name?: string) => {
      const response = await test.ingest(
        '/v1/events',
        '{"msg":"tick"}',
        name === undefined ? {} : { 'Tacet-Batch': name },
      );
      return (await response.json()) as { resent: boolean };
    };
    expect(
      [await send(), await send(), await send('1'), await send('2'), await send('1')].map(
        ({ resent }) => resent,
      ),
    ).toEqual([false, true, false, false, true]);
    expect(await storedEvents()).toBe(before + 3);
    const long = await test.ingest('/v1/events', '{}', { 'Tacet-Batch': 'x'.repeat(201) });
    expect(await codeIn(long)).toBe('REQUEST_INVALID');
  });
});

describe('health', () => {
  it('says that it lives and is ready, without a token and without content', async () => {
    await test.ingest('/v1/events', '{"msg":"CANARY-in-metrics","service":"CANARY-service"}');
    expect((await test.request('/healthz')).status).toBe(200);
    expect((await test.request('/readyz')).status).toBe(200);
    const metrics = await test.request('/metrics');
    expect(metrics.headers.get('Content-Type')).toContain('text/plain; version=0.0.4');
    expect(await metrics.text()).not.toContain('CANARY');
  });
});
