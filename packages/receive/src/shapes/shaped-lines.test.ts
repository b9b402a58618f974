import { codeOf, encodeRow } from '@tacet/records';
import { sampleLines } from '@tacet/sample';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../limits.ts';
import { LineReader } from '../lines/line.ts';
import { ShapedLines } from './shaped-lines.ts';

/** Raised when the kernel or the reader changes. */
const RUNS = Number(process.env.TACET_RUNS ?? 150);
const NOW = 1_736_121_600_123;
const reader = new LineReader(DEFAULT_LIMITS);
const fresh = () => new ShapedLines(new LineReader(DEFAULT_LIMITS), DEFAULT_LIMITS);
const row = (shaped: ShapedLines, line: string | Buffer) =>
  shaped.row(Buffer.from(line), NOW)?.toString('utf8');

/** The reader's row, or the code of its refusal. */
function expected(line: string | Buffer): string {
  try {
    return encodeRow(reader.parse(line.toString(), NOW));
  } catch (error) {
    return codeOf(error) ?? 'not coded';
  }
}

/** Whether the line was taken; its row must be the reader's then. */
function agrees(shaped: ShapedLines, line: string | Buffer): boolean {
  const got = row(shaped, line);
  if (got !== undefined) expect(got).toBe(expected(line));
  return got !== undefined;
}

const word = fc.constantFrom(
  'a',
  'refund',
  '退款',
  'é',
  '🙂',
  '',
  ' x ',
  '"q"',
  'back\\slash',
  'tab\t',
  '\u001b[31m',
);
const text = fc.oneof(
  word,
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(word).map((all) => all.join(' ')),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('6ac627e851ea6bcdb47c25453fd3afbc', '0000000000000000', 'F5D52C45E1E5CD43', 0, -0, 1e21),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(text, tie('any'), { maxKeys: 3 }),
  ),
})).any;
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: 1e9, max: 2e9 }),
  fc.constantFrom('2025-01-06 00:00:15', '1736121618534162120', 1736121618534, 'yesterday', '', null, 1e30),
);
const level = fc.constantFrom('INFO', 'error', 'warning', 'CRITICAL', 'unknown', 30, '17', null);

/** Members by name, with values that the reader may treat in more than one way. */
const MEMBERS: Record<string, fc.Arbitrary<unknown>> = {
  time,
  timestamp: time,
  start_time_unix_nano: fc.constantFrom('1736121618534162120', '1736121618534162999', '5'),
  end_time_unix_nano: fc.constantFrom('1736121618534162999', '1736121620405992187', 'x'),
  level,
  severity_number: fc.integer({ min: 0, max: 30 }),
  kind: fc.constantFrom('span', 'log', 'CLIENT', 3),
  status: fc.oneof(level, fc.constantFrom({ code: 'OK' }, { code: 'ERROR', message: 'too much' })),
  status_code: fc.constantFrom('OK', 'STATUS_CODE_ERROR', 2),
  name: text,
  service: fc.oneof(text, fc.record({ name: text, version: text })),
  service_name: text,
  _service: text,
  _source: fc.oneof(text, fc.dictionary(word, scalar, { maxKeys: 2 })),
  span_name: scalar,
  message: value,
  msg: text,
  prompt: value,
  response: value,
  trace_id: scalar,
  traceId: scalar,
  span_id: scalar,
  user_id: scalar,
  userId: scalar,
  duration_ns: scalar,
  model: scalar,
  hostname: text,
  pid: fc.integer(),
  'gen_ai.usage.input_tokens': scalar,
  'gen_ai.prompt.0.content': text,
  'tacet.duplicates': value,
  secrets: value,
  __proto__x: value,
  resource: fc.record({ 'service.name': text, pod: scalar }, { requiredKeys: [] }),
  attributes: fc.record(
    {
      'gen_ai.request.model': fc.constantFrom('a', 'b', ''),
      'gen_ai.response.model': fc.constantFrom('a', 'b'),
      'gen_ai.input.messages': value,
      'gen_ai.response.finish_reasons': fc.constantFrom(['stop'], 'stop', ['length', 'stop']),
      'gen_ai.usage.output_tokens': scalar,
      'user.id': scalar,
      other: value,
    },
    { requiredKeys: [] },
  ),
  scope: fc.oneof(fc.record({ name: text }), text),
  other: value,
  '0': text,
};

/** Values as most lines have them. */
const some = fc.oneof(word, text).filter((one) => one !== '');
const hex = fc.stringMatching(/^[1-9a-f][0-9a-f]{15}$/);
const USUAL: Record<string, fc.Arbitrary<unknown>> = {
  ...MEMBERS,
  time: fc.constantFrom('2025-01-06T01:02:03.5Z', '2025-01-06 01:02:04', 1736121618534),
  timestamp: fc.constantFrom('2025-01-06T01:02:03.5Z', '1736121618'),
  level: fc.constantFrom('INFO', 'warning', 'CRITICAL'),
  kind: fc.constantFrom('span', 'CLIENT'),
  status: fc.constantFrom({ code: 'OK' }, { code: 'ERROR' }),
  service: some,
  service_name: some,
  _service: some,
  _source: some,
  span_name: some,
  message: fc.oneof(some, fc.record({ a: some, b: fc.integer() })),
  msg: some,
  prompt: some,
  response: some,
  trace_id: hex,
  traceId: hex,
  span_id: hex,
  user_id: some,
  userId: some,
  duration_ns: fc.nat(),
  model: some,
  'gen_ai.usage.input_tokens': fc.nat(),
  attributes: fc.record({
    'gen_ai.request.model': fc.constantFrom('a', 'b'),
    'gen_ai.response.model': fc.constantFrom('a', 'b'),
    'gen_ai.input.messages': fc.array(fc.record({ role: some, content: some }), { maxLength: 2 }),
    'gen_ai.response.finish_reasons': fc.constantFrom(['stop'], ['length']),
    'gen_ai.usage.output_tokens': fc.nat(),
    'user.id': some,
    other: value,
  }),
};

const names = fc.uniqueArray(fc.constantFrom(...Object.keys(MEMBERS)), { minLength: 1, maxLength: 7 });
const columns = fc
  .uniqueArray(fc.constantFrom('level', 'message', 'user_id', 'pod', 'trace_id', 'prompt'), { maxLength: 4 })
  .chain((listed) =>
    fc.record({
      'string.names': fc.constant(listed),
      'string.values': fc.array(scalar, {
        minLength: Math.max(0, listed.length - 1),
        maxLength: listed.length,
      }),
    }),
  );
/** Several lines with the same names, printed tightly or with spaces. */
const lines = fc.tuple(names, fc.constantFrom(MEMBERS, USUAL, USUAL)).chain(([list, members]) =>
  fc.array(
    fc
      .tuple(
        fc.record(Object.fromEntries(list.map((name) => [name, members[name]!]))),
        fc.option(columns, { nil: {}, freq: 1 }),
        fc.boolean(),
      )
      .map(([members, pairs, wide]) => {
        const all = { ...members, ...pairs };
        return wide ? JSON.stringify(all, null, 1).replaceAll('\n', ' ') : JSON.stringify(all);
      }),
    { minLength: 2, maxLength: 8 },
  ),
);

describe('lines of known shapes', () => {
  it('become the rows that the reader makes of them', () => {
    let [taken, seen] = [0, 0];
    fc.assert(
      fc.property(lines, (all) => {
        const shaped = fresh();
        for (const line of [...all, ...all]) {
          seen++;
          if (agrees(shaped, line)) taken++;
        }
      }),
      { numRuns: RUNS },
    );
    expect(taken / seen).toBeGreaterThan(0.1);
  });

  it('are nearly all lines of a log', () => {
    const shaped = fresh();
    let taken = 0;
    let all = 0;
    for (const line of sampleLines({ seed: 5, count: 5_000 })) {
      all++;
      if (agrees(shaped, line)) taken++;
    }
    expect(taken / all).toBeGreaterThan(0.95);
  });

  it('are also those that Tacet prints itself', () => {
    const shaped = fresh();
    const printed = [...sampleLines({ seed: 6, count: 2_000 })].map((line) => expected(line));
    const taken = printed.filter((line) => agrees(shaped, line)).length;
    expect(taken / printed.length).toBeGreaterThan(0.9);
  });

  it('are not what JSON does not hold, or holds in another form', () => {
    const shaped = fresh();
    const good = '{"time":"2025-01-06T00:00:00Z","msg":"hello","n":12}';
    expect(agrees(shaped, good)).toBe(true);
    const others: (string | Buffer)[] = [
      good.slice(0, -1),
      `${good}x`,
      good.replace('hello', 'hel\nlo'),
      good.replace('hello', '\\u0041'),
      good.replace('hello', '\\ud800'),
      good.replace('hello', '\\/'),
      good.replace('hello', '\\u000a'),
      good.replace('12', '012'),
      good.replace('12', '1.0'),
      good.replace('12', '-0'),
      good.replace('12', '1e2'),
      good.replace('12', '9007199254740993'),
      good.replace('12', '{"a":1,"a":2}'),
      good.replace('12', '{"7":1,"a":2}'),
      good.replace('12', '{"__proto__":1}'),
      good.replace('12', `${'['.repeat(40)}${']'.repeat(40)}`),
      good.replace('"n":12', '"msg":"again"'),
      Buffer.concat([Buffer.from('{"msg":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
      Buffer.concat([Buffer.from('{"msg":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      Buffer.concat([Buffer.from('{"msg":"'), Buffer.from([0xe4, 0xbd]), Buffer.from('"}')]),
      '{"resourceLogs":[]}',
      '[]',
      '""',
      '{}',
      '',
    ];
    for (const line of others) expect([String(line), agrees(shaped, line)]).toEqual([String(line), false]);
    expect(agrees(shaped, good)).toBe(true);
  });

  it('keep what JSON.stringify would print the same', () => {
    const shaped = fresh();
    for (const inner of [
      '"\\u001b[31m \\" \\\\ \\n 数 🙂"',
      '-1.5',
      '0.000001',
      '0',
      '[1, {"a": "b c"}]',
      'null',
      'false',
    ])
      expect([inner, agrees(shaped, `{"msg":"x","extra":${inner}}`)]).toEqual([inner, true]);
  });

  it('are forgotten when there are too many shapes, and learned again', () => {
    const shaped = fresh();
    const known = '{"msg":"x"}';
    for (let index = 0; index < 3_000; index++) agrees(shaped, `{"k${index}":1}`);
    for (let index = 0; index < 60_000; index++) shaped.row(Buffer.from(known), NOW);
    expect(agrees(shaped, known)).toBe(true);
  });

  it('are not looked for under limits close to a line', () => {
    const shaped = new ShapedLines(reader, { ...DEFAULT_LIMITS, fields: 10 });
    expect(row(shaped, '{"msg":"x"}')).toBeUndefined();
  });
});
