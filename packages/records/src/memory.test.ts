import { expect, it } from 'vitest';
import { release } from './memory.ts';

it('gives a whole buffer back, and no part of one', () => {
  const whole = Uint8Array.of(1, 2, 3);
  const view = whole.subarray(1);
  release(whole);
  expect([whole.length, view.length]).toEqual([0, 0]);

  const rest = Uint8Array.of(1, 2, 3);
  release(rest.subarray(1));
  release(Buffer.from('short ones share a buffer'));
  expect(rest).toEqual(Uint8Array.of(1, 2, 3));
  expect(Buffer.from('still there').toString()).toBe('still there');

  const shared = new Uint8Array(new SharedArrayBuffer(8));
  release(shared);
  expect(shared.length).toBe(8);
});
