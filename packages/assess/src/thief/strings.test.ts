import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringFinder } from './strings.ts';

function find(chunks: Uint8Array[]): string[] {
  const found: string[] = [];
  const finder = new StringFinder((text) => found.push(text));
  for (const chunk of chunks) finder.push(chunk);
  finder.end();
  return found;
}

const text = (words: string) => Buffer.from(words);

describe('StringFinder', () => {
  it('finds text in several scripts amid other bytes', () => {
    const bytes = Buffer.concat([
      text('short\0a readable line\0'),
      Buffer.from([0xff, 0x80]),
      text('站在灯塔旁边的人\x01Käse und Brot, bitte\xff'),
    ]);
    expect(find([bytes])).toEqual(['a readable line', '站在灯塔旁边的人', 'Käse und Brot, bitteÿ']);
  });

  it('joins a text over the border of two pushes', () => {
    expect(find([text('\0a read'), text('able '), text('line\0rest')])).toEqual(['a readable line']);
    expect(find([text('ends with the stream')])).toEqual(['ends with the stream']);
  });

  it('finds what a plain regular expression finds, ASCII only', () => {
    const bytes = fc.array(fc.constantFrom(0, 1, 65, 66, 67, 32, 122), { maxLength: 200 });
    fc.assert(
      fc.property(bytes, (list) => {
        const reference =
          Buffer.from(list)
            .toString('latin1')
            .match(/[\x20-\x7e]{12,}/g) ?? [];
        expect(find([Uint8Array.from(list)])).toEqual(reference);
      }),
    );
  });
});
