import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Runs } from '../scan/runs.ts';
import { alignments, encodedAround } from './base64.ts';
import { unescaped } from './escapes.ts';
import { percentDecoded } from './percent.ts';

describe('escapes', () => {
  it('takes one layer off and knows the way back', () => {
    const text = 'a \\"b\\\\n\\u0041\\/ c\\q';
    const view = unescaped(text)!;
    expect(view.text).toBe('a "b\\nA/ c\\q');
    const at = view.text.indexOf('A/');
    expect(text.slice(view.toEncoded(at), view.toEncoded(at + 2))).toBe('\\u0041\\/');
  });

  it('undoes what JSON.stringify did', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const inside = JSON.stringify(text).slice(1, -1);
        expect(unescaped(inside)?.text ?? inside).toBe(text);
      }),
    );
  });

  it('answers nothing for a text without escapes', () => {
    expect(unescaped('plain \\x')).toBeUndefined();
  });
});

describe('percent encoding', () => {
  it('is taken off where an encoder puts it', () => {
    const text = 'k%3Dv%2Fw%41%zz%E5%AF%86';
    const view = percentDecoded(text)!;
    expect(view.text).toBe('k=v/w%41%zz\u0080\u0080\u0080');
    const at = view.text.indexOf('v/');
    expect(text.slice(view.toEncoded(at), view.toEncoded(at + 2))).toBe('v%2F');
  });

  it('maps every place into the encoded text, in order', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const encoded = encodeURIComponent(text.toWellFormed());
        const view = percentDecoded(encoded);
        if (!view) return;
        let last = 0;
        for (let i = 0; i <= view.text.length; i++) {
          const at = view.toEncoded(i);
          expect(at).toBeGreaterThanOrEqual(last);
          last = at;
        }
        expect(last).toBe(encoded.length);
      }),
    );
  });
});

describe('base64', () => {
  it('tells a keyword wherever it stands in what was encoded', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcXYZ_-019'), minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 9 }), word, (before, keyword) => {
        const encoded = btoa(`${before}${keyword} and what follows`);
        const found = alignments(keyword).flatMap(({ keyword: { exact }, phase }) => {
          const at = encoded.indexOf(exact!);
          return at !== -1 && at % 4 === phase ? [at] : [];
        });
        expect(found.length).toBeGreaterThan(0);
        const phase = found[0]! % 4;
        const value = encodedAround(
          `x "${encoded}" y`,
          found[0]! + 3,
          phase,
          new Runs(`x "${encoded}" y`),
          new Set(),
        );
        expect(value!.text).toContain(keyword);
      }),
    );
  });

  it('decodes behind a path that shifts it, and only once', () => {
    const secret = btoa('{"password":"swordfish"}');
    const text = `blobs/x/${secret}`;
    const seen = new Set<number>();
    const at = text.indexOf(secret);
    expect(encodedAround(text, at, 0, new Runs(text), seen)!.text).toContain('swordfish');
    expect(encodedAround(text, at + 4, 0, new Runs(text), seen)).toBeUndefined();
  });
});
