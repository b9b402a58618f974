import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearFacts, clearMatches } from './clear.ts';
import { clearColumns, clearRow } from './clear-columns.ts';
import {
  applyClearPolicy,
  BUILT_IN_POLICY,
  type ClearPolicy,
  clearTimeRange,
  dropAttributes,
  parseClearPolicy,
} from './clear-policy.ts';
import { codeOf } from './errors/index.ts';
import type { Event } from './event.ts';

const event: Event = {
  time: '1736121659999999999',
  kind: 'span',
  service: 'shop',
  operation: 'chat',
  severity: 'info',
  status: 'ok',
  provider: 'p',
  model: 'm',
  duration_ns: 1_500_000,
  input_tokens: 100,
  user_id: 'u1',
  attributes: { 'client.address': '10.0.0.1', kept: 1 },
  resource: { 'host.name': 'h1', kept: 2 },
  events: [{ name: 'e', attributes: { 'client.address': '10.0.0.1' } }, 'odd'],
  secrets: { 'aws-key': 1 },
};

function clearOf(policy: ClearPolicy, given = event, random = Math.random) {
  return applyClearPolicy(clearColumns([clearFacts(given, random)]), policy, random);
}

const policy = (value: unknown) => parseClearPolicy(JSON.stringify(value));

describe('a policy for clear values', () => {
  it('is the built-in one where it says nothing', () => {
    expect(policy({})).toEqual(BUILT_IN_POLICY);
    expect(clearOf(policy({}), event, () => 0.5)).toEqual(clearOf(BUILT_IN_POLICY, event, () => 0.5));
  });

  it('seals columns, which a reader accepts and an analyst sees as sealed', () => {
    const sealing = policy({
      attributes: {
        service: 'sealed',
        duration_ns: 'sealed',
        secrets: 'sealed',
        model: 'clear',
        user_id: 'sealed',
      },
    });
    const columns = clearOf(sealing);
    const row = clearRow(columns, 0);
    expect(row).toMatchObject({ service: '(sealed)', duration_ns: -2, secrets: ['(sealed)'], model: 'm' });
    expect(clearMatches(row, event)).toBe(true);
  });

  it('gives minutes and powers of two in the strict profile, near enough for a reader and stable', () => {
    const strict = policy({ profile: 'strict' });
    fc.assert(
      fc.property(
        fc.nat(2 ** 45),
        fc.nat(1_000_000),
        fc.nat(4_000_000_000),
        (duration_ns, input_tokens, second) => {
          const one: Event = { ...event, duration_ns, input_tokens, time: `${second}999999999` };
          const columns = clearOf(strict, one);
          expect(columns.time[0]! % 60).toBe(0);
          for (const value of [columns.duration_ns[0]!, columns.input_tokens[0]!])
            expect(value === 0 || Number.isInteger(Math.log2(value))).toBe(true);
          expect([...columns.output_tokens]).toEqual([-1]);
          expect(clearMatches(clearRow(columns, 0), one)).toBe(true);
          expect(applyClearPolicy(columns, strict, Math.random)).toEqual(columns);
        },
      ),
    );
    expect(clearTimeRange({ timeMin: 61, timeMax: 119 }, strict)).toEqual({ timeMin: 60, timeMax: 119 });
    expect(clearTimeRange({ timeMin: -1, timeMax: 120 }, strict)).toEqual({ timeMin: -60, timeMax: 179 });
    expect(clearTimeRange({ timeMin: 61, timeMax: 119 }, BUILT_IN_POLICY)).toEqual({
      timeMin: 61,
      timeMax: 119,
    });
  });

  it('keeps sums unbiased in the strict profile', () => {
    const strict = policy({ profile: 'strict' });
    let sum = 0;
    const runs = 20_000;
    for (let run = 0; run < runs; run++) sum += clearOf(strict).input_tokens[0]!;
    // The deviation of a mean of that many is below 0.4.
    expect(Math.abs(sum / runs - 100)).toBeLessThan(2.5);
  });

  it('drops members and attributes wherever they stand, and keeps the rest', () => {
    const dropping = policy({
      attributes: {
        'client.address': 'dropped',
        'resource.host.name': 'dropped',
        user_id: 'dropped',
        model: 'dropped',
      },
    });
    const { user_id: _, ...rest } = event;
    expect(dropAttributes(event, dropping)).toEqual({
      ...rest,
      model: '',
      attributes: { kept: 1 },
      resource: { kept: 2 },
      events: [{ name: 'e', attributes: {} }, 'odd'],
    });
    expect(dropAttributes(event, BUILT_IN_POLICY)).toBe(event);
  });

  it('keeps an attribute called __proto__ an attribute', () => {
    const attributes = JSON.parse('{"__proto__": {"a": 1}, "x": 2}');
    const kept = dropAttributes({ ...event, attributes }, policy({ attributes: { x: 'dropped' } }));
    expect(JSON.stringify(kept.attributes)).toBe('{"__proto__":{"a":1}}');
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['an unknown member', '{"profil": "strict"}'],
    ['an unknown profile', '{"profile": "loose"}'],
    ['an unknown treatment', '{"attributes": {"service": "hidden"}}'],
    ['something that cannot be clear', '{"attributes": {"user_id": "clear"}}'],
    ['time dropped', '{"attributes": {"time": "dropped"}}'],
    ['time sealed', '{"attributes": {"time": "sealed"}}'],
    ['secrets dropped', '{"attributes": {"secrets": "dropped"}}'],
  ])('is refused with %s', (_what, text) => {
    let code: unknown;
    try {
      parseClearPolicy(text);
    } catch (error) {
      code = codeOf(error);
    }
    expect(code).toBe('CONFIG_INVALID');
  });
});
