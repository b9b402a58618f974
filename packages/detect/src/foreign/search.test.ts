import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { ForeignPattern } from './pattern.ts';
import { Program } from './program.ts';
import { Search } from './search.ts';

const SOURCES = [
  ...['^true|false|null$', '(?i)^(?:a+|k+|s+)$', '^$', '\\bkey\\b', '(?m)^a.*z$', '[^a-z]{3}', '密+钥', '$^'],
  ...['(?i)[k-s]{2}é', '(a|b)*a(a|b){9}', '\\pL{2}\\d', '(?s)a.{0,3}b', '\\$(?:\\d+|\\{\\d+\\})$', '(?i)Σ'],
];
const texts = fc
  .array(fc.constantFrom(...'abkKsSzéÉ密钥 \n$1{}σςΣ\u212a\u017f😀'.split(''), 'key', 'true', 'null'), {
    maxLength: 14,
  })
  .map((parts) => parts.join(''));

it('a search lets every text through that the engine matches', () => {
  for (const source of SOURCES) {
    const engine = RE2JS.compile(source);
    const search = new Search(new Program(engine));
    const pattern = new ForeignPattern(source, 'a rule');
    fc.assert(
      fc.property(texts, (text) => {
        if (engine.test(text)) expect([source, text, search.mayMatch(text)]).toEqual([source, text, true]);
        expect([source, text, pattern.test(text)]).toEqual([source, text, engine.test(text)]);
      }),
      { numRuns: 300 },
    );
  }
});

it('a search tells texts without a match, and makes few states for one text', () => {
  const search = (source: string) => new Search(new Program(RE2JS.compile(source)));
  expect(search('^true|false|null$').mayMatch('nullable')).toBe(false);
  expect(search('密钥').mayMatch('这是密码')).toBe(false);
  // Every letter asks for a state that no letter before did: left to the engine.
  const hostile = search('a[ab]{200}c');
  const text = Array.from({ length: 4000 }, (_, at) => (Math.sin(at * at) > 0 ? 'a' : 'b')).join('');
  expect(hostile.mayMatch(text)).toBe(true);
});

it('a pattern gives all matches that the engine gives, from any place on', () => {
  for (const source of [...SOURCES, 'a*', '\\b', '(?i)(k+)?ey(=)?', 'a[^k]+k|b']) {
    const engine = RE2JS.compile(source);
    const pattern = new ForeignPattern(source, 'a rule');
    fc.assert(
      fc.property(texts, fc.nat(3), (text, from) => {
        const start = Math.min(from, text.length);
        const matcher = engine.matcher(text);
        const expected: [number, number, number][] = [];
        for (let found = matcher.find(start); found; found = matcher.find())
          expected.push([matcher.start(), matcher.end(), matcher.groupCount() > 0 ? matcher.start(1) : -1]);
        const given = [...pattern.matches(text, start)].map(
          ({ start, end, groups }): [number, number, number] => [start, end, groups[0]?.start ?? -1],
        );
        expect([source, text, given]).toEqual([source, text, expected]);
      }),
      { numRuns: 300 },
    );
  }
});

it('a pattern gives the match at a place with the groups that the engine gives', () => {
  const pattern = new ForeignPattern('(?i)(key|k)(\\s*=\\s*)?(?:"([^"]+)"|(\\w+))', 'a rule');
  const text = 'a key = "one" k=two';
  expect(pattern.at(text, 2, text.length)).toEqual({
    start: 2,
    end: 13,
    groups: [{ start: 2, end: 5 }, { start: 5, end: 8 }, { start: 9, end: 12 }, undefined],
  });
  expect(pattern.at(text, 3, text.length)).toBeUndefined();
});
