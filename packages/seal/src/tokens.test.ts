import type { Event, Json } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, tokensOfEvent, wordsOf } from './tokens.ts';

const base: Event = {
  time: '1767225600000000000',
  kind: 'log',
  service: 's',
  operation: '',
  severity: '',
  status: '',
  provider: '',
  model: '',
};

function tokens(extra: Partial<Event>): string[] {
  const seen = new Set<string>();
  tokensOfEvent({ ...base, ...extra }, (field, token) => seen.add(`${field}=${token}`));
  for (const always of ['=log', '=s', 'kind=log', 'service=s']) expect(seen.delete(always)).toBe(true);
  return [...seen].sort();
}

describe('words', () => {
  it('are runs of letters, numbers, marks and underscores, folded', () => {
    expect(wordsOf('Hello, WORLD_1! naïve ＡＢＣ x-y')).toEqual([
      'hello',
      'world_1',
      'naïve',
      'abc',
      'x',
      'y',
    ]);
    expect(wordsOf('ﬁne Ⅷ ①')).toEqual(['fine', 'viii', '1']);
    expect(wordsOf(' .,;! ')).toEqual([]);
  });

  it('are overlapping pairs in Chinese, Japanese and Korean', () => {
    expect(wordsOf('包裹在哪里')).toEqual(['包裹', '裹在', '在哪', '哪里']);
    expect(wordsOf('我')).toEqual([]);
    expect(wordsOf('GPT模型v2')).toEqual(['gpt', '模型', 'v2']);
    expect(wordsOf('ラーメン')).toEqual(['ラー', 'ーメ', 'メン']);
    expect(wordsOf('한국어')).toEqual(['한국', '국어']);
    expect(wordsOf('𠮷野家')).toEqual(['𠮷野', '野家']);
  });

  it('are cut to 64 bytes at a code point’s border', () => {
    expect(wordsOf('a'.repeat(70))).toEqual(['a'.repeat(64)]);
    expect(wordsOf(`${'é'.repeat(31)}aéé`)).toEqual([`${'é'.repeat(31)}a`]);
    expect(wordsOf(`${'a'.repeat(62)}𝒳`.normalize('NFC'))).toEqual([`${'a'.repeat(62)}x`]);
  });

  it('are found again when searched for one by one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const word of wordsOf(text)) {
          expect(new TextEncoder().encode(word).length).toBeLessThanOrEqual(64);
          expect(fold(word)).toBe(word);
        }
      }),
    );
  });

  it('come in time linear in the text', () => {
    expect(wordsOf('a1_'.repeat(100_000))).toHaveLength(1);
    expect(wordsOf('中a'.repeat(50_000))).toHaveLength(50_000);
    expect(wordsOf('\u0301'.repeat(100_000))).toHaveLength(1);
  });
});

describe('tokens of an event', () => {
  it('are words of any field and one token a scalar', () => {
    expect(tokens({ user_id: 'Ann Lee', input_tokens: 5 })).toEqual(['=ann', '=lee', 'user_id=ann lee']);
  });

  it('name nested values by their path, without array indices and the leading attributes', () => {
    const attributes = { a: { b: [1, 'X', true, null] }, 'http.route': '/p' };
    expect(tokens({ attributes, resource: { 'host.name': 'h' } })).toEqual(
      ['=x', 'a.b=1', 'a.b=x', 'a.b=true', '=p', 'http.route=/p', '=h', 'resource.host.name=h'].sort(),
    );
    expect(tokens({ input: [{ role: 'user', content: 'Hi' }] })).toEqual(
      ['=user', '=hi', 'input.role=user', 'input.content=hi'].sort(),
    );
  });

  it('leave out long values and long paths, empty strings and the time', () => {
    expect(tokens({ body: 'x '.repeat(200) })).toEqual(['=x']);
    expect(tokens({ body: 'x'.repeat(65) })).toEqual([`=${'x'.repeat(64)}`]);
    expect(tokens({ body: 'x '.repeat(32) })).toEqual(['=x', `body=${'x '.repeat(32)}`].sort());
    expect(tokens({ body: 'x '.repeat(33) })).toEqual(['=x']);
  });

  it('leave out long single words and the counts that are nearly all different', () => {
    expect(tokens({ user_id: 'x'.repeat(16) })).toEqual([`=${'x'.repeat(16)}`]);
    expect(tokens({ user_id: 'x'.repeat(15) })).toEqual([`=${'x'.repeat(15)}`, `user_id=${'x'.repeat(15)}`]);
    expect(tokens({ duration_ns: 5, attributes: { duration_ns: 6, n: 1e17 } })).toEqual([
      'duration_ns=6',
      'n=100000000000000000',
    ]);
  });

  it('leave out long paths', () => {
    expect(tokens({ attributes: { ['k'.repeat(128)]: 'v' } })).toEqual(['=v', `${'k'.repeat(128)}=v`].sort());
    expect(tokens({ attributes: { ['k'.repeat(129)]: 'v', n: '' } })).toEqual(['=v']);
  });

  it('hold the kinds of secrets, and their fingerprints as words', () => {
    const fingerprint = '0123456789abcdef0123456789abcdef';
    expect(
      tokens({
        body: `key [secret:aws-key:${fingerprint}] [secret:password]`,
        secrets: { 'aws-key': 1, password: 1 },
      }),
    ).toEqual(
      [
        '=key',
        '=secret',
        '=aws',
        '=password',
        `=${fingerprint}`,
        'secrets=aws-key',
        'secrets=password',
      ].sort(),
    );
  });

  it('survive the round trip through JSON, whatever the values', () => {
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.constant('\ud800 lone'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (body) => {
        const event = { ...base, body };
        const collect = (value: Event) => {
          const seen = new Set<string>();
          tokensOfEvent(value, (field, token) => seen.add(JSON.stringify([field, token])));
          return seen;
        };
        expect(collect(JSON.parse(JSON.stringify(event)))).toEqual(collect(event));
      }),
    );
  });

  it('do not follow __proto__ anywhere', () => {
    const attributes = JSON.parse('{"__proto__": {"polluted": "yes"}}');
    expect(tokens({ attributes })).toEqual(['=yes', '__proto__.polluted=yes']);
  });
});
