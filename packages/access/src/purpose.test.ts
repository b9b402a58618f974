import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { checkPurpose, decodePurpose, encodePurpose } from './purpose.ts';

const failure = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return codeOf(error);
  }
};

describe('purposes', () => {
  it('survive the header in any language', () => {
    const purpose = 'Ticket 4711: Nutzerin bat um Auskunft, 调查退款';
    expect(encodePurpose(purpose)).toMatch(/^[\x21-\x7e]+$/);
    expect(decodePurpose(encodePurpose(`  ${purpose} `))).toBe(purpose);
  });

  it('are demanded', () => {
    expect(failure(() => decodePurpose(undefined))).toBe('PURPOSE_MISSING');
    expect(failure(() => decodePurpose('%20%20'))).toBe('PURPOSE_MISSING');
    expect(failure(() => checkPurpose(''))).toBe('PURPOSE_MISSING');
  });

  it.each([
    ['too short', 'ab'],
    ['too long', 'x'.repeat(501)],
    ['far too long', '%41'.repeat(3000)],
    ['two lines', 'one%0Atwo'],
    ['an escape sequence', 'abc%1B%5B31m'],
    ['broken encoding', 'abc%E0%A4%A'],
  ])('are refused when %s', (_, header) => {
    expect(failure(() => decodePurpose(header))).toBe('PURPOSE_INVALID');
  });

  it('count characters, not units', () => {
    expect(checkPurpose('😀'.repeat(500))).toHaveLength(1000);
    expect(decodePurpose(encodePurpose('😀'.repeat(500)))).toHaveLength(1000);
    expect(failure(() => checkPurpose('😀'.repeat(501)))).toBe('PURPOSE_INVALID');
    expect(failure(() => checkPurpose('abc\ud800'))).toBe('PURPOSE_INVALID');
  });
});
