import { TacetError } from '@tacet/records';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Audits, Recorded } from '../audits.ts';
import { SelfAudit } from './audit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OPEN = { critical: 0, high: 0, medium: 0, low: 0, info: 1 };
const RECORDED = { run: '0'.repeat(32), changes: [], summary: { open: OPEN } } as unknown as Recorded;

it('looks daily; one that a crash left under way is waited for, until its lease is over', async () => {
  const begin = vi.fn(async () => 'a'.repeat(32));
  begin.mockRejectedValueOnce(new TacetError('AUDIT_RUNNING', 'an audit of self is under way'));
  const finish = vi.fn(async () => RECORDED);
  const warn = vi.fn();
  const told = vi.fn();
  const audits = { begin, finish } as Partial<Audits> as Audits;
  const audit = new SelfAudit({ audits, looks: () => [], warn });
  audit.start(told);
  await vi.advanceTimersByTimeAsync(0);
  expect(warn.mock.calls).toEqual([
    ['self-audit: AUDIT_RUNNING: it is tried again when the one under way is over'],
  ]);
  expect([finish.mock.calls.length, told.mock.calls.length]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(180_000);
  expect([finish.mock.calls.length, told.mock.calls]).toEqual([1, [[OPEN]]]);
  await vi.advanceTimersByTimeAsync(2 * 86_400_000);
  expect([finish.mock.calls.length, told.mock.calls.length]).toEqual([3, 1]);
  await audit.stop();
  await vi.advanceTimersByTimeAsync(2 * 86_400_000);
  expect(finish).toHaveBeenCalledTimes(3);
});
