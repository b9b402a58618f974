import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescaped } from '../carriers/escapes.ts';
import { compile } from '../compile.ts';
import { RULES } from '../rules/index.ts';
import { type Hit, Places } from './places.ts';

const compiled = compile(RULES);
const places = new Places(compiled, false);
const words = compiled.entries.map(({ keyword }) => keyword.exact ?? keyword.text);

/** Texts full of keywords, of what their conditions look at, and of what JSON escapes. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom(...words.map((word) => `"${word}`)),
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\t',
        '\u0001',
        '=',
        ': ',
        ' ',
        '://',
        'user:pass@',
        '密钥',
        '\\n',
        "'",
      ),
      fc.stringMatching(/^[0-9A-Za-z]{8,40}$/),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

const told = (hits: readonly Hit[]) => hits.map(({ entry, start, end }) => [entry.keyword, start, end]);

describe('the keywords of a text without JSON’s escapes', () => {
  it('are among those of the text with them, however much of it was escaped', () => {
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 1, max: 2 }), (plain, text, times) => {
        let encoded = text;
        for (let i = 0; i < times; i++) encoded = `${plain}{"a":${JSON.stringify(encoded)}}`;
        const view = unescaped(encoded);
        if (!view?.stringified) return;
        expect(told(places.inView(view, places.hits(encoded)))).toEqual(told(places.hits(view.text)));
      }),
      { numRuns: 3000 },
    );
  });

  it('cannot be told so where more was escaped than need be', () => {
    for (const text of ['pass\\u0077ord: x', 'postgres:\\/\\/a', "\\'password\\'"])
      expect(unescaped(text)?.stringified, text).toBe(false);
    for (const text of ['a\\nb', '\\u0000', '\\"x\\"']) expect(unescaped(text)?.stringified, text).toBe(true);
  });
});
