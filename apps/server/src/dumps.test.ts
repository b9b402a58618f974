import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withoutCoreDumps } from './dumps.ts';

it.skipIf(process.platform !== 'linux')('keeps memory out of core dumps (not Linux: skipped)', () => {
  withoutCoreDumps();
  expect(Number.parseInt(readFileSync('/proc/self/coredump_filter', 'utf8'), 16)).toBe(0);
});
