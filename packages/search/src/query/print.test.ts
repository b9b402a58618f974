import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse.ts';
import { printQuery } from './print.ts';
import { query } from './testing/arbitraries.ts';

describe('printing a query', () => {
  it('gives a text that parses to the same query', () => {
    fc.assert(
      fc.property(query, (given) => {
        expect(parseQuery(printQuery(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a AND (b OR -c) ', 'a (b OR NOT c)'],
    ['NOT(a b)', 'NOT (a b)'],
    ['user.id:alice@example.com', 'user.id:"alice@example.com"'],
    ['x:/a\\/b/i', 'x:/a\\/b/i'],
    ['duration:>5s', 'duration>5s'],
    ['', '*'],
  ])('prints %s as %s', (given, printed) => {
    expect(printQuery(parseQuery(given))).toBe(printed);
  });
});
