import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { credentials, Metadata } from '@grpc/grpc-js';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Listener } from '../listen.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import { listenGrpc } from './listen.ts';

const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const MIB = 1024 * 1024;

let test: TestServer;
let listener: Listener;
const warnings: string[] = [];
beforeAll(async () => {
  test = await testServer();
  listener = await listenGrpc(test.server.app, {
    host: '127.0.0.1',
    port: 0,
    behindProxy: false,
    warn: (text) => warnings.push(text),
  });
});
afterAll(async () => {
  await listener?.close();
  await test?.remove();
});

const resource = resourceFromAttributes({ 'service.name': 'shop' });

function client() {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${test.tokens.ingest}`);
  return { url: listener.address, credentials: credentials.createInsecure(), metadata };
}

async function stored(): Promise<number> {
  return (await test.server.stores.log.stats()).events;
}

describe('the exporters of OpenTelemetry over gRPC', () => {
  it.each([CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP])('send logs, %s', async (compression) => {
    const before = await stored();
    const exporter = new OTLPLogExporter({ ...client(), compression });
    const provider = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter })],
    });
    provider.getLogger('lib').emit({ body: `a parcel ${compression}` });
    await provider.shutdown();
    expect(await stored()).toBe(before + 1);
  });

  it('send spans', async () => {
    const before = await stored();
    const provider = new BasicTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(client()))],
    });
    provider.getTracer('lib').startSpan('POST /chat').end();
    await provider.shutdown();
    expect(await stored()).toBe(before + 1);
  });
});

interface Answer {
  http: number | undefined;
  status: string | undefined;
  message: string;
  body: Buffer;
}

const sessions: ClientHttp2Session[] = [];
afterAll(() => {
  for (const session of sessions) session.destroy();
});

/** One call in raw HTTP/2, as a client that means no good may send it. */
function call(
  body: Uint8Array,
  headers: Record<string, string> = {},
  url = listener.address,
): Promise<Answer> {
  const session = connect(url);
  sessions.push(session);
  return new Promise((resolve, reject) => {
    const answer: Answer = { http: undefined, status: undefined, message: '', body: Buffer.alloc(0) };
    const take = (got: Record<string, unknown>) => {
      answer.status ??= got['grpc-status'] as string | undefined;
      if (got['grpc-message']) answer.message = decodeURIComponent(`${got['grpc-message']}`);
    };
    const stream = session.request({
      ':method': 'POST',
      ':path': LOGS,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: `Bearer ${test.tokens.ingest}`,
      ...headers,
    });
    stream.on('response', (got) => {
      answer.http = got[':status'];
      take(got);
    });
    stream.on('trailers', take);
    stream.on('data', (chunk: Buffer) => {
      answer.body = Buffer.concat([answer.body, chunk]);
    });
    stream.on('error', reject);
    session.on('error', reject);
    stream.on('close', () => resolve(answer));
    stream.end(body);
  });
}

function framed(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

describe('a gRPC call', () => {
  it('of no records is taken, with an empty answer', async () => {
    const { http, status, body } = await call(framed(Buffer.alloc(0)));
    expect({ http, status, body: body.toString('hex') }).toEqual({
      http: 200,
      status: '0',
      body: '0000000000',
    });
  });

  it('needs a token that may write, like any other', async () => {
    expect(await call(framed(Buffer.alloc(0)), { authorization: '' })).toMatchObject({ status: '16' });
    const reading = await call(framed(Buffer.alloc(0)), { authorization: `Bearer ${test.tokens.reader}` });
    expect(reading).toMatchObject({ status: '7', message: expect.stringContaining('NOT_ALLOWED') });
  });

  it.each([
    ['without a message', Buffer.alloc(0)],
    ['with half a prefix', Buffer.alloc(3)],
    ['cut off', framed(Buffer.alloc(4), 0, 5)],
    ['with two messages', Buffer.concat([framed(Buffer.alloc(0)), framed(Buffer.alloc(0))])],
    ['with an unknown flag', framed(Buffer.alloc(0), 2)],
    ['compressed by nothing that is named', framed(gzipSync(''), 1)],
    ['that is no protobuf', framed(Buffer.from('{"resourceLogs":[]}'))],
  ])('%s is refused for good', async (_name, body) => {
    expect(await call(body)).toMatchObject({
      http: 200,
      status: '3',
      message: expect.stringMatching(/^[A-Z_]+: /),
    });
  });

  it('is capped before and after decompression', async () => {
    const promised = await call(framed(Buffer.alloc(0), 0, 0xffff_ffff));
    expect(promised).toMatchObject({ status: '8', message: expect.stringContaining('BODY_TOO_LARGE:') });
    const bomb = await call(framed(gzipSync(Buffer.alloc(65 * MIB)), 1), { 'grpc-encoding': 'gzip' });
    expect(bomb).toMatchObject({
      status: '8',
      message: expect.stringContaining('BODY_TOO_LARGE_DECOMPRESSED'),
    });
  });

  it('in an encoding that is not known, or to another method, is told so', async () => {
    const message = framed(Buffer.alloc(0), 1);
    expect(await call(message, { 'grpc-encoding': 'br' })).toMatchObject({
      message: expect.stringContaining('ENCODING_UNSUPPORTED'),
    });
    const metrics = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
    for (const path of [metrics, '/v1/logs', '/']) {
      expect(await call(framed(Buffer.alloc(0)), { ':path': path })).toMatchObject({ status: '12' });
    }
    expect(await call(Buffer.from('{}'), { 'content-type': 'application/json' })).toMatchObject({
      http: 415,
    });
  });

  it('under the name of another host is refused: a page may have rebound its own', async () => {
    const answer = await call(framed(Buffer.alloc(0)), { ':authority': 'evil.example' });
    expect(answer).toMatchObject({ status: '7', message: expect.stringContaining('NOT_ALLOWED') });
    expect(await call(framed(Buffer.alloc(0)), { ':authority': 'localhost:99999' })).toMatchObject({
      status: '3',
    });
  });

  it('that stays open ends at its deadline', async () => {
    const session = connect(listener.address);
    sessions.push(session);
    const stream = session.request({
      ':method': 'POST',
      ':path': LOGS,
      'content-type': 'application/grpc',
      'grpc-timeout': '50m',
      authorization: `Bearer ${test.tokens.ingest}`,
    });
    stream.write(framed(Buffer.alloc(0), 0, 10));
    const headers = await new Promise<Record<string, unknown>>((resolve) => stream.on('response', resolve));
    expect(headers['grpc-status']).toBe('4');
    stream.on('error', () => {});
    stream.close(constants.NGHTTP2_CANCEL);
  });

  it('is taken by the server after all of these', async () => {
    expect(await call(framed(Buffer.alloc(0)))).toMatchObject({ status: '0' });
    expect(warnings).toEqual([]);
    expect(test.server.parts.budget.used).toBe(0);
  });
});
