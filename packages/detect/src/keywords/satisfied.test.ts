import { describe, expect, it } from 'vitest';
import type { Keyword, Next } from './keyword.ts';
import { satisfied } from './satisfied.ts';

/** Whether `keyword` holds at the place of its text in `text`, the first one. */
function holds(text: string, keyword: Keyword): boolean {
  const at = text.toLowerCase().indexOf(keyword.text);
  return satisfied(text, at, keyword);
}

describe('start', () => {
  const keyword: Keyword = { text: 'sk-', start: true };

  it.each([
    ['sk-', true],
    [' sk-', true],
    ['_sk-', true],
    ['密sk-', true],
    ['task-', false],
    ['9sk-', false],
    ['\\nsk-', true],
    ['\\\\nsk-', true],
    ['\\u0000sk-', true],
    ['u0000sk-', false],
    ['%3Dsk-', true],
    ['%253dsk-', true],
    ['3Dsk-', false],
    ['%5Cnsk-', true],
    ['\u001b[31msk-', true],
    ['[1;31msk-', true],
    ['%5B31msk-', true],
    ['msk-', false],
  ])('%j %s', (text, expected) => {
    expect(holds(text, keyword)).toBe(expected);
  });
});

describe('exact', () => {
  it('asks for the letters as they are', () => {
    expect(holds('AKIA', { text: 'akia', exact: 'AKIA' })).toBe(true);
    expect(holds('Akia', { text: 'akia', exact: 'AKIA' })).toBe(false);
  });
});

describe('run', () => {
  const run = (kind: 'alnum' | 'hex' | 'word' | 'base64'): Keyword => ({
    text: 'x-',
    next: { kind: 'run', class: kind, min: 4 },
  });

  it.each([
    ['x-ab12', 'alnum', true],
    ['x-ab1', 'alnum', false],
    ['x-ab-1', 'alnum', false],
    ['x-ab-1', 'word', true],
    ['x-abcg', 'hex', false],
    ['x-ABcd', 'hex', true],
    ['x-a+/=', 'base64', true],
    ['x-a\\/b=', 'base64', true],
    ['x-a%2Fb', 'base64', true],
    ['x-a%2Fb', 'alnum', false],
  ] as const)('%j in %s: %s', (text, kind, expected) => {
    expect(holds(text, run(kind))).toBe(expected);
  });
});

describe('assignment', () => {
  const at = (within: number): Keyword => ({
    text: 'secret',
    next: { kind: 'assignment', within } satisfies Next,
  });

  it.each([
    ['secret=', 0, true],
    ['secret:', 0, true],
    ['secret :', 0, true],
    ['"secret":', 0, true],
    ['\\"secret\\":', 0, true],
    ['\\\\\\"secret\\\\\\" :', 0, true],
    ['["secret"] = ', 0, true],
    ['**Secret**: ', 0, true],
    ['<secret>', 0, true],
    ['secret：', 0, true],
    ['secret＝', 0, true],
    ['secret%3D', 0, true],
    ['secret%253a', 0, true],
    ['%22secret%22%3A', 0, true],
    ['%5C%22secret%5C%22%3A', 0, true],
    ['secret\\n:', 0, true],
    ['secrets:', 0, false],
    ['secrets:', 24, true],
    ['secret_key_base=', 24, true],
    ['secret is', 0, false],
    ['secret, a', 24, false],
    ['"secret","value":', 0, true],
    ['\\"secret\\", \\"value\\":', 0, true],
    ['"secret","other":', 0, false],
    [`secret${' '.repeat(41)}=`, 0, false],
    ['secret', 24, false],
  ])('%j within %i: %s', (text, within, expected) => {
    expect(holds(text, at(within))).toBe(expected);
    expect(holds(JSON.stringify(text), at(within)) || !expected).toBe(true);
  });
});

describe('credentials', () => {
  const keyword: Keyword = { text: ':/', next: { kind: 'credentials' } };

  it.each([
    ['://u:p@h', true],
    ['://:p@h', true],
    ['://u%3Ap%40h', true],
    [':/\\/u:p@h', true],
    ['://h:80/u@x', false],
    ['://u@h', false],
    ['://u p:x@h', false],
    ['://h?a:b@c', false],
    [`://${'u'.repeat(3000)}:p@h`, false],
  ])('%j %s', (text, expected) => {
    expect(holds(text, keyword)).toBe(expected);
  });
});
