import type { Event, Json } from '@tacet/records';
import fc from 'fast-check';
import type { Query } from '../ast.ts';

/** Few words, so that random queries find random events often; hard ones among them. */
const WORDS = [
  'timeout',
  'Timeout',
  'error',
  'refused',
  'K',
  'straße',
  'STRASSE',
  'ﬁle',
  'file',
  '数据库',
  '数据',
  '库',
  '错误',
  'カタカナ',
  'ｶﾀｶﾅ',
  'か\u3099',
  '가\u11a8',
  'e\u0301t\u00e9',
  'foo_bar',
  '42',
  '200',
  '-1.5',
  'true',
  'a'.repeat(70),
  '😀',
  '\ud800',
  '[secret:openai-api-key:0123456789abcdef0123456789abcdef]',
  '[secret:password]',
  'warn',
  'WARNING',
  'gpt-4o',
];
const SEPARATORS = [' ', ' ', '', '.', '/', ', ', '-', '\n', '：', '=\u0338'];

export const word = fc.constantFrom(...WORDS);

export const text: fc.Arbitrary<string> = fc
  .array(fc.tuple(word, fc.constantFrom(...SEPARATORS)), { maxLength: 6 })
  .map((parts) => parts.flat().join(''));

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.constant(`${'long '.repeat(60)}timeout`) },
  fc.constantFrom<Json>(42, 200, -1.5, 0.1, 1e21, true, false, null, '', 'error'),
);

const KEYS = [
  'message',
  'http.route',
  'status',
  'body',
  'x',
  '__proto__',
  'attributes.x',
  'k'.repeat(130),
  '错误',
];

const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json; object: { [key: string]: Json } }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: scalar },
    fc.array(tie('json'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...KEYS), tie('json')), { maxLength: 3 })
    .map((members) => Object.fromEntries(members)),
})).json;

const attributes = fc
  .array(fc.tuple(fc.constantFrom(...KEYS, 'user.id', 'level', 'exception.message', 'n'), json), {
    maxLength: 4,
  })
  .map((members) => Object.fromEntries(members));

const numbers = fc.oneof(fc.nat(3000), fc.nat(10_000_000_000), fc.constantFrom(0, 5_000_000_000));

/** Events of every shape; JSON round trips them, as sealing does. */
export const event: fc.Arbitrary<Event> = fc
  .record(
    {
      time: fc.bigInt({ min: -2_000_000_000n, max: 1_900_000_000_000_000_000n }).map(String),
      kind: fc.constantFrom('log' as const, 'span' as const),
      service: fc.constantFrom('api', 'API', 'unknown_service'),
      operation: fc.constantFrom('', 'chat', 'POST /v1/chat'),
      severity: fc.constantFrom('', 'trace', 'info', 'warn', 'error', 'fatal'),
      status: fc.constantFrom('', 'ok', 'error'),
      provider: fc.constantFrom('', 'openai'),
      model: fc.constantFrom('', 'gpt-4o'),
      duration_ns: numbers,
      input_tokens: numbers,
      output_tokens: numbers,
      trace_id: fc.constantFrom('0af7651916cd43dd8448eb211c80319c', '00'),
      user_id: fc.constantFrom('alice', 'Alice@Example.com'),
      finish_reasons: fc.constantFrom<Json>(['stop'], 'length'),
      status_message: text,
      body: json,
      input: json,
      attributes,
      resource: attributes,
      events: fc.array(fc.record({ name: text, attributes }), { maxLength: 2 }),
      secrets: fc.constantFrom({ 'openai-api-key': 2 }, { password: 1 }),
    },
    {
      requiredKeys: ['time', 'kind', 'service', 'operation', 'severity', 'status', 'provider', 'model'],
    },
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as Event);

const field = fc.constantFrom(
  ...KEYS,
  'service',
  'service.name',
  'severity',
  'level',
  'status',
  'model',
  'gen_ai.request.model',
  'duration',
  'duration_ns',
  'input_tokens',
  'output_tokens',
  'gen_ai.usage.input_tokens',
  'trace_id',
  'traceId',
  'user.id',
  'attributes.user.id',
  'finish_reasons',
  'status_message',
  'input',
  'resource.x',
  'events.name',
  'exception.message',
  'secrets',
  'fingerprint',
  'n',
  'body.x',
  'two words',
);

const pattern = fc.oneof(
  fc.constantFrom(
    'time.*out',
    ' timeout ',
    'a error b| refused ',
    '数据库+',
    '据库错误?',
    '(x| timeout )error',
    '/foo_bar/',
    '\\.42\\.',
    '-42\\.0',
    '[ ]timeout[ ]',
    ' error{1,2} ',
    ' {timeout|42} ',
    '\\btimeout\\b',
    '\\x74imeout',
    'か',
    '.',
  ),
  fc.tuple(text, text).map(([a, b]) => `${quoteRegex(a)}${b === '' ? '' : `.*${quoteRegex(b)}`}` || 'x'),
);

function quoteRegex(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

const value = fc.oneof(word, text, fc.constantFrom('', '5s', '1e3', '0123456789abcdef0123456789abcdef'));
const filled = value.filter((given) => given !== '');

const ordered: fc.Arbitrary<{ field: string; end: string }> = fc.oneof(
  fc.record({
    field: fc.constantFrom('duration', 'duration_ns'),
    end: fc.constantFrom('5s', '0s', '3us', '1.5s'),
  }),
  fc.record({
    field: fc.constantFrom('input_tokens', 'output_tokens', 'n', 'x', 'gen_ai.usage.input_tokens'),
    end: fc.oneof(fc.nat(3000).map(String), fc.constantFrom('-2', '1e3', '0.5', '1e300', '-1e300')),
  }),
  fc.record({ field: fc.constantFrom('severity', 'level'), end: fc.constantFrom('info', 'warn', 'warning') }),
  fc.record({
    field: fc.constant('time'),
    end: fc.constantFrom('1970-01-01', '1999-12-31T23:59', '2020-02-29T10:00:00.5+08:00', '1700000000'),
  }),
);

const clause: fc.Arbitrary<Query> = fc.oneof(
  { weight: 4, arbitrary: filled.map((given) => ({ type: 'text' as const, text: given })) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('is' as const), field, value: filled }) },
  fc.record({ type: fc.constant('contains' as const), field, text: filled }),
  fc.record({ type: fc.constant('exists' as const), field }),
  fc.record(
    { type: fc.constant('regex' as const), field, pattern, flags: fc.constantFrom('', 'i', 'is', 'm') },
    { requiredKeys: ['type', 'pattern', 'flags'] },
  ),
  fc
    .tuple(ordered, fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const))
    .map(([given, op]) => ({ type: 'compare' as const, field: given.field, op, value: given.end })),
  fc.tuple(ordered, fc.constantFrom('from', 'to', 'both')).map(([given, ends]) => ({
    type: 'range' as const,
    field: given.field,
    ...(ends !== 'to' && { from: given.end }),
    ...(ends !== 'from' && { to: given.end }),
  })),
);

/** Queries in the parser's normal form. */
export const query: fc.Arbitrary<Query> = fc.letrec<{ query: Query; and: Query; or: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: clause },
    tie('and'),
    tie('or'),
    tie('query').map((of) => ({ type: 'not' as const, of })),
  ),
  and: fc
    .array(
      tie('query').filter((part) => part.type !== 'and'),
      { minLength: 2, maxLength: 3 },
    )
    .map((of) => ({ type: 'and' as const, of })),
  or: fc
    .array(
      tie('query').filter((part) => part.type !== 'or'),
      { minLength: 2, maxLength: 3 },
    )
    .map((of) => ({ type: 'or' as const, of })),
})).query;
