import { describe, expect, it } from 'vitest';
import { RULES } from './index.ts';

/** The pattern's source without what classes and escapes hide. */
function skeleton(pattern: RegExp): string {
  return pattern.source.replace(/\\[\s\S]/g, 'e').replace(/\[[^\]]*\]/g, 'c');
}

/** The greatest number of times that any repeated group, which itself repeats inside, may repeat. */
function nesting(source: string): number {
  let most = 1;
  for (const match of source.matchAll(/\([^()]*\{\d+,\d+\}[^()]*\)\{\d+,(\d+)\}/g))
    most = Math.max(most, Number(match[1]));
  return most;
}

const patterns = RULES.filter((rule) => rule.by === 'pattern' || rule.by === 'name').map(
  (rule) => [rule.kind, rule] as const,
);

describe.each(patterns)('the pattern of %s', (_, rule) => {
  it('takes linear time', () => {
    const source = skeleton(rule.pattern);
    if (rule.by === 'pattern') expect(rule.pattern.sticky).toBe(true);
    expect(source).not.toMatch(/[*+]|\{\d+,\}/);
    expect(nesting(source)).toBeLessThanOrEqual(8);
  });
});

describe('keywords', () => {
  it('are short enough for a kernel', () => {
    for (const rule of RULES) {
      if (rule.by === 'name' || rule.by === 'issuer') continue;
      for (const { text, exact } of rule.keywords) {
        expect(text.length, rule.kind).toBeGreaterThan(1);
        expect(text.length, rule.kind).toBeLessThanOrEqual(40);
        if (exact !== undefined) expect(exact.toLowerCase()).toBe(text);
      }
    }
  });
});
