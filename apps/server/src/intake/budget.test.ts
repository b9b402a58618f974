import { codeOf } from '@tacet/records';
import { expect, it } from 'vitest';
import { ByteBudget } from './budget.ts';

it('bounds what is in flight and gets everything back', () => {
  const budget = new ByteBudget(100);
  const [first, second] = [budget.lease(), budget.lease()];
  first.grow(60);
  let code: string | undefined;
  try {
    second.grow(41);
  } catch (error) {
    code = codeOf(error);
  }
  expect([code, budget.used]).toEqual(['BUSY', 60]);
  second.grow(40);
  first.release();
  first.release();
  expect(budget.used).toBe(40);
  second.release();
  expect(budget.used).toBe(0);
});
