import type { Event, Json } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.ts';
import { RULES } from '../rules/index.ts';
import { fill, seeded } from '../template.ts';

/** `SCALE=10` looks longer, each time elsewhere. */
const SCALE = Number(process.env.SCALE ?? 1);
const SEED = SCALE === 1 ? { seed: 20260101 } : {};
const detector = createDetector({ fingerprintKey: new Uint8Array(32).fill(3) });

function event(members: Partial<Event>): Event {
  return {
    time: '1767225600000000000',
    kind: 'log',
    service: 'chat',
    operation: '',
    severity: 'info',
    status: '',
    provider: '',
    model: '',
    ...members,
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What may be done to a text before it is logged. */
const ENCODINGS: Record<string, (text: string) => string> = {
  plain: (text) => text,
  json: (text) => JSON.stringify({ line: text }),
  'json in json': (text) => JSON.stringify({ a: JSON.stringify({ b: text }) }),
  'json in json in json': (text) => JSON.stringify([JSON.stringify({ a: JSON.stringify({ b: text }) })]),
  percent: (text) => `https://h.example/p?q=${encodeURIComponent(text)}`,
  'percent of json': (text) => `payload=${encodeURIComponent(JSON.stringify({ text }))}`,
  base64: (text) => base64(text),
  'base64 of json': (text) => base64(JSON.stringify({ text })),
  'json with base64': (text) => JSON.stringify({ blob: base64(`{"v":"${text}"}`) }),
  'escaped slashes': (text) => JSON.stringify({ text }).replaceAll('/', '\\/'),
};

/** Where a text may stand in an event. */
const PLACES: Record<string, (text: string) => Partial<Event>> = {
  body: (text) => ({ body: text }),
  'body object': (text) => ({ body: { level: 'info', list: [1, { deep: [text] }] } }),
  attribute: (text) => ({ attributes: { 'http.request.header.x': [text], 'gen_ai.usage.input_tokens': 5 } }),
  key: (text) => ({ attributes: { [text]: true } }),
  resource: (text) => ({ resource: { host: { name: text } } }),
  scope: (text) => ({ scope: { name: text } }),
  'span event': (text) => ({ events: [{ name: 'exception', attributes: { 'exception.stacktrace': text } }] }),
  link: (text) => ({ links: [{ trace_id: 'ab', attributes: { note: text } }] }),
  message: (text) => ({ input: [{ role: 'user', parts: [{ type: 'text', content: text }] }] }),
  operation: (text) => ({ operation: text }),
  status: (text) => ({ status_message: text, user_id: text }),
};

/** Sentences around it; the last letter before is never a letter or digit. */
const SURROUNDINGS: readonly [string, string][] = [
  ['', ''],
  ['please use ', ' for this, thanks'],
  ['密钥是：', '，谢谢'],
  ['2026-01-01T00:00:00Z INFO x="', '"'],
  ['\u001b[31m', '\u001b[0m'],
  ['a\n', '\nb'],
];

// A command is not found once its options are encoded; everything else is.
const hidden = RULES.filter((rule) => rule.kind !== 'curl-user-password');
const planted = fc
  .record({
    rule: fc.constantFrom(...hidden),
    pick: fc.nat(7),
    seed: fc.nat(1_000_000),
    encoding: fc.constantFrom(...Object.keys(ENCODINGS)),
    place: fc.constantFrom(...Object.keys(PLACES)),
    around: fc.constantFrom(...SURROUNDINGS),
  })
  .map(({ rule, pick, seed, encoding, place, around }) => {
    const text = fill(rule.positive[pick % rule.positive.length]!, seeded(seed));
    // Base64 hides prefixes of two letters, and colours are not encoded with what they colour.
    const short =
      rule.by === 'name' || rule.by === 'issuer' || rule.keywords.some((keyword) => keyword.text.length < 3);
    if (/[^ -~\s]/.test(text) && encoding !== 'json in json') encoding = 'plain';
    if ((encoding === 'base64' || encoding === 'escaped slashes') && short) encoding = 'plain';
    if (around[0].startsWith('\u001b') && encoding.includes('base64')) around = ['', ''];
    const carried = ENCODINGS[encoding]!(around[0] + text + around[1]);
    return { rule: rule.kind, text, encoding, place, event: event(PLACES[place]!(carried)) };
  });

describe('scrub', () => {
  it('finds every kind in every carrier, and the prefilter flags it', () => {
    fc.assert(
      fc.property(planted, (case_) => {
        const row = JSON.stringify(case_.event);
        const secrets = detector.scan(case_.text).map(({ start, end }) => case_.text.slice(start, end));
        const result = detector.scrub(case_.event);
        expect(result.found, `${case_.rule} ${case_.encoding} ${row}`).toBeGreaterThan(0);
        expect(detector.mayHold(row), row).toBe(true);
        const after = JSON.stringify(result.event);
        for (const secret of secrets) {
          for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
            expect(after.includes(form), `${case_.rule} ${case_.encoding} ${after}`).toBe(false);
          }
        }
      }),
      { ...SEED, numRuns: 1500 * SCALE },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(planted, ({ event: before }) => {
        const once = detector.scrub(before).event;
        const twice = detector.scrub(once);
        expect(twice.found, JSON.stringify(once)).toBe(0);
        expect(twice.event).toBe(once);
      }),
      { ...SEED, numRuns: 800 * SCALE },
    );
  });
});

/** Fragments that detection has an opinion on, in any order. */
const fragment = fc.oneof(
  fc.constantFrom(
    'password',
    'Password',
    'token',
    'api_key',
    'apiKey',
    'secret',
    'authorization',
    'Bearer ',
    'Basic ',
    '_key',
    '=',
    ':',
    ': ',
    '"',
    "'",
    '\\',
    '\\"',
    '\\n',
    '\n',
    '\t',
    ' ',
    ',',
    ',"value":',
    '{',
    '}',
    '[',
    ']',
    '&',
    '?',
    '%3D',
    '%22',
    '%253d',
    '%20',
    '://',
    ':\\/\\/',
    '@',
    '/',
    'user',
    '-----BEGIN PRIVATE KEY-----',
    '-----END',
    'eyJhbGciOiJIUzI1NiJ9',
    '.',
    'sk-',
    'ghp_',
    'AKIA',
    '[secret:password]',
    '[secret:',
    '：',
    '密码',
    'é',
    '\u0000',
    '\ud800',
    '--password',
    'curl -u a:',
    'hunter2!',
    'Zx9Qw3Er5Ty7Ui1Op2As4Df6',
    '\\u003d',
    '$',
    '#',
    '<',
    '>',
  ),
  fc.base64String({ minLength: 8, maxLength: 60 }),
  fc.string({ maxLength: 12 }),
);
const messy = fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join(''));
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    messy,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        messy,
        fc.constantFrom('name', 'key', 'value', 'password', 'authorization', 'cookie', 'token'),
      ),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value;

describe('the prefilter', () => {
  it('says no only when scrub finds nothing, whatever the row', () => {
    fc.assert(
      fc.property(json, (body) => {
        const before = event({ body });
        const { found } = detector.scrub(before);
        if (found > 0) expect(detector.mayHold(JSON.stringify(before)), JSON.stringify(before)).toBe(true);
      }),
      { ...SEED, numRuns: 4000 * SCALE },
    );
  });

  it('holds for a JSON text when it holds for the text', () => {
    fc.assert(
      fc.property(messy, (text) => {
        if (detector.mayHold(text)) expect(detector.mayHold(JSON.stringify(text)), text).toBe(true);
      }),
      { ...SEED, numRuns: 4000 * SCALE },
    );
  });
});

describe('any event', () => {
  it('comes to rest after one scrub', () => {
    fc.assert(
      fc.property(json, (body) => {
        const once = detector.scrub(event({ body })).event;
        expect(detector.scrub(once).found, JSON.stringify([body, once])).toBe(0);
      }),
      { ...SEED, numRuns: 4000 * SCALE },
    );
  });
});
