import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime, timeOfEpoch, timeOfIso, timeOfMillis, timeOfValue } from './time.ts';

const invalid = expect.objectContaining({ code: 'TIME_INVALID' });

describe('calendar times', () => {
  it.each([
    ['2025-01-06T00:00:00Z', '1736121600000000000'],
    ['2025-01-06T00:00:00.1Z', '1736121600100000000'],
    ['2025-01-06T00:00:00.123456789Z', '1736121600123456789'],
    ['2025-01-06T00:00:00.1234567899Z', '1736121600123456789'],
    ['2025-01-06t00:00:00z', '1736121600000000000'],
    ['2025-01-06T02:00:00+02:00', '1736121600000000000'],
    ['2025-01-05T19:30:00.5-0430', '1736121600500000000'],
    ['2025-01-06 00:00:00', '1736121600000000000'],
    ['2025-01-06 00:00:00.123', '1736121600123000000'],
    ['2025-01-06 00:00:00,123', '1736121600123000000'],
    ['2025-01-06 00:00:00 UTC', '1736121600000000000'],
    ['2025/01/06 00:00:00', '1736121600000000000'],
    ['2025-01-06T00:00', '1736121600000000000'],
    ['2025-01-06', '1736121600000000000'],
    ['2024-02-29T00:00:00Z', '1709164800000000000'],
    ['2016-12-31T23:59:60Z', '1483228800000000000'],
    ['1970-01-01T00:00:00Z', '0'],
    ['1970-01-01T00:00:00.000000001Z', '1'],
    ['1969-12-31T23:59:59.999999999Z', '-1'],
    ['1600-01-01T00:00:00Z', '-11676096000000000000'],
    ['2600-01-01T00:00:00Z', '19880899200000000000'],
    ['0000-01-01T00:00:00Z', '-62167219200000000000'],
    ['9999-12-31T23:59:59.999999999Z', '253402300799999999999'],
  ])('%s', (text, expected) => {
    expect(timeOfValue(text)).toBe(expected);
    expect(timeOfIso(text)).toBe(expected);
  });

  it.each([
    '2025-13-01T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2025-01-06T25:00:00Z',
    '2025-01-06T00:60:00Z',
    '20x5-01-06T00:00:00Z',
    '2025-01-06T00:00:00.Z',
    '2025-01-06T00:00:00.12x4Z',
    'x2025-01-06T00:00:00Z',
    '06/Jan/2025:00:00:00 +0000',
    '',
    'yesterday at noon',
  ])('%j is none', (text) => {
    expect(timeOfValue(text)).toBeUndefined();
  });

  it('beyond the years of RFC 3339 are invalid', () => {
    expect(() => timeOfValue('9999-12-31T23:59:59-01:00')).toThrow(invalid);
    expect(() => timeOfValue('0000-01-01T00:00:00+01:00')).toThrow(invalid);
  });

  it('agree with Date', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0000-01-01T00:00:00Z'),
          max: new Date('9999-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        (date) => {
          const expected = (BigInt(date.getTime()) * 1_000_000n).toString();
          expect(timeOfValue(date.toISOString())).toBe(expected);
          expect(timeOfIso(date.toISOString())).toBe(expected);
          expect(timeOfMillis(date.getTime())).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('epoch numbers', () => {
  it.each([
    [1736121600, '1736121600000000000'],
    [1736121600.5, '1736121600500000000'],
    [1736121600.123456, '1736121600123456000'],
    [1736121600123, '1736121600123000000'],
    [1736121600123456, '1736121600123456000'],
    ['1736121600', '1736121600000000000'],
    ['1736121600.123456789', '1736121600123456789'],
    ['1736121600123', '1736121600123000000'],
    ['1736121600123.5', '1736121600123500000'],
    ['1736121600123456', '1736121600123456000'],
    ['1736121600123456789', '1736121600123456789'],
    [-11676096000, '-11676096000000000000'],
    [19880899200, '19880899200000000000'],
    ['19880899200000000000', '19880899200000000000'],
  ])('%s', (value, expected) => {
    expect(timeOfValue(value)).toBe(expected);
  });

  it.each([
    0,
    5,
    12.25,
    99_999_999,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '12345678',
    '1e9',
    null,
    true,
    {},
    [],
  ])('%j is none', (value) => {
    expect(timeOfValue(value)).toBeUndefined();
  });

  it('beyond the years of RFC 3339 are invalid', () => {
    expect(() => timeOfValue(1e30)).toThrow(invalid);
    expect(() => timeOfEpoch('9'.repeat(30))).toThrow(invalid);
    expect(() => formatTime(Number.NaN, 0)).toThrow(invalid);
  });

  it('as numbers and as text are the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e8, max: Number.MAX_SAFE_INTEGER }), (value) => {
        expect(timeOfValue(value)).toBe(timeOfEpoch(String(value)));
      }),
    );
  });
});
