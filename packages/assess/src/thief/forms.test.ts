import { describe, expect, it } from 'vitest';
import { Matcher } from './matcher.ts';

const text = 'Zoë Quorvin’s "violet" heron/42 站在灯塔旁';
const folded = text.toUpperCase();

/** Every way in which the canary may stand in a file; the reference is Node's own encoders. */
const spellings: Record<string, Uint8Array | string> = {
  plain: text,
  'case-folded': folded,
  'case-folded ASCII': 'the ZOË QUORVIN’S "violet" HERON/42 站在灯塔旁',
  'utf-16le': Buffer.from(text, 'utf16le'),
  'utf-16be': Buffer.from(text, 'utf16le').swap16(),
  'json-escaped': JSON.stringify(text),
  'json-escaped ascii': JSON.stringify(text).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
  'json-escaped capitals': JSON.stringify(text).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  ),
  'json-escaped all': [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'json-escaped nested': JSON.stringify({ inner: JSON.stringify({ text }) }),
  'url-escaped': encodeURIComponent(text),
  'url-escaped form': new URLSearchParams({ q: text }).toString(),
  'url-escaped path': encodeURI(text),
  'url-escaped lower': encodeURIComponent(text).toLowerCase(),
  hex: Buffer.from(text).toString('hex'),
  'hex capitals': Buffer.from(text).toString('hex').toUpperCase(),
  'hex utf-16': Buffer.from(text, 'utf16le').toString('hex'),
  'base64 utf-16': Buffer.from(text, 'utf16le').toString('base64'),
  ...Object.fromEntries(
    [0, 1, 2].flatMap((shift) => {
      const around = Buffer.concat([Buffer.alloc(shift, 'x'), Buffer.from(text), Buffer.from('tail')]);
      return [
        [`base64 ${shift}`, around.toString('base64')],
        [`base64url ${shift}`, around.toString('base64url')],
      ];
    }),
  ),
};

describe('Matcher', () => {
  it.each(Object.entries(spellings))('finds a canary as %s', (name, bytes) => {
    const matcher = new Matcher(['another canary', text, 'third']);
    matcher.search(
      Buffer.concat([Buffer.from('before '), Buffer.from(bytes as string), Buffer.from(' after')]),
      () => 'here',
    );
    expect(matcher.found.length).toBeGreaterThan(0);
    for (const finding of matcher.found)
      expect(finding).toMatchObject({ index: 1, canary: text, where: 'here' });
    // The same digits may spell both alphabets of base64.
    expect(matcher.found.map((finding) => finding.form.replace('base64url', 'base64'))).toContain(
      name.split(' ')[0]!.replace('base64url', 'base64'),
    );
  });

  it('finds nothing in text that only begins like a canary', () => {
    const matcher = new Matcher(['violet heron of Larkmoor', 'sk-1234567890abcdef']);
    matcher.search(
      Buffer.from('violet heron of Larkmoo sk-1234567890abcdeF0 Sk-1234567890ABCDE'),
      () => 'here',
    );
    expect(matcher.found.map((finding) => finding.form)).toEqual(['case-folded']);
  });

  it('does not take base64 of another case for the canary', () => {
    const digits = Buffer.from('a long enough canary').toString('base64');
    const matcher = new Matcher(['a long enough canary']);
    matcher.search(Buffer.from(digits.toLowerCase()), () => 'here');
    expect(matcher.found).toEqual([]);
    matcher.search(Buffer.from(digits), () => 'here');
    expect(matcher.found.map((finding) => finding.form)).toEqual(['base64']);
  });

  it('says which canaries are too short to tell from chance, and finds short ones', () => {
    const matcher = new Matcher(['abc', 'abcde', '王翊翀', '']);
    expect(matcher.tooShort).toEqual([0, 3]);
    matcher.search(Buffer.from('xABCDEx 王翊翀'), () => 'here');
    expect(matcher.found.map((finding) => [finding.index, finding.form])).toEqual([
      [1, 'case-folded'],
      [2, 'plain'],
    ]);
  });

  it('keeps thousands apart', () => {
    const canaries = Array.from({ length: 3000 }, (_, index) => `canary number ${index} of many`);
    const matcher = new Matcher(canaries);
    matcher.search(Buffer.from(canaries.slice(1000, 1010).join('\n')), () => 'here');
    expect(matcher.found.map((finding) => finding.index)).toEqual(
      Array.from({ length: 10 }, (_, index) => 1000 + index),
    );
  });
});
