import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { Program } from './program.ts';

const programOf = (source: string) => new Program(RE2JS.compile(source));

describe('of a pattern is known', () => {
  it.each([
    ['ab{2,5}', 6],
    ['(?:abc|d)e?', 4],
    ['a\\b$', 1],
    ['[^a]', 2],
    ['a+', Number.POSITIVE_INFINITY],
    ['(?:ab){3,}', Number.POSITIVE_INFINITY],
    ['', 0],
  ])('how long a match of %s may be', (source, longest) => {
    expect(programOf(source).longest()).toBe(longest);
  });

  it.each([
    ['gh[pu]_[a-z]{4}', ['ghp_', 'ghu_'], true],
    ['gh[pus]_[a-z]{4}', ['ghp_', 'ghu_'], false],
    ['(?i)x.{0,5}TOKEN=\\d+', ['token'], true],
    ['x.*(?:token)?', ['token'], false],
    ['aab', ['ab'], true],
    ['a{3}b', ['aab'], true],
    ['[a-z]+key', ['key'], true],
    ['[a-z]{3}', ['key'], false],
    ['(?:access|(?-i:[Aa]pi|API))\\s*=', ['access', 'api'], true],
  ])('whether every match of %s holds one of %s', (source, keywords, holds) => {
    expect(programOf(source).alwaysHolds(keywords)).toBe(holds);
  });

  it.each([
    ['\\b(AKIA|ASIA)[A-Z]{4}', ['akia', 'asia'], true],
    ['x?AKIA', ['akia'], false],
    ['(?i)key|keyword', ['key'], true],
    ['k[a-z]', ['key'], false],
  ])('whether every match of %s begins with one of %s', (source, keywords, begins) => {
    expect(programOf(source).beginsWith(keywords)).toBe(begins);
  });

  it.each([
    ['x?acme_[a-z0-9]{24}', 'acme_'],
    ['[a-f]{8}-(?i)PROD-[a-f]{8}', '-prod-'],
    ['(?:left|right)[0-9]+', undefined],
    ['[A-Z]{32}', undefined],
    ['a"b"c', undefined],
  ])('what stands in every match of %s', (source, literal) => {
    expect(programOf(source).literal()).toBe(literal);
  });

  it.each([
    ['curl.*\\s(?:-u|--user)\\s\\w+', ['curl'], ['-u']],
    ['(?i)curl.*(?:Authorization:|Header:) \\w+', ['curl'], ['header: ', 'authorization: ']],
    ['key.*(?:=>)?', ['key'], undefined],
    ['key.*=\\w', ['key'], undefined],
    ['monkey.*value=', ['monkey'], ['value=']],
  ])('what every match of %s holds beside %s', (source, known, required) => {
    expect(programOf(source).required(known)).toEqual(required);
  });
});
