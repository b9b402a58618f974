import { readFile } from 'node:fs/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Event } from '@tacet/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, Workbench } from '../apps/cli/src/testing/command.ts';

const KEY = `sk-proj-${'aB3xYz90'.repeat(6)}`;
let bench: Workbench;
let directory: string;
let server: Awaited<ReturnType<Workbench['serve']>>;
let token: string;

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  const founded = await bench.tacet(['init', '--dir', directory, '--json']);
  token = (await readFile(JSON.parse(founded.stdout).ingestTokenFile, 'utf8')).trim();
  server = await bench.serve(directory);
}, 60_000);
afterAll(() => bench.remove());

async function search(query: string): Promise<Event[]> {
  const found = await bench.tacet([
    'search',
    query,
    '--dir',
    directory,
    '--purpose',
    'end-to-end test',
    '--json',
  ]);
  expect([found.status, found.stderr]).toEqual([0, '']);
  return found.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const options = (path: string) => ({
  url: `${server.address}${path}`,
  headers: { Authorization: `Bearer ${token}` },
});
const resource = resourceFromAttributes({ 'service.name': 'chat-backend', 'deployment.environment': 'test' });

describe('traffic of the OpenTelemetry SDK', () => {
  it.each([
    ['JSON', JsonLogs],
    ['protobuf', ProtobufLogs],
  ] as const)('logs as %s are stored, found and opened', async (encoding, Exporter) => {
    const exporter = new Exporter({ ...options('/v1/logs'), compression: 'gzip' as never });
    const provider = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter } as never)],
    });
    const logger = provider.getLogger('e2e', '1.0.0');
    for (const [number, text] of ['订单退款失败', 'upstream refused', `using key ${KEY}`].entries())
      logger.emit({
        severityNumber: SeverityNumber.ERROR,
        body: `${text} over ${encoding}`,
        attributes: { 'user.id': `user-${encoding}-${number}`, attempt: number },
      });
    await provider.shutdown();

    const refund = await search(`退款失败 ${encoding}`);
    expect(refund).toHaveLength(1);
    expect(refund[0]).toMatchObject({
      kind: 'log',
      service: 'chat-backend',
      severity: 'error',
      user_id: `user-${encoding}-0`,
    });
    const [keyed] = await search(`user_id:user-${encoding}-2`);
    expect(keyed?.secrets).toEqual({ 'openai-api-key': 1 });
    expect(JSON.stringify(keyed)).not.toContain(KEY);
    expect(JSON.stringify(keyed)).toContain('[secret:openai-api-key:');
  });

  it.each([
    ['JSON', JsonTraces],
    ['protobuf', ProtobufTraces],
  ] as const)('spans as %s are stored, found and opened', async (encoding, Exporter) => {
    const exporter = new Exporter(options('/v1/traces'));
    const provider = new BasicTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    const span = provider.getTracer('e2e').startSpan(`chat ${encoding}`, {
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'deepmind',
        'gen_ai.request.model': `model-${encoding.toLowerCase()}`,
        'gen_ai.usage.input_tokens': 1234,
        'gen_ai.input.messages': JSON.stringify([
          { role: 'user', parts: [{ type: 'text', content: `wo ist meine Rechnung ${encoding}` }] },
        ]),
      },
    });
    span.recordException(new Error(`refused with ${KEY}`));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' });
    span.end();
    await provider.shutdown();

    const [found, ...more] = await search(`Rechnung model:model-${encoding.toLowerCase()} status:error`);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      kind: 'span',
      provider: 'deepmind',
      input_tokens: 1234,
      trace_id: span.spanContext().traceId,
    });
    expect(JSON.stringify(found)).not.toContain(KEY);
    expect(await search(`trace_id:${span.spanContext().traceId}`)).toHaveLength(1);
  });

  it('ends in order when it is asked to', async () => {
    expect(await ended(server.process, 'SIGTERM')).toBe(0);
    await expect(readFile(`${directory}/run.json`)).rejects.toMatchObject({ code: 'ENOENT' });
    // The same search now runs without a server.
    expect(await search('退款失败')).toHaveLength(2);
  });
});
