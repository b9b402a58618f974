import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './overlaps.ts';

interface Piece {
  start: number;
  end: number;
  rank: number;
}

const remainder = (span: Piece, start: number, end: number): Piece => ({ ...span, start, end });

describe('settle', () => {
  it('gives the ground to the higher rank and the rest to the lower', () => {
    const low = { start: 0, end: 20, rank: 1 };
    const high = [
      { start: 3, end: 6, rank: 4 },
      { start: 10, end: 12, rank: 4 },
    ];
    expect(settle([low, ...high], remainder).map(({ start, end, rank }) => [start, end, rank])).toEqual([
      [0, 3, 1],
      [3, 6, 4],
      [6, 10, 1],
      [10, 12, 4],
      [12, 20, 1],
    ]);
  });

  it('covers what was covered, once, by the highest rank there', () => {
    const span = fc
      .record({
        start: fc.nat(40),
        length: fc.integer({ min: 1, max: 15 }),
        rank: fc.integer({ min: 1, max: 4 }),
      })
      .map(({ start, length, rank }) => ({ start, end: start + length, rank }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        const settled = settle(spans, remainder);
        for (let at = 0; at < 60; at++) {
          const over = spans.filter(({ start, end }) => start <= at && at < end).map(({ rank }) => rank);
          const now = settled.filter(({ start, end }) => start <= at && at < end).map(({ rank }) => rank);
          expect(now).toEqual(over.length === 0 ? [] : [Math.max(...over)]);
        }
      }),
    );
  });
});
