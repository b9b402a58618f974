import { fold } from '@tacet/seal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileQuery } from './evaluate.ts';
import { APART, neededInRow } from './needed.ts';
import { parseQuery } from './parse.ts';
import { event, query } from './testing/arbitraries.ts';

const escaped = (json: string) =>
  json.replace(/[a-z]/gi, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

it('passes over no row that matches', () => {
  let matches = 0;
  fc.assert(
    fc.property(event, query, (each, given) => {
      if (!compileQuery(given)(each)) return;
      const needed = neededInRow(given);
      matches += needed.length;
      const row = JSON.stringify(each);
      expect(needed.every((part) => part.test(row) && part.test(escaped(row)))).toBe(true);
    }),
    { numRuns: 3000 },
  );
  // Otherwise the test has stopped testing.
  expect(matches).toBeGreaterThan(20);
});

it.each([
  ['timeout', '{"body":"Timeout"}', true],
  ['timeout', '{"body":"\\u0054imeout"}', true],
  ['timeout', '{"body":"ｔimeout"}', true],
  ['file', '{"body":"a ﬁle"}', true],
  ['timeout', '{"body":"数据库、Ünïcode — “none”"}', false],
  ['timeout', '{"body":"refused"}', false],
  ['timeout refused', '{"body":"refused"}', false],
  ['timeout OR refused', '{"body":"neither"}', true],
  ['-timeout', '{"body":"neither"}', true],
  ['http.route:"/v1"', '{"body":"neither"}', true],
])('asks of %s in the row %s', (text, row, expected) => {
  expect(neededInRow(parseQuery(text)).every((part) => part.test(row))).toBe(expected);
});

it('names no character that folds to a letter, digit or _ of ASCII', () => {
  const named = new RegExp(`[${APART}]`);
  for (let code = 0x80; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    if (named.test(character)) expect(/[a-z0-9_]/.test(fold(character)), character).toBe(false);
  }
});
