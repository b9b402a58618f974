import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { Attempts, networkOf } from './attempts.ts';

describe('attempts', () => {
  /** Begins one; true when it may be tried. */
  const tried = (attempts: Attempts, who: string) => {
    try {
      attempts.begin(who);
      return true;
    } catch (error) {
      expect(codeOf(error)).toBe('SIGNIN_LIMITED');
      return false;
    }
  };

  it('wait longer and longer after some failures', () => {
    let now = 1_000_000;
    const attempts = new Attempts(5, () => now);
    const waits: number[] = [];
    for (let n = 0; n < 20; n++) {
      let waited = 0;
      while (!tried(attempts, 'anna')) {
        now += 500;
        waited += 500;
      }
      waits.push(waited);
    }
    expect(waits.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 1_000, 2_000, 4_000]);
    expect(waits.at(-1)).toBe(15 * 60_000);
  });

  it('at once count all the same', () => {
    const attempts = new Attempts(5, () => 0);
    expect(Array.from({ length: 100 }, () => tried(attempts, 'anna')).filter(Boolean)).toHaveLength(5);
  });

  it('of one are not those of another, and a good one forgets', () => {
    const attempts = new Attempts(2, () => 0);
    expect([tried(attempts, 'anna'), tried(attempts, 'anna'), tried(attempts, 'anna')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(tried(attempts, 'berta')).toBe(true);
    attempts.succeeded('anna');
    expect(tried(attempts, 'anna')).toBe(true);
  });

  it('are counted by network', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0');
    expect(networkOf('::1')).toBe('0:0:0:0');
  });
});
