import { describe, expect, it } from 'vitest';
import { Pipeline } from './pipeline.ts';

describe('pipeline', () => {
  it('bounds how many and how much run at once', async () => {
    const pipeline = new Pipeline({ count: 3, bytes: 100 });
    let [running, bytes, mostRunning, mostBytes] = [0, 0, 0, 0];
    for (let number = 0; number < 40; number++) {
      const size = 10 + (number % 5) * 10;
      await pipeline.start(size, async () => {
        running++;
        bytes += size;
        mostRunning = Math.max(mostRunning, running);
        mostBytes = Math.max(mostBytes, bytes);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        bytes -= size;
      });
    }
    await pipeline.finish();
    expect([running, mostRunning]).toEqual([0, 3]);
    expect(mostBytes).toBeLessThanOrEqual(100);
  });

  it('takes one that is larger than the bound, alone', async () => {
    const pipeline = new Pipeline({ count: 3, bytes: 10 });
    let done = 0;
    for (const size of [5, 500, 5]) await pipeline.start(size, async () => void done++);
    await pipeline.finish();
    expect(done).toBe(3);
  });

  it('starts nothing after a failure and reports the first', async () => {
    const pipeline = new Pipeline({ count: 1, bytes: 10 });
    await pipeline.start(1, () => Promise.reject(new Error('first')));
    await expect(pipeline.start(1, async () => {})).rejects.toThrow('first');
    await expect(pipeline.finish()).rejects.toThrow('first');
  });
});
