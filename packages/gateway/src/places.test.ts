import { createDetector } from '@tacet/detect';
import { loadRules } from '@tacet/detect/rules';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENCODED, PlaceFinder } from './places.ts';

const fingerprintKey = new Uint8Array(32);
const thorough = createDetector({ fingerprintKey, thorough: true });
const finder = new PlaceFinder(thorough);

/** Texts that are full of keywords, of their beginnings and ends, and of encoded values. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...thorough.keywords.map(({ text }) => text)),
      fc.constantFrom(...thorough.keywords.map(({ text }) => text.toUpperCase())),
      fc.constantFrom(...thorough.keywords.map(({ text, exact }) => exact ?? text.slice(1))),
      fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
      fc.stringMatching(/^[0-9a-f]{8,60}$/),
      fc.string({ unit: 'grapheme-ascii', minLength: 20, maxLength: 60 }).map((text) => btoa(text)),
      fc
        .string({ unit: 'grapheme-ascii', minLength: 20, maxLength: 60 })
        .map((text) => Buffer.from(text).toString('hex')),
      fc.constantFrom('"', '\\', '%22', '=', ': ', '\n', '密钥', '&#', '0x'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** The places of a text, as indices of its bytes. */
function inBytes(text: string, places: readonly number[]): number[] {
  return places.map((place) => Buffer.byteLength(text.slice(0, place)));
}

describe('places in bytes', () => {
  it('are all those of the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const places = new Set(finder.find(Buffer.from(text)).at);
        expect(inBytes(text, thorough.places(text)).filter((place) => !places.has(place))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('save the detector looking for them', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { at, what } = finder.find(Buffer.from(text));
        const unit = (place: number) => Buffer.from(text).toString('utf8', 0, place).length;
        const seen = [...at].map((place, index) => ({ number: what[index]!, start: unit(place) }));
        const encoded = seen.filter(({ number }) => number === ENCODED).map(({ start }) => start);
        const keywords = seen.filter(({ number }) => number !== ENCODED);
        expect(thorough.explain(text, undefined, { keywords, encoded })).toEqual(thorough.explain(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('are found where one part of the memory ends and the next begins, and in none twice', () => {
    const secret = Buffer.from(`"key":"${['sk', 'ant', 'api03', 'a1B2'.repeat(24)].join('-')}",`);
    const encoded = Buffer.from(` ${btoa('{"user":"somebody","number":12345678}')} `);
    const alone = [...finder.find(Buffer.concat([secret, encoded])).at];
    const bytes = Buffer.alloc(18 << 20, ' a b');
    const offsets: number[] = [];
    for (let at = (8 << 20) - (18 << 10); at < 8 << 20; at += 1000) offsets.push(at, at * 2);
    for (const at of offsets) Buffer.concat([secret, encoded]).copy(bytes, at);
    const expected = offsets.flatMap((at) => alone.map((place) => at + place)).sort((a, b) => a - b);
    const { at: places, what } = finder.find(bytes);
    expect(new Set([...places].map((at, index) => at * 65_536 + what[index]!)).size).toBe(places.length);
    expect(expected.filter((place) => !places.includes(place))).toEqual([]);
  });

  it('keep to where users’ rules may begin', () => {
    const { rules, allows } = loadRules([
      { name: 'own.toml', text: "[[rules]]\nid = 'acme'\nregex = '''acme-[0-9]{6}'''\nkeywords = ['acme-']" },
    ]);
    const own = new PlaceFinder(createDetector({ fingerprintKey, rules, allows }));
    expect([...own.find(Buffer.from('acme-nothing acme-123456')).at]).toEqual([13]);
  });

  it('are found with as many keywords as there is room for, and more are refused', () => {
    const keywords = Array.from({ length: 0x8000 }, (_, number) => ({ text: `w${number.toString(36)}-key` }));
    const own = new PlaceFinder({ ...thorough, thorough: false, keywords, mayBegin: () => true });
    for (const number of [0, 0x7fff]) {
      const { text } = keywords[number]!;
      expect(own.find(Buffer.from(`so ${text} it is`)).at, text).toContain(3);
    }
    const more = [...keywords, { text: 'another' }];
    expect(() => new PlaceFinder({ ...thorough, keywords: more })).toThrow(
      expect.objectContaining({ code: 'RULES_INVALID' }),
    );
  });

  it('keep nothing of what was looked at before', () => {
    finder.find(Buffer.from('x'.repeat(100) + btoa('{"user":"somebody","number":12345678}')));
    expect(finder.find(Buffer.from('x'.repeat(99))).at).toHaveLength(0);
    expect(finder.find(Buffer.alloc(0)).at).toHaveLength(0);
  });
});
