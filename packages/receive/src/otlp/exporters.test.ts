import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { decodeRows, type Event, TacetError } from '@tacet/records';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeOtlp, otlpEncoding } from './decode.ts';
import { otlpError, otlpResponse } from './response.ts';

const received: { events: Event[]; type: string; encoding: string }[] = [];
/** Errors to answer with before taking a request. */
const failures: TacetError[] = [];
let attempts = 0;
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    attempts++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const type = request.headers['content-type'] ?? '';
    const encoding = request.headers['content-encoding'] ?? '';
    const signal = request.url === '/v1/logs' ? 'logs' : 'traces';
    try {
      const failure = failures.shift();
      if (failure) throw failure;
      const body = Buffer.concat(chunks);
      const batch = await decodeOtlp({ signal, contentType: type, contentEncoding: encoding, body });
      received.push({ events: decodeRows(batch.rows), type, encoding });
      const reply = otlpResponse(signal, otlpEncoding(type), batch);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    } catch (error) {
      const reply = otlpError(error, otlpEncoding(type), 1);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  received.length = 0;
  attempts = 0;
});

const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'h1' });

async function sendLogs(exporter: LogRecordExporter): Promise<Event[]> {
  const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('lib', '1.2.3');
  logger.emit({
    timestamp: new Date('2025-01-06T00:00:00.123Z'),
    observedTimestamp: new Date('2025-01-06T00:00:00.123Z'),
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    body: 'Grüße 🎼',
    attributes: {
      'user.id': 'u1',
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }],
      count: 3,
      ratio: 0.5,
      big: 2 ** 60,
      flags: [true, false],
      bytes: new Uint8Array([222, 173]),
      nested: { a: { b: null } },
    },
  });
  logger.emit({ eventName: 'gen_ai.choice', body: { index: 0, message: { content: 'Hello' } } });
  await provider.shutdown();
  return received.flatMap(({ events }) => events);
}

async function sendSpans(exporter: SpanExporter): Promise<Event[]> {
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  const span = provider.getTracer('lib').startSpan('POST /chat', {
    kind: SpanKind.SERVER,
    startTime: [1736121600, 5],
    attributes: { 'gen_ai.request.model': 'gpt-4o', 'ai.response.text': 'Hello', 'http.route': '/chat' },
    links: [
      { context: { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', traceFlags: 1 } },
    ],
  });
  span.addEvent('exception', { 'exception.message': 'late' }, [1736121601, 0]);
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'late' });
  span.end([1736121602, 5]);
  await provider.shutdown();
  return received.flatMap(({ events }) => events);
}

const LOG = {
  time: '1736121600123000000',
  kind: 'log',
  service: 'shop',
  severity: 'warn',
  user_id: 'u1',
  body: 'Grüße 🎼',
  input: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }],
  attributes: {
    count: 3,
    ratio: 0.5,
    flags: [true, false],
    bytes: 'data:application/octet-stream;base64,3q0=',
    nested: { a: { b: null } },
  },
  resource: { 'host.name': 'h1' },
  scope: { name: 'lib', version: '1.2.3' },
};

const SPAN = {
  time: '1736121600000000005',
  kind: 'span',
  service: 'shop',
  operation: 'POST /chat',
  status: 'error',
  status_message: 'late',
  model: 'gpt-4o',
  duration_ns: 2_000_000_000,
  output: 'Hello',
  attributes: { 'http.route': '/chat', 'span.kind': 'server' },
  events: [{ name: 'exception', time: '1736121601000000000', attributes: { 'exception.message': 'late' } }],
  links: [{ trace_id: '5b8efff798038103d269b633813fc60c', span_id: 'eee19b7ec3c1b174' }],
};

describe.each([
  ['json', JsonLogExporter, JsonTraceExporter, 'application/json'],
  ['protobuf', ProtoLogExporter, ProtoTraceExporter, 'application/x-protobuf'],
] as const)('the exporters of the OpenTelemetry SDK, %s', (_name, LogExporter, TraceExporter, type) => {
  describe.each([CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP])('compression %s', (compression) => {
    it('logs', async () => {
      const [first, second] = await sendLogs(new LogExporter({ url: `${url}/v1/logs`, compression }));
      expect(first).toMatchObject(LOG);
      expect(second).toMatchObject({
        operation: 'gen_ai.choice',
        output: [{ role: 'assistant', content: 'Hello', index: 0 }],
      });
      expect(received[0]).toMatchObject({ type, encoding: compression === 'gzip' ? 'gzip' : '' });
    });

    it('traces', async () => {
      const [event] = await sendSpans(new TraceExporter({ url: `${url}/v1/traces`, compression }));
      expect(event).toMatchObject(SPAN);
      expect(event!.trace_id).toMatch(/^[0-9a-f]{32}$/);
      expect(received).toHaveLength(1);
    });
  });
});

it('the exporter sends again after BUSY, and not after a final refusal', async () => {
  failures.push(new TacetError('BUSY', 'busy'));
  expect(await sendSpans(new ProtoTraceExporter({ url: `${url}/v1/traces` }))).toHaveLength(1);
  expect(attempts).toBe(2);
  failures.push(new TacetError('BODY_TOO_LARGE', 'too large'));
  await expect(sendSpans(new ProtoTraceExporter({ url: `${url}/v1/traces` }))).rejects.toThrow(
    'Payload Too Large',
  );
  expect(attempts).toBe(3);
});
