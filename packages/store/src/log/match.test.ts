import { expect, it } from 'vitest';
import { randomBytes } from '../../testing/segments.ts';
import type { Formula } from '../port.ts';
import { statement } from './inputs.ts';
import { planMatch } from './match.ts';

it('keeps the longest search below what a server takes in a field of a form', () => {
  const leaves = Array.from({ length: 64 }, (_, token): Formula => ({ token }));
  const clear = Array.from(
    { length: 32 },
    (_, index): Formula => ({ clear: { column: 'duration_ns', op: '=', value: 1e15 + index } }),
  );
  const place = { timeMax: 1_750_000_000, periodNo: 4_000_000_000, number: 4_000_000_000 };
  for (const formula of [
    { or: [...leaves, ...clear] },
    { and: [...leaves.slice(0, 32), { or: [...leaves.slice(32), ...clear] }] },
    { and: [...leaves.slice(0, 2), { or: leaves.slice(2) }] },
    { and: leaves },
  ]) {
    const plan = planMatch({
      workspace: 'w'.repeat(64),
      from: 1_700_000_000,
      to: 1_800_000_000,
      before: place,
      formula,
      keys: { first: 4_000_000_000, tokens: leaves.map(() => randomBytes(16)) },
      limit: 100_000,
    });
    expect(statement(plan, 'inputs', ' FORMAT Native').length).toBeLessThan(131_072);
  }
});
