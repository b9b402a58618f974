import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

const never = new AbortController().signal;

describe('the pace', () => {
  it('opens no more at once than it may, over all and to one address', async () => {
    const pace = new Pace({ perSecond: 1e9, atOnce: 4, atOncePerHost: 2 });
    const open = new Map<string, number>();
    let [all, most, mostOfOne] = [0, 0, 0];
    await Promise.all(
      Array.from({ length: 60 }, (_, at) => {
        const address = `10.0.0.${Math.min(at % 5, 1)}`;
        return pace.run(address, never, async () => {
          open.set(address, (open.get(address) ?? 0) + 1);
          most = Math.max(most, ++all);
          mostOfOne = Math.max(mostOfOne, open.get(address)!);
          await delay(1);
          all--;
          open.set(address, open.get(address)! - 1);
        });
      }),
    );
    expect([most, mostOfOne, all]).toEqual([4, 2, 0]);
  });

  it('begins no more in a second than it may, and stops when told', async () => {
    const pace = new Pace({ perSecond: 200, atOnce: 100, atOncePerHost: 100 });
    const begun = performance.now();
    await Promise.all(Array.from({ length: 60 }, () => pace.run('a', never, async () => {})));
    // 20 at once, the other 40 at 200 a second; never faster, however slow the machine.
    expect(performance.now() - begun).toBeGreaterThan(190);
    const stop = new AbortController();
    stop.abort();
    await expect(pace.run('a', stop.signal, async () => {})).rejects.toThrow('abort');
    await expect(pace.run('a', never, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await expect(pace.run('a', never, async () => 7)).resolves.toBe(7);
  });
});
