import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Finder } from './finder.ts';

function hits(words: readonly string[], text: string): string[] {
  const found: string[] = [];
  new Finder(words).run(text, (word, end) => {
    found.push(`${end - words[word]!.length} ${words[word]}`);
    return false;
  });
  return found.sort();
}

/** What must be found, looked for the slow way. */
function naive(words: readonly string[], text: string): string[] {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found: string[] = [];
  for (const word of words) {
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + 1))
      found.push(`${at} ${word}`);
  }
  return found.sort();
}

describe('the finder of keywords', () => {
  it('reports keywords inside and across one another', () => {
    const words = ['he', 'she', 'his', 'hers', 'api_key', '_key', 'key', 'secret', 'secret_key'];
    const text = 'uSHErs secret_KEY api_keys';
    expect(hits(words, text)).toEqual(naive(words, text));
  });

  it('finds what a search for each word finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1', '密'), minLength: 2, maxLength: 7 });
    const text = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', 'B', '-', '1', 'é', '密', ' '),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 12 }), text, (words, inText) => {
        expect(hits(words, inText)).toEqual(naive(words, inText));
      }),
    );
  });

  it('stops when told', () => {
    let count = 0;
    const stopped = new Finder(['aa']).run('aaaa', () => ++count === 2);
    expect([stopped, count]).toEqual([true, 2]);
  });

  it('refuses words that it could not match', () => {
    expect(() => new Finder(['Abc'])).toThrow(RangeError);
    expect(() => new Finder(['a'])).toThrow(RangeError);
    const many = Array.from({ length: 0x10000 }, (_, number) => `word${number}`);
    expect(() => new Finder(many)).toThrow(expect.objectContaining({ code: 'RULES_INVALID' }));
  });
});
