import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAutomaton, Runner } from './automaton.ts';

function hits(words: readonly string[], text: string): string[] {
  const found: string[] = [];
  new Runner(buildAutomaton(words)).run(text, (word, end) => {
    found.push(`${end - words[word]!.length} ${words[word]}`);
    return false;
  });
  return found.sort();
}

/** What the automaton must find, looked for the slow way. */
function naive(words: readonly string[], text: string): string[] {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found: string[] = [];
  for (const word of words) {
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + 1))
      found.push(`${at} ${word}`);
  }
  return found.sort();
}

describe('the keyword automaton', () => {
  it('reports keywords inside and across one another', () => {
    const words = ['he', 'she', 'his', 'hers', 'api_key', '_key', 'key', 'secret', 'secret_key'];
    const text = 'uSHErs secret_KEY api_keys';
    expect(hits(words, text)).toEqual(naive(words, text));
  });

  it('finds what a search for each word finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1', '密'), minLength: 1, maxLength: 5 });
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
    const stopped = new Runner(buildAutomaton(['a'])).run('aaa', () => ++count === 2);
    expect([stopped, count]).toEqual([true, 2]);
  });

  it('refuses words that it could not match', () => {
    expect(() => buildAutomaton(['Abc'])).toThrow(RangeError);
  });
});
