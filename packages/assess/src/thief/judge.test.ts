import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { judge, looksLikeProse, showSample } from './judge.ts';

const text = (words: string) => Buffer.from(words);
const random = (seed: number, blocks: number) =>
  Buffer.concat(
    Array.from({ length: blocks }, (_, i) => createHash('sha256').update(`${seed} ${i}`).digest()),
  );

describe('judge', () => {
  it.each([
    ['readable text', ['Can you explain how to braise the shallots?', 'short'], 2, 2],
    ['readable text', ['请帮我总结一下红烧肉的预算'], 10, 10],
    ['coarse fact', ['chat-api', 'router'], 2000, 2],
    ['coarse fact', ['1736121601', '1736121602'], 90_000, 80_000],
    ['identifier', ['f6ca24f374bcc8c0f68f9e90decc8ac3', '5ce82d2a46a736e67708b3afdf2a916e'], 5000, 5000],
    ['key material', ['password = hunter2'], 1, 1],
    ['key material', ['{"current":"a","keys":{"a":"VGB6c0Vijx0swiFBW5paFsNZfXDqMQHa"}}'], 1, 1],
    ['coarse fact', ['stripe-secret-key×1', 'private-key×2'], 900, 40],
    ['empty', [''], 3, 1],
  ])('takes a column for %s', (judgement, samples, rows, distinct) => {
    expect(judge(samples.map(text), rows, distinct)).toBe(judgement);
  });

  it('tells random bytes from records', () => {
    expect(judge([random(1, 8), random(2, 8)], 2, 2)).toBe('random or ciphertext');
    expect(judge([random(1, 1), random(2, 1)], 2, 2)).toBe('random or ciphertext');
    expect(judge([Buffer.concat([text('TACE'), Buffer.alloc(60, 1)])], 5, 5)).toBe('binary records');
  });
});

describe('looksLikeProse', () => {
  it.each(['{CONST :consttype 16 :constbyval true :constisnull false', '{"columns":[{"kind":"Default"}]}'])(
    'does not take %s for a sentence',
    (code) => {
      expect(looksLikeProse(code)).toBe(false);
    },
  );
});

describe('showSample', () => {
  it('shows bytes as hexadecimal and cuts', () => {
    expect(showSample(Uint8Array.of(0, 255))).toBe('0x00ff');
    expect(showSample(text('x'.repeat(300)))).toBe(`${'x'.repeat(79)}…`);
    expect(showSample(random(1, 9)).length).toBe(80);
  });
});
