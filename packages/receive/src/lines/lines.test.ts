import type { Event } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW } from '../../test/requests.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { eventFromJson, eventFromLine } from './index.ts';

const T = '1736121600000000000';
const blank: Event = {
  time: T,
  kind: 'log',
  service: 'unknown_service',
  operation: '',
  severity: '',
  status: '',
  provider: '',
  model: '',
};
const line = (value: unknown) => eventFromJson(value, { now: NOW });

type Row = [name: string, line: unknown, event: Partial<Event>];

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
    expect(line(value)).toEqual({ ...blank, ...event });
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
      { time: T, 'gen_ai.prompt.0.role': 'user', 'gen_ai.prompt.0.content': 'Hi', 'user.id': 5 },
      { user_id: '5', input: [{ role: 'user', content: 'Hi' }] },
    ],
  ])('%s', (_name, value, event) => {
    expect(line(value)).toEqual({ ...blank, ...event });
  });
});

describe('records of a request and its answer', () => {
  const messages = [{ role: 'user', content: 'Hi' }];
  it.each<Row>([
    ['prompt and response', { prompt: 'Hi', response: 'Hello' }, { input: 'Hi', output: 'Hello' }],
    [
      'prompt and completion',
      { prompt: 'Hi', completion: 'Hello', id: 5 },
      { input: 'Hi', output: 'Hello', attributes: { id: 5 } },
    ],
    ['messages', { messages, model: 'gpt-4o' }, { input: messages, model: 'gpt-4o' }],
    [
      'an answer of chat completions',
      {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1736121600,
        model: 'gpt-4o',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      },
      {
        model: 'gpt-4o',
        input_tokens: 3,
        output_tokens: 4,
        finish_reasons: ['stop'],
        output: [{ role: 'assistant', content: 'Hello', index: 0, finish_reason: 'stop' }],
        attributes: {
          id: 'chatcmpl-1',
          object: 'chat.completion',
          created: 1736121600,
          usage: { total_tokens: 7 },
        },
      },
    ],
    [
      'request and response of an API',
      {
        request: { model: 'gpt-4o', messages, temperature: 1, tools: [{ type: 'function' }] },
        response: {
          id: 'r1',
          model: 'gpt-4o-2024',
          choices: [{ message: { role: 'assistant', content: 'Hello' } }],
          usage: { prompt_tokens: 3 },
        },
      },
      {
        model: 'gpt-4o-2024',
        input_tokens: 3,
        response_id: 'r1',
        input: messages,
        output: [{ role: 'assistant', content: 'Hello' }],
        tools: [{ type: 'function' }],
        attributes: { request: { temperature: 1 }, 'gen_ai.request.model': 'gpt-4o' },
      },
    ],
    [
      'a response of another API',
      {
        request: { system: 'Be brief', messages },
        response: {
          id: 'm1',
          role: 'assistant',
          content: [{ type: 'text', text: 'Hello' }],
          usage: { input_tokens: 1, output_tokens: 2 },
        },
      },
      {
        input_tokens: 1,
        output_tokens: 2,
        response_id: 'm1',
        system: 'Be brief',
        input: messages,
        output: [{ role: 'assistant', content: [{ type: 'text', text: 'Hello' }] }],
      },
    ],
    [
      'request and response that are none',
      { request: { url: '/x' }, response: { status: 200 }, system: 'linux', tools: 3, msg: 'done' },
      {
        body: 'done',
        attributes: { request: { url: '/x' }, response: { status: 200 }, system: 'linux', tools: 3 },
      },
    ],
  ])('%s', (_name, value, event) => {
    expect(line({ time: T, ...(value as object) })).toEqual({ ...blank, ...event });
  });
});

describe('the log_stream table', () => {
  const row = { timestamp: '2025-01-06 00:00:00', span_name: '/v1/chat', _service: 'chat', _source: 'web' };
  const event = { ...blank, operation: '/v1/chat', service: 'chat' };

  it.each<Row>([
    [
      'nested columns',
      { 'string.names': ['message', 'user_id', 'key'], 'string.values': ['Hi', 'u1', 'sk-1'] },
      { user_id: 'u1', body: 'Hi', attributes: { _source: 'web', key: 'sk-1' } },
    ],
    ['an object', { string: { names: ['a'], values: ['x'] } }, { attributes: { _source: 'web', a: 'x' } }],
    ['one value alone', { 'string.values': ['a chat'] }, { body: 'a chat', attributes: { _source: 'web' } }],
    [
      'values alone',
      { 'string.values': ['a chat', 'a key'] },
      { body: ['a chat', 'a key'], attributes: { _source: 'web' } },
    ],
    ['values as text', { 'string.values': 'a chat' }, { body: 'a chat', attributes: { _source: 'web' } }],
    [
      'values as a literal',
      { 'string.values': "['it\\'s','x']" },
      { body: ["it's", 'x'], attributes: { _source: 'web' } },
    ],
    [
      'more values than names',
      { 'string.names': ['a'], 'string.values': ['1', '2', '3'] },
      { body: ['2', '3'], attributes: { _source: 'web', a: '1' } },
    ],
    [
      'more names than values, and a name twice',
      { 'string.names': ['a', 'a', 'b', 'c'], 'string.values': ['1', '2'] },
      {
        attributes: {
          _source: 'web',
          a: '1',
          'tacet.duplicates': { a: ['2'] },
          'string.unpaired': ['b', 'c'],
        },
      },
    ],
  ])('%s', (_name, columns, rest) => {
    expect(line({ ...row, ...(columns as object) })).toEqual({ ...event, ...rest });
  });
});

describe("Tacet's own events", () => {
  const event: Event = {
    ...blank,
    time: '5',
    kind: 'span',
    model: 'm',
    duration_ns: 0,
    input_tokens: 3,
    user_id: 'u1',
    status_message: 'late',
    body: null,
    input: '{"role":"user","content":"x"}',
    attributes: { 'gen_ai.request.model': 'm', 'user.id': 'u1', time: 'x' },
    resource: { a: 1 },
    scope: { name: 's' },
    events: [{ name: 'e' }],
    links: [],
  };

  it('come back as they went', () => {
    expect(eventFromLine(JSON.stringify(event), { now: NOW })).toEqual(event);
  });

  it('may not claim secrets or carry what is no event', () => {
    const forged = {
      ...event,
      attributes: { a: 1 },
      secrets: { 'free text': 9 },
      input_tokens: 'x',
      note: 'y',
    };
    const { input_tokens, ...rest } = event;
    expect(input_tokens).toBe(3);
    expect(line(forged)).toEqual({
      ...rest,
      attributes: { a: 1, input_tokens: 'x', 'tacet.secrets': { 'free text': 9 }, note: 'y' },
    });
    expect(line({ msg: 'x', secrets: { a: 1 } }).attributes).toEqual({ 'tacet.secrets': { a: 1 } });
  });
});

describe('lines that are no objects', () => {
  it.each([['text'], [5], [true], [null], [['a', { b: 1 }]]])('%j is the body', (body) => {
    expect(line(body)).toEqual({ ...blank, body });
  });
});

describe('times', () => {
  it.each([
    [{ time: 'later today', msg: 'x' }, T, { time: 'later today' }],
    [{ time: 12.5 }, T, { time: 12.5 }],
    [{ timestamp: '2025-01-06T00:00:01Z', ts: 5e9 }, '1736121601000000000', { ts: 5e9 }],
    [{ ts: 5e9, timestamp: '2025-01-06T00:00:01Z' }, '1736121601000000000', { ts: 5e9 }],
    [{ time: '1600-01-01T00:00:00Z' }, '-11676096000000000000', undefined],
    [{ time: '2600-01-01T00:00:00Z' }, '19880899200000000000', undefined],
  ])('%j', (value, time, attributes) => {
    const event = line(value);
    expect([event.time, event.attributes]).toEqual([time, attributes]);
  });

  it('beyond the year 9999 are refused', () => {
    expect(() => line({ time: 1e30 })).toThrow(expect.objectContaining({ code: 'TIME_INVALID' }));
  });
});

describe('text', () => {
  it('keeps what JSON.parse would lose', () => {
    const event = eventFromLine('{"id":12345678901234567890,"a":1,"a":{"b":1e400},"msg":"\\":","a":3}', {
      now: NOW,
    });
    expect(event).toEqual({
      ...blank,
      body: '":',
      attributes: { id: '12345678901234567890', a: 1, 'tacet.duplicates': { a: [{ b: '1e400' }, 3] } },
    });
  });

  it('keeps nanoseconds written as a number', () => {
    expect(eventFromLine('{"time":1736121600123456789}').time).toBe('1736121600123456789');
  });

  it.each(['plain text', '', '{"a":1', "{'a':1}", '{"a":1}{"b":2}', '\u0000'])('refuses %j', (text) => {
    expect(() => eventFromLine(text)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
  });

  it('refuses what is too deep, too large, too rich', () => {
    const limits = { ...DEFAULT_LIMITS, eventBytes: 100, fields: 5 };
    const refused = (text: string, code: string) =>
      expect(() => eventFromLine(text, { limits })).toThrow(expect.objectContaining({ code }));
    refused(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'EVENT_TOO_DEEP');
    expect(eventFromLine(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`, { limits }).kind).toBe('log');
    refused('['.repeat(5_000_000), 'EVENT_TOO_DEEP');
    refused(`[${'{},'.repeat(1_000_000)}0]`, 'EVENT_TOO_MANY_FIELDS');
    refused(JSON.stringify({ a: 'x'.repeat(200) }), 'EVENT_TOO_LARGE');
    refused('{"a":1,"b":2,"c":{"d":1,"e":2,"f":3}}', 'EVENT_TOO_MANY_FIELDS');
  });

  it('never fails but with a code, and never loses a string', () => {
    const names = fc.constantFrom(
      'time',
      'level',
      'msg',
      'service',
      'attributes',
      'resource',
      'messages',
      'prompt',
      'response',
      'string.values',
      'string.names',
      'string',
      'name',
      'kind',
      'user',
      '_source',
      'events',
      '__proto__',
      'constructor',
      'usage',
      'trace_id',
      'gen_ai.prompt.0.content',
      'choices',
      'message',
      'text',
      'role',
      'content',
      'names',
      'values',
      'request',
      'key',
      'value',
      'stringValue',
      'service.name',
      'end_time',
      'Duration',
      'links',
      'status',
      'status_code',
      'context',
      'input',
      'output',
      'ai.response.toolCalls',
      'args',
      'toolCallId',
      'type',
      'scope',
      'log_attributes',
      'tacet.duplicates',
      'finish_reason',
      'id',
      'model',
      'secrets',
    );
    const leaf = fc.uuid().map((id) => `<${id}>`);
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.constantFrom('span', 'tool-call', '2025-01-06T00:00:00Z'),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(names, value, { maxKeys: 6 }), (members) => {
        const text = JSON.stringify(members);
        const event = JSON.stringify(eventFromLine(text, { now: NOW }));
        for (const [leafText] of text.matchAll(/<[0-9a-f-]+>/g)) expect(event).toContain(leafText);
      }),
      { numRuns: 500 },
    );
  });
});
