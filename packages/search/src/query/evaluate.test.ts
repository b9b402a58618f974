import type { Event } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { compileQuery } from './evaluate.ts';
import { parseQuery } from './parse.ts';

const event: Event = {
  time: '1736157600500000000', // 2025-01-06T10:00:00.5Z
  kind: 'span',
  service: 'Gateway',
  operation: 'POST /v1/chat',
  severity: 'warn',
  status: 'error',
  provider: 'deepmind',
  model: 'gpt-4o',
  duration_ns: 5_000_000_000,
  input_tokens: 1000,
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  user_id: 'alice@example.com',
  finish_reasons: ['stop', 'length'],
  body: { message: 'Database connection refused', order: { id: 42, note: '' } },
  input: [{ role: 'user', parts: [{ content: '数据库连接错误，怎么办？' }] }],
  attributes: {
    'http.route': '/v1/chat',
    'http.status_code': '503',
    cached: true,
    gap: null,
    note: 'Café 😀 -> ok',
    key: '[secret:openai-api-key:0123456789abcdef0123456789abcdef]',
    severity: 'attribute only',
  },
  resource: { 'service.name': 'Gateway', 'host.name': 'node-7' },
  events: [{ name: 'exception', attributes: { 'exception.message': 'pool timed out' } }],
  secrets: { 'openai-api-key': 1 },
};
const matches = (query: string) => compileQuery(parseQuery(query))(event);

describe('what a query finds', () => {
  it.each([
    '',
    'refused',
    'REFUSED',
    '"connection refused"',
    'connection-refused',
    '数据库',
    '"连接错误"',
    '错',
    'ｒｅｆｕｓｅｄ',
    'cafe\u0301',
    '"😀"',
    '"->"',
    'service:gateway',
    'service.name:Gateway',
    'model:GPT-4o',
    'gen_ai.request.model:gpt-4o',
    'kind:span',
    'trace_id:0AF7651916CD43DD8448EB211C80319C',
    'user.id:alice@example.com',
    'user_id:alice@example.com',
    'finish_reasons:stop',
    'gen_ai.response.finish_reasons:length',
    'http.route:"/v1/chat"',
    'attributes.http.route:"/v1/chat"',
    'operation:"post /v1/chat"',
    'resource.host.name:node-7',
    'body.order.id:42',
    'body.order.note:""',
    'cached:true',
    'secrets:openai-api-key',
    'secrets:*',
    'fingerprint:0123456789abcdef0123456789abcdef',
    'fingerprint:*',
    'body:connection',
    'body:"connection refused"',
    'message:refused',
    'input:数据库',
    'gen_ai.input.messages:"连接错误"',
    'exception.message:"timed out"',
    'events~exception',
    'user_id~alice',
    'body~refused',
    'trace_id:*',
    'time:*',
    'duration>4.9s',
    'duration>=5s',
    'duration:5s',
    'duration:5000000000',
    'duration:1s..5s',
    'duration<=5000ms',
    'input_tokens>=1000',
    'input_tokens:1e3',
    'gen_ai.usage.input_tokens:900..',
    'body.order.id<43',
    'http.status_code>=500',
    'severity:warning',
    'severity>=warn',
    'level:warn',
    'severity<error',
    'time:2025-01-06',
    'time:2025-01-06T10:00',
    'time>=2025-01-06T18:00:00.5+08:00',
    'time<=2025-01-06T10:00:00Z',
    'time>2025-01-06T10:00:00.499Z',
    'time:2025-01-01..2025-01-06',
    'time:1736157600',
    '/Database con+ection/',
    '/DATABASE/i',
    'body:/refused$/',
    'body.order.id:/^4.$/',
    'http.route:/^\\/v1\\//',
    'refused -timeout',
    'timeout OR refused',
    'NOT (timeout OR llama)',
    'severity~warn',
  ])('finds %s', (query) => {
    expect(matches(query)).toBe(true);
  });

  it.each([
    '"refused connection"',
    'refuse',
    '42',
    '1736157600500000000',
    'openai-ap',
    'service:gate',
    'severity:"attribute only"',
    'body:"order"',
    'gap:*',
    'body.order.note:*',
    'missing:*',
    'body.order:*x'.replace('*x', '42'),
    'user_id:alice',
    'TRACE_ID:*',
    'duration>5s',
    'duration<5s',
    'output_tokens<5',
    'http.route>5',
    'severity>warn',
    'time>2025-01-06',
    'time>2025-01-06T10:00:00Z',
    'time:2025-01-07..',
    '/database/',
    'resource:/Gateway/',
    '-refused',
    'refused timeout',
    'fingerprint:0123456789abcdef0123456789abcde0',
    'secrets:password',
    '数据错误',
  ])('does not find %s', (query) => {
    expect(matches(query)).toBe(false);
  });

  it('takes events of any depth and any member name', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}"needle"${'}'.repeat(5000)}`);
    const hostile = JSON.parse('{"__proto__":{"constructor":"needle2"}}');
    expect(compileQuery(parseQuery('needle'))({ ...event, body: deep })).toBe(true);
    expect(compileQuery(parseQuery('__proto__.constructor:needle2'))({ ...event, attributes: hostile })).toBe(
      true,
    );
    expect(compileQuery(parseQuery('constructor:*'))(event)).toBe(false);
    expect(compileQuery(parseQuery('__proto__:*'))(event)).toBe(false);
  });
});
