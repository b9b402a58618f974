import { describe, expect, it } from 'vitest';
import { checksum62, crc32 } from './checksum.ts';
import { entropy, looksMade, unguessable } from './made.ts';
import { placeholder, plainlyNone, prose } from './none.ts';

describe('crc32', () => {
  it('gives the check value of its definition', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
    expect(checksum62('123456789')).toMatch(/^[0-9A-Za-z]{6}$/);
  });
});

describe('values', () => {
  it('tells what is plainly none', () => {
    for (const none of [
      '',
      'null',
      'TRUE',
      '***',
      '<token>',
      '{{x}}',
      '$VAR',
      '42',
      'process.env.X',
      'abc...',
    ]) {
      expect(plainlyNone(none), none).toBe(true);
    }
    for (const one of ['swordfish', 'hunter2', 'a1b2c3']) expect(plainlyNone(one), one).toBe(false);
  });

  it('tells placeholders and prose', () => {
    expect(placeholder('your-api-key')).toBe(true);
    expect(placeholder('xxxxxxxxxxxx')).toBe(true);
    expect(placeholder('q8Zk2Lw9Xc')).toBe(false);
    expect(prose('Please enter it again.')).toBe(true);
    expect(prose('correct horse battery staple')).toBe(false);
  });

  it('tells what a machine made', () => {
    expect(looksMade('q8Zk2Lw9Xc', 8)).toBe(true);
    expect(looksMade('jackson-core-0.11.2', 8)).toBe(false);
    expect(looksMade('authorization', 8)).toBe(false);
    expect(unguessable('9f8e7d6c5b4a39281706f5e4d3c2b1a0')).toBe(true);
    expect(unguessable('my-secret-password-2024')).toBe(false);
    expect(entropy('aaaa')).toBe(0);
    expect(entropy('0123456789abcdef')).toBeCloseTo(4);
  });
});
