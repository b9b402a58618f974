import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { parseMoment } from './moment.ts';

const now = Date.UTC(2026, 0, 31, 8, 30, 15, 500);
const second = (...parts: [number, number, number, number?, number?, number?]) => Date.UTC(...parts) / 1000;

describe('times of a search', () => {
  it.each([
    ['2026-01-30', second(2026, 0, 30), second(2026, 0, 31) - 1],
    ['2026-01-30T08:00', second(2026, 0, 30, 8), second(2026, 0, 30, 8, 1) - 1],
    ['2026-01-30 08:00:05Z', second(2026, 0, 30, 8, 0, 5), second(2026, 0, 30, 8, 0, 5)],
    ['2026-01-30T08:00+08:00', second(2026, 0, 30), second(2026, 0, 30, 0, 1) - 1],
    ['1736152496', 1736152496, 1736152496],
    ['now', second(2026, 0, 31, 8, 30, 15), second(2026, 0, 31, 8, 30, 15)],
    ['2h', second(2026, 0, 31, 6, 30, 15), second(2026, 0, 31, 6, 30, 15)],
    ['7d', second(2026, 0, 24, 8, 30, 15), second(2026, 0, 24, 8, 30, 15)],
  ])('%s', (text, first, last) => {
    expect(parseMoment('--from', text, now)).toEqual({ first, last });
  });

  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '2026-01-30T25:00', '5', '2y', '-2h'])(
    'not %j',
    (text) => {
      let code: string | undefined;
      try {
        parseMoment('--from', text, now);
      } catch (error) {
        code = codeOf(error);
      }
      expect(code).toBe('QUERY_TIME');
    },
  );
});
