import { describe, expect, it } from 'vitest';
import { BLANK, line, type Row } from '../../test/lines.ts';

describe('lines of loggers', () => {
  it.each<Row>([
    [
      'pino',
      { level: 30, time: 1736121600000, pid: 1, hostname: 'h', name: 'api', msg: 'hi', reqId: 7 },
      { service: 'api', severity: 'info', body: 'hi', attributes: { pid: 1, hostname: 'h', reqId: 7 } },
    ],
    [
      'bunyan',
      { name: 'api', hostname: 'h', pid: 1, level: 50, msg: 'no', time: '2025-01-06T00:00:00.000Z', v: 0 },
      { service: 'api', severity: 'error', body: 'no', attributes: { hostname: 'h', pid: 1, v: 0 } },
    ],
    [
      'winston',
      { level: 'warn', message: 'hot', service: 'oven', timestamp: '2025-01-06T00:00:00.000Z' },
      { service: 'oven', severity: 'warn', body: 'hot' },
    ],
    [
      'zap',
      { level: 'info', ts: 1736121600, caller: 'a.go:5', msg: 'up', logger: 'main' },
      { severity: 'info', body: 'up', attributes: { caller: 'a.go:5', logger: 'main' } },
    ],
    [
      'slog',
      { time: '2025-01-06T01:00:00+01:00', level: 'INFO', msg: 'up', n: 1 },
      { severity: 'info', body: 'up', attributes: { n: 1 } },
    ],
    [
      'structlog',
      { event: 'logged in', level: 'info', timestamp: '2025-01-06T00:00:00Z', user: 'ann' },
      { severity: 'info', body: 'logged in', attributes: { user: 'ann' } },
    ],
    [
      'python-json-logger',
      { asctime: '2025-01-06 00:00:00,000', levelname: 'CRITICAL', message: 'x', name: 'app.db' },
      { severity: 'fatal', body: 'x', attributes: { levelname: 'CRITICAL', name: 'app.db' } },
    ],
    [
      'Serilog',
      { '@t': '2025-01-06T00:00:00.0000000Z', '@mt': 'Hi {Name}', '@l': 'Information', Name: 'Ann' },
      { severity: 'info', body: 'Hi {Name}', attributes: { Name: 'Ann' } },
    ],
    [
      'ECS',
      {
        '@timestamp': '2025-01-06T00:00:00Z',
        log: { level: 'ERROR', logger: 'x' },
        message: 'no',
        service: { name: 'shop', version: '1' },
        trace: { id: '5b8efff798038103d269b633813fc60c' },
        user: { id: 'u1', name: 'Ann' },
      },
      {
        service: 'shop',
        severity: 'error',
        trace_id: '5b8efff798038103d269b633813fc60c',
        user_id: 'u1',
        body: 'no',
        attributes: { log: { logger: 'x' }, service: { version: '1' }, user: { name: 'Ann' } },
      },
    ],
    [
      'GELF',
      {
        version: '1.1',
        host: 'h',
        short_message: 'short',
        full_message: 'long',
        timestamp: 1736121600.0,
        level: 3,
      },
      { body: 'long', attributes: { version: '1.1', host: 'h', level: 3, short_message: 'short' } },
    ],
    [
      'Docker',
      { log: 'hi\n', stream: 'stdout', time: '2025-01-06T00:00:00.000000000Z' },
      { body: 'hi\n', attributes: { stream: 'stdout' } },
    ],
    [
      'Google Cloud',
      { severity: 'NOTICE', textPayload: 'x', timestamp: '2025-01-06T00:00:00Z', logName: 'l' },
      { severity: 'info', body: 'x', attributes: { severity: 'NOTICE', logName: 'l' } },
    ],
    [
      'journald',
      { MESSAGE: 'x', __REALTIME_TIMESTAMP: '1736121600000000', SYSLOG_IDENTIFIER: 'sshd', PRIORITY: '6' },
      { service: 'sshd', body: 'x', attributes: { PRIORITY: '6' } },
    ],
    [
      'elasticdump',
      { _index: 'logs', _id: '1', _source: { '@timestamp': '2025-01-06T00:00:00Z', message: 'x' } },
      { body: 'x', attributes: { _index: 'logs', _id: '1' } },
    ],
  ])('%s', (_name, value, event) => {
    expect(line(value)).toEqual({ ...BLANK, ...event });
  });
});

describe('lines like OpenTelemetry', () => {
  it.each<Row>([
    [
      'a log record by its model',
      {
        Timestamp: '1736121600000000000',
        SeverityText: 'WARN',
        SeverityNumber: 13,
        Body: { a: 1 },
        TraceId: '5B8EFFF798038103D269B633813FC60C',
        SpanId: 'EEE19B7EC3C1B174',
        Attributes: { 'user.id': 'u1', x: 1 },
        Resource: { 'service.name': 'shop', 'host.name': 'h' },
      },
      {
        service: 'shop',
        severity: 'warn',
        trace_id: '5b8efff798038103d269b633813fc60c',
        span_id: 'eee19b7ec3c1b174',
        user_id: 'u1',
        body: { a: 1 },
        attributes: { x: 1 },
        resource: { 'host.name': 'h' },
      },
    ],
    [
      'a single OTLP record',
      {
        timeUnixNano: '1736121600000000000',
        severityNumber: 9,
        body: 'x',
        attributes: [{ key: 'a', value: { intValue: '5' } }],
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scope: { name: 'lib' },
      },
      { service: 'shop', severity: 'info', body: 'x', attributes: { a: 5 }, scope: { name: 'lib' } },
    ],
    [
      'the console exporter of Python',
      {
        name: 'GET /',
        context: {
          trace_id: '0x5b8efff798038103d269b633813fc60c',
          span_id: '0xeee19b7ec3c1b174',
          trace_state: '[]',
        },
        kind: 'SpanKind.SERVER',
        parent_id: '0xeee19b7ec3c1b173',
        start_time: '2025-01-06T00:00:00.000000Z',
        end_time: '2025-01-06T00:00:01.500000Z',
        status: { status_code: 'OK' },
        attributes: { 'gen_ai.request.model': 'gpt-4o' },
        events: [{ name: 'e' }],
        links: [],
        resource: { attributes: { 'service.name': 'shop' }, schema_url: '' },
      },
      {
        kind: 'span',
        service: 'shop',
        operation: 'GET /',
        status: 'ok',
        model: 'gpt-4o',
        duration_ns: 1_500_000_000,
        trace_id: '5b8efff798038103d269b633813fc60c',
        span_id: 'eee19b7ec3c1b174',
        parent_span_id: 'eee19b7ec3c1b173',
        attributes: { context: { trace_state: '[]' }, kind: 'SpanKind.SERVER' },
        events: [{ name: 'e' }],
      },
    ],
    [
      "ClickHouse's otel_logs",
      {
        Timestamp: '2025-01-06 00:00:00.000000000',
        TraceId: '',
        SeverityText: 'INFO',
        ServiceName: 'shop',
        Body: 'x',
        ResourceAttributes: { 'host.name': 'h' },
        ScopeName: 'lib',
        LogAttributes: { 'session.id': 's1' },
      },
      {
        service: 'shop',
        severity: 'info',
        session_id: 's1',
        body: 'x',
        attributes: { TraceId: '', ScopeName: 'lib' },
        resource: { 'host.name': 'h' },
      },
    ],
    [
      "ClickHouse's otel_traces",
      {
        Timestamp: '2025-01-06 00:00:00.000000000',
        TraceId: '5b8efff798038103d269b633813fc60c',
        SpanId: 'eee19b7ec3c1b174',
        SpanName: 'GET',
        SpanKind: 'Server',
        ServiceName: 'shop',
        SpanAttributes: { a: '1' },
        Duration: 1500,
        StatusCode: 'STATUS_CODE_ERROR',
        StatusMessage: 'late',
      },
      {
        kind: 'span',
        service: 'shop',
        operation: 'GET',
        status: 'error',
        duration_ns: 1500,
        trace_id: '5b8efff798038103d269b633813fc60c',
        span_id: 'eee19b7ec3c1b174',
        status_message: 'late',
        attributes: { SpanKind: 'Server', a: '1' },
      },
    ],
    [
      'flattened attributes at the top',
      { time: BLANK.time, 'gen_ai.prompt.0.role': 'user', 'gen_ai.prompt.0.content': 'Hi', 'user.id': 5 },
      { user_id: '5', input: [{ role: 'user', content: 'Hi' }] },
    ],
  ])('%s', (_name, value, event) => {
    expect(line(value)).toEqual({ ...BLANK, ...event });
  });
});
