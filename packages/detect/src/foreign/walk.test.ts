import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForeignMatcher } from './rule.ts';

/** A part of a pattern, and a text that it matches. */
interface Part {
  readonly source: string;
  readonly sample: string;
}

const KEYWORDS = ['key', 'token', 'ke', 'y-t', 'a/b', '<x', "it's", 'k&y', 'en=', 'e k'];
const literal = fc
  .oneof(
    fc.constantFrom(...KEYWORDS, 'KEY'),
    fc.constantFrom('"', "'", '\\', '/', '\n', '=', 'é', '密', '😀'),
  )
  .map((text) => ({ source: text.replace(/[\\/]/g, '\\$&'), sample: text }));
const some = (source: string, letters: string) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 4 }).map((sample) => ({
    source,
    sample,
  }));
const atom: fc.Arbitrary<Part> = fc.oneof(
  { weight: 3, arbitrary: literal },
  some('[a-k]{1,4}', 'abeky'),
  some('(?s:.{1,4})', 'k"\\/ \n密'),
  some('[^a-z]+', '"\\/=< 1'),
  some('\\s*', ' \n\t'),
  some('[à-ÿ密]{1,4}', 'éü密'),
  fc.constantFrom('^', '$', '\\b', '(?i)').map((source) => ({ source, sample: '' })),
);
const whole = (parts: readonly Part[]): Part => ({
  source: parts.map(({ source }) => source).join(''),
  sample: parts.map(({ sample }) => sample).join(''),
});
const sequence = fc.array(atom, { minLength: 1, maxLength: 4 }).map(whole);
const pattern = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: sequence },
      fc.tuple(sequence, fc.boolean()).map(([{ source, sample }, taken]) => ({
        source: `(?:${source})?`,
        sample: taken ? sample : '',
      })),
      fc
        .tuple(sequence, sequence)
        .map(([one, other]) => ({ source: `(?:${one.source}|${other.source})`, sample: other.sample })),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map(whole);
/** A rule, and a text in which it finds something more often than not. */
const cases = pattern.chain(({ source, sample }) =>
  fc.record({
    keywords: fc.uniqueArray(fc.constantFrom(...KEYWORDS), { minLength: 1, maxLength: 4 }),
    source: fc.constant(source),
    text: fc
      .array(
        fc.oneof(
          { weight: 2, arbitrary: fc.constant(sample) },
          literal.map((one) => one.sample),
        ),
        {
          minLength: 1,
          maxLength: 6,
        },
      )
      .map((parts) => parts.join('')),
  }),
);
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function matcherOf({ source, keywords }: Case): ForeignMatcher {
  const row = { id: 'acme', regex: source, keywords };
  return new ForeignMatcher(row, { allowlists: [], filter: undefined }, 'rule acme');
}

/** Where `keywords` stand in a text, or in bytes read as one. */
function placesOf(keywords: readonly string[], text: string): number[] {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return Array.from({ length: folded.length }, (_, at) => at).filter((at) =>
    keywords.some((word) => folded.startsWith(word, at)),
  );
}

/** Ways in which writers hide the signs of a text. */
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const unicode = (text: string) =>
  [...text].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const HIDING: Readonly<Record<string, (sign: string) => string>> = {
  raw: (sign) => sign,
  json,
  nested: (sign) => json(json(sign)),
  'nested twice': (sign) => json(json(json(sign))),
  'with slashes': (sign) => (sign === '/' ? '\\/' : json(sign)),
  'with slashes, nested': (sign) => json(sign === '/' ? '\\/' : json(sign)),
  'as PHP and Go do': (sign) => (/^[<>&'/]$/.test(sign) ? unicode(sign) : json(sign)),
  'of a shell': (sign) => (/^["'`$\\]$/.test(sign) ? `\\${sign}` : sign),
  percent: (sign) => encodeURIComponent(sign),
  html: (sign) => (/^["'<>&]$/.test(sign) ? `&#${sign.charCodeAt(0)};` : sign),
};

describe('a walk from keywords', () => {
  it('loses no match of the text as it stands', () => {
    let found = 0;
    fc.assert(
      fc.property(cases, (one) => {
        const matcher = matcherOf(one);
        const places = placesOf(one.keywords, one.text);
        const expected = places.length > 0 ? matcher.findAll(one.text, '') : [];
        expect(matcher.find(one.text, places, '')).toEqual(expected);
        found += expected.length;
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(300);
  });

  it('loses no match of what the text is when its signs are no longer hidden', () => {
    let seen = 0;
    fc.assert(
      fc.property(cases, fc.constantFrom(...Object.values(HIDING)), (one, hide) => {
        const matcher = matcherOf(one);
        const offsets: number[] = [];
        const parts: Buffer[] = [];
        let length = 0;
        for (const sign of one.text) {
          for (let unit = 0; unit < sign.length; unit++) offsets.push(length);
          parts.push(Buffer.from(/^[\w.~-]$/.test(sign) ? sign : hide(sign)));
          length += parts.at(-1)!.length;
        }
        offsets.push(length);
        const bytes = Buffer.concat(parts);
        const places = placesOf(one.keywords, bytes.toString('latin1'));
        const kept = places.filter((at) => matcher.mayBegin((index) => bytes[index]!, at, bytes.length));
        for (const { start, end } of matcher.findAll(one.text, '')) {
          const inside = (at: number) => at >= offsets[start]! && at < offsets[end]!;
          if (!places.some(inside)) continue;
          expect(kept.some(inside), bytes.toString()).toBe(true);
          seen++;
        }
      }),
      { numRuns: 2000 },
    );
    expect(seen).toBeGreaterThan(300);
  });

  it('stops where nothing goes on', () => {
    const matcher = matcherOf({ source: 'key=[0-9]{6}', keywords: ['key'], text: '' });
    const may = (text: string) => matcher.mayBegin((index) => text.charCodeAt(index), 0, text.length);
    expect(['key=12345', 'key="1', 'key=\\"', 'keys', 'key\\\\"', 'key%3D1'].map(may)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});
