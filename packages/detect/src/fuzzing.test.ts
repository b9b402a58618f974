import { expect, it } from 'vitest';
import { createDetector } from './detector.ts';
import { mutatedLines, wrongWith } from './fuzzing.ts';
import { seeded } from './template.ts';

// `npm run fuzz -- detect --lines 10000000` goes on from here.
it.each([false, true])('mutated lines break nothing, thorough or not (%s)', (thorough) => {
  const detector = createDetector({ fingerprintKey: new Uint8Array(32), thorough });
  const given = ['{"level":"info","msg":"GET /v1/models 200"}'];
  for (const line of mutatedLines(given, seeded(20260101)).take(3000))
    expect(wrongWith(detector, line, !thorough), JSON.stringify(line)).toBeUndefined();
});
