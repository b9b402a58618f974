import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMessages, messages, parseStructure } from './content.ts';
import { parseDocument } from './document.ts';
import { namesIn, parseExact } from './exact.ts';
import { isJsonBomb } from './guard.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const parse = (text: string) => parseExact(text, DEFAULT_LIMITS);

describe('parsing without loss', () => {
  it('is JSON.parse for all that loses nothing', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const printed = JSON.stringify(JSON.parse(text), null, indent);
        fc.pre(!/\d{16}/.test(printed));
        expect(parse(printed)).toEqual(JSON.parse(printed));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '01',
      '1.',
      'e5',
      'true',
      'nul',
      ' ',
      '\\',
      '\n',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (tokens) => {
        const text = tokens.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        if (valid) expect(() => parse(text)).not.toThrow();
        else expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['"\\', '"', '{"a\\', '"\\"', '["\\u12"]'])('ends at %j', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
  });

  it('keeps large numbers and repeated names', () => {
    expect(parse('[9007199254740993,-9007199254740993,1e400,0.1,1e2]')).toEqual([
      '9007199254740993',
      '-9007199254740993',
      '1e400',
      0.1,
      100,
    ]);
    expect(parse('{"a":1,"a":2,"a":3,"__proto__":4}')).toEqual(
      JSON.parse('{"a":1,"tacet.duplicates":{"a":[2,3]},"__proto__":4}'),
    );
    expect(parse('{"tacet.duplicates":5,"a":1,"a":2}')).toEqual({
      'tacet.duplicates': { 'tacet.duplicates': [5], a: [2] },
      a: 1,
    });
  });

  it('ends at the depth it may go to', () => {
    expect(() => parse('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'EVENT_TOO_DEEP' }));
  });
});

describe('a document', () => {
  it('is parsed without loss and with the guard', () => {
    expect(parseDocument('[{"id":12345678901234567890},{"a":1,"a":2}]')).toEqual([
      { id: '12345678901234567890' },
      { a: 1, 'tacet.duplicates': { a: [2] } },
    ]);
    const refused = (text: string, code: string) =>
      expect(() => parseDocument(text)).toThrow(expect.objectContaining({ code }));
    refused('[1', 'JSON_INVALID');
    refused('['.repeat(70), 'JSON_INVALID');
    refused(`${'['.repeat(66)}${']'.repeat(66)}`, 'EVENT_TOO_DEEP');
    refused('['.repeat(100_000), 'EVENT_TOO_DEEP');
    refused(`[${'{},'.repeat(1_000_000)}0]`, 'BODY_TOO_LARGE_DECOMPRESSED');
  });
});

describe('names in a text', () => {
  it('are never fewer than the members', () => {
    const members = (value: unknown): number =>
      typeof value !== 'object' || value === null
        ? 0
        : Object.values(value).reduce(
            (sum, inner) => sum + members(inner) + (Array.isArray(value) ? 0 : 1),
            0,
          );
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.parse(text);
        expect(namesIn(JSON.stringify(value))).toBeGreaterThanOrEqual(members(value));
      }),
    );
    expect(namesIn('{"a":"\\":","b\\\\":1}')).toBe(2);
  });
});

describe('content', () => {
  it('is parsed only when it is messages and parsing loses nothing', () => {
    expect(messages('[{"role":"user","content":"x"}]', DEFAULT_LIMITS)).toEqual([
      { role: 'user', content: 'x' },
    ]);
    for (const text of [
      '[1,2]',
      '{"a":1}',
      '[]',
      '{}',
      'x',
      '[{"role":"u","role":"v"}]',
      '[{"role":1e999}]',
      '[{"role":',
    ]) {
      expect(messages(text, DEFAULT_LIMITS)).toBe(text);
    }
  });

  it('tells messages from other JSON', () => {
    expect(isMessages([{ type: 'text', content: 'x' }])).toBe(true);
    expect(isMessages({ messages: [] })).toBe(true);
    expect(isMessages([{ role: 'user' }, 5])).toBe(false);
  });

  it('is not parsed beyond the limits', () => {
    expect(parseStructure(`${'['.repeat(60)}${']'.repeat(60)}`, DEFAULT_LIMITS)).toBeUndefined();
    expect(parseStructure(`${'['.repeat(50)}${']'.repeat(50)}`, DEFAULT_LIMITS)).toBeDefined();
  });
});

describe('the guard before JSON.parse', () => {
  const filler = 'x'.repeat(70_000);

  it('counts brackets outside strings only', () => {
    expect(isJsonBomb(JSON.stringify(['['.repeat(70_000), '\\"[', filler]), 2)).toBeUndefined();
    expect(isJsonBomb(`${'['.repeat(70_000)}`, 100)).toBe('depth');
    expect(isJsonBomb(`[${'[],'.repeat(200_000)}0]`, 100)).toBe('count');
    expect(isJsonBomb('['.repeat(100), 10)).toBeUndefined();
  });
});
