import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.ts';
import { fill, seeded } from '../template.ts';
import { RULES } from './index.ts';

const detector = createDetector({ fingerprintKey: new Uint8Array(32).fill(7) });

describe.each(RULES.map((rule, index) => [rule.kind, rule, index] as const))('%s', (kind, rule, index) => {
  it('says who issued it, what it opens and how bad that is', () => {
    expect(kind).toMatch(/^[a-z0-9-]{3,64}$/);
    expect(rule.provider).not.toBe('');
    expect(rule.opens.length).toBeGreaterThan(10);
    expect(rule.revoke).toMatch(/^(?:https:\/\/[\w.-]+\.[a-z]+(?:[/?#]\S*)?|docs\/\S+)$/);
    expect(rule.rotation).toMatch(/^[a-z-]+$/);
    expect(rule.positive.length).toBeGreaterThan(0);
  });

  // An issuer's form may have a rule of its own, which knows it better.
  const shared = rule.by === 'issuer' && rule.form !== undefined;
  it.each(rule.positive)('finds %s', (template) => {
    for (let round = 0; round < (rule.by === 'issuer' ? 1 : 8); round++) {
      const text = fill(template, seeded(index * 100 + round));
      const found = detector.scan(text);
      expect(
        found.map((finding) => finding.kind),
        text,
      ).toEqual(expect.arrayContaining(shared ? [expect.any(String)] : [kind]));
      expect(detector.mayHold(JSON.stringify({ body: text })), text).toBe(true);
    }
  });

  it.each(rule.negative)('leaves %s alone', (template) => {
    const text = fill(template, seeded(index));
    expect(detector.scan(text), text).toEqual([]);
  });
});

it('knows at least 250 kinds', () => {
  expect(new Set(RULES.map((rule) => rule.kind)).size).toBeGreaterThan(250);
});

it('gives every kind one row', () => {
  expect(new Set(RULES.map((rule) => `${rule.kind} ${rule.by}`)).size).toBe(RULES.length);
});
