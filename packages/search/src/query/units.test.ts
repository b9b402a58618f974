import { fold, wordsOf } from '@tacet/seal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { text } from './testing/arbitraries.ts';
import { hasPhrase, unitsOf } from './units.ts';

const cut = (word: string) => {
  const bytes = new TextEncoder().encode(word).slice(0, 64);
  return new TextDecoder().decode(bytes).replace(/\ufffd+$/u, '');
};

describe('words in order', () => {
  it('are the words of the index, with CJK characters taken apart', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 90 })), (given) => {
        const { words, joined } = unitsOf(fold(given));
        const fromUnits = words.flatMap((word, i) => {
          if (joined[i]) return [words[i - 1]! + word];
          const cjk = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]$/u.test(
            word,
          );
          return cjk ? [] : [cut(word)];
        });
        expect(fromUnits).toEqual(wordsOf(given));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['Connection REFUSED by peer', 'connection refused', true],
    ['connection: refused', 'connection refused', true],
    ['connection was refused', 'connection refused', false],
    ['refused connection', 'connection refused', false],
    ['connections refused', 'connection refused', false],
    ['a a b', 'a b', true],
    ['连接数据库错误', '数据库', true],
    ['数据 据库', '数据库', false],
    ['数据、库', '数据 库', true],
    ['数据库', '数据 库', true],
    ['错误42次', '错误 42', true],
    ['错误42次', '错误42', true],
    ['ｶﾀｶﾅ', 'カタカナ', true],
    ['x', 'x y', false],
    ['', 'x', false],
  ])('whether "%s" has the phrase "%s"', (given, phrase, expected) => {
    expect(hasPhrase(unitsOf(fold(given)), unitsOf(fold(phrase)))).toBe(expected);
  });
});
