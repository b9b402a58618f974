import { steps } from '@tacet/records';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClearTest } from '../port.ts';
import { storedRange } from './clear.ts';

const HOLDS: Record<ClearTest['op'], (exact: number, value: number) => boolean> = {
  '=': (exact, value) => exact === value,
  '<': (exact, value) => exact < value,
  '<=': (exact, value) => exact <= value,
  '>': (exact, value) => exact > value,
  '>=': (exact, value) => exact >= value,
};
const operators = fc.constantFrom(...(Object.keys(HOLDS) as ClearTest['op'][]));
const number = fc.oneof(
  fc.nat(300),
  fc.maxSafeNat(),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  // Near powers of the steps, where floating point is at its worst.
  fc
    .tuple(fc.nat(400), fc.constantFrom(1.09, 1.19), fc.integer({ min: -2, max: 2 }))
    .map(([exponent, ratio, off]) =>
      Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(ratio ** exponent) + off)),
    ),
);

it.each([1.09, 1.19])(
  'a range never loses a value rounded in steps of %d, nor one rounded again to a power of two',
  (ratio) => {
    fc.assert(
      fc.property(operators, number, number, fc.boolean(), (op, other, value, equal) => {
        // Exact values are counts: integers from 0.
        const exact = Math.max(0, Math.floor(equal ? value : other));
        if (!HOLDS[op](exact, value)) return;
        const { least, most = Number.POSITIVE_INFINITY } = storedRange(op, value, ratio);
        const fine = steps(exact, ratio);
        for (const stored of [...fine, ...fine.flatMap((step) => steps(step, 2))]) {
          expect(stored).toBeGreaterThanOrEqual(least);
          expect(stored).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 20_000 },
    );
  },
);
