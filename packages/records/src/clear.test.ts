import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearFacts, clearMatches, MAX_CLEAR_LENGTH, roundToStep, steps } from './clear.ts';
import type { Event } from './event.ts';

const event: Event = {
  time: '1736121600999999999',
  kind: 'span',
  service: 'api',
  operation: 'chat',
  severity: '',
  status: 'ok',
  provider: 'openai',
  model: 'gpt-4o',
  duration_ns: 1_234_567,
  input_tokens: 17,
};

const clearOf = (change: Partial<Event> = {}, random = Math.random) =>
  clearFacts({ ...event, ...change }, random);

describe('steps', () => {
  it('enclose every value, close by', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom(1.09, 1.19), (value, ratio) => {
        const [below, above] = steps(value, ratio);
        expect(below).toBeLessThanOrEqual(value);
        expect(above).toBeGreaterThanOrEqual(value);
        expect(above).toBeLessThanOrEqual(Math.ceil(Math.max(1, below) * ratio * ratio + 1));
      }),
    );
  });

  it('keep the mean: the chance of each follows the distance', () => {
    const [below, above] = steps(1000, 1.09);
    const mean =
      Array.from({ length: 1000 }, (_, i) => roundToStep(1000, 1.09, () => i / 1000)).reduce(
        (a, b) => a + b,
      ) / 1000;
    expect(below).not.toBe(above);
    expect(Math.abs(mean - 1000)).toBeLessThan((above - below) / 500);
  });
});

describe('clear columns', () => {
  it('hold whole seconds, coarse numbers and no exact ones', () => {
    const clear = clearOf();
    expect(clear.time).toBe(1_736_121_600);
    expect(steps(1_234_567, 1.09)).toContain(clear.duration_ns);
    expect(clear.output_tokens).toBe(-1);
  });

  it('floor times before 1970 and outlive those of any age', () => {
    expect(clearOf({ time: '-1' }).time).toBe(-1);
    expect(clearOf({ time: '-1000000000' }).time).toBe(-1);
    expect(clearOf({ time: '-11676096000000000000' }).time).toBe(-11_676_096_000);
    expect(clearOf({ time: `1${'0'.repeat(29)}` }).time).toBe(Number.MAX_SAFE_INTEGER);
    expect(clearOf({ time: '5' }).time).toBe(0);
  });

  it('cut what is long, at no lone surrogate', () => {
    const value = clearOf({
      operation: `${'x'.repeat(MAX_CLEAR_LENGTH - 1)}😀 the rest of a chat`,
    }).operation;
    expect(value.length).toBe(MAX_CLEAR_LENGTH);
    expect(value.isWellFormed()).toBe(true);
  });

  it('are recognised as the view of their event, whichever way they were rounded, and of no other', () => {
    for (const random of [() => 0, () => 0.999999])
      expect(clearMatches(clearOf({}, random), event)).toBe(true);
    const clear = clearOf();
    for (const change of [
      { service: 'other' },
      { time: '1736121599000000000' },
      { time: '1736121660000000000' },
      { duration_ns: 2_000_000 },
      { input_tokens: 400 },
      { output_tokens: 1 },
      { secrets: { 'aws-key': 1 } },
    ])
      expect(clearMatches(clear, { ...event, ...change })).toBe(false);
  });
});
