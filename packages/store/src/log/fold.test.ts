import { MAX_CLEAR_LENGTH } from '@tacet/records';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { facets, facetsFor, secretFacets } from './fold.ts';

const same = (text: string) => text.normalize('NFKC').toLowerCase();
/** As the clear columns cut. */
const cut = (text: string) => text.slice(0, MAX_CLEAR_LENGTH).toWellFormed();

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.constantFrom('ﬃ', 'İ', 'e\u0301\u0323', '각', 'Ａ', '한', 'ß', '𝒜'), { maxLength: 250 })
    .map((parts) => parts.join('')),
);

it('finds every value that is equal to the one asked for, also when it was cut', () => {
  fc.assert(
    fc.property(text, (value) => {
      const stored = facets([cut(value.toWellFormed())]);
      for (const asked of [value, same(value), value.toUpperCase().toLowerCase()]) {
        if (same(asked.toWellFormed()) !== same(value.toWellFormed())) continue;
        expect(facetsFor(asked.toWellFormed()).some((facet) => stored.includes(facet))).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});

it('lists each value once', () => {
  expect(facets(['a', 'a', 'B', 'b', '', ''])).toEqual(['a', 'b', '']);
  expect(secretFacets(['aws-key×2', 'jwt×1', 'aws-key×1'])).toEqual([
    'aws-key×2',
    'aws-key',
    'jwt×1',
    'jwt',
    'aws-key×1',
  ]);
});
