import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesOf } from './places.ts';

const at = (text: string, ...path: (string | number)[]) => placesOf(text, [path])[0];

describe('places in JSON', () => {
  const text = '{\n  "a": [1, {"b\\"}": "x\\\\"}],\n  "c": {"d": null}, "a": 2\n}';

  it('are those of names, and of elements of lists', () => {
    expect(at('[\n [1,\n  {"x":2}]]', 0, 1, 'x')).toEqual({ line: 3, column: 4 });
    expect(at(text, 'c', 'd')).toEqual({ line: 3, column: 9 });
    expect(at(text, 'c', 'e')).toBeUndefined();
    expect(at('\uFEFF{"a":1}', 'a')).toEqual({ line: 1, column: 3 });
  });

  it('are of the last of two members of one name, as JSON.parse reads them', () => {
    expect(at(text, 'a')).toEqual({ line: 3, column: 21 });
  });

  it('hold the value that is there, whatever the document', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.json({ maxDepth: 3 }).map((one) => JSON.parse(one)),
        ),
        (document) => {
          const names = Object.keys(document).filter((name) => name !== '__proto__');
          const pretty = JSON.stringify(document, null, 1);
          const lines = pretty.split('\n');
          for (const [index, place] of placesOf(
            pretty,
            names.map((name) => [name]),
          ).entries()) {
            const rest = lines[place!.line - 1]!.slice(place!.column - 1);
            expect(rest.startsWith(JSON.stringify(names[index]))).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never fail on what is no JSON', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', 'a', '\\', ' ') }),
        (broken) => {
          try {
            placesOf(broken, [
              ['a', 0],
              [0, 'a'],
            ]);
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError);
          }
        },
      ),
    );
  });
});
