import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmless, painter } from './text.ts';

describe('text for a terminal', () => {
  it.each([
    ['colour and cursor', '\u001b[2J\u001b[31mpwned', '\\x1b[2J\\x1b[31mpwned'],
    ['a title sequence', '\u001b]0;x\u0007', '\\x1b]0;x\\x07'],
    ['an 8-bit sequence', '\u009b31m', '\\x9b31m'],
    ['a forged second line', 'ok\r\ntacet: all fine', 'ok\\r\\ntacet: all fine'],
    ['reordering', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['NUL', 'a\u0000b', 'a\\x00b'],
  ])('shows %s instead of obeying', (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('leaves every language as it is', () => {
    const text = '调查 退款 – Überprüfung 😀 دعم';
    expect(harmless(text)).toBe(text);
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(/\p{Cc}/u.test(harmless(text))).toBe(false);
        expect(harmless(text).isWellFormed()).toBe(true);
      }),
    );
  });

  it('is coloured on a terminal only, unless nobody wants it', () => {
    expect(painter({ isTTY: true }, {})('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(painter({ isTTY: true }, {})('red', '')).toBe('');
    expect(painter({ isTTY: true }, { NO_COLOR: '1' })('red', 'x')).toBe('x');
    expect(painter({ isTTY: true }, { TERM: 'dumb' })('red', 'x')).toBe('x');
    expect(painter({}, {})('red', 'x')).toBe('x');
  });
});
