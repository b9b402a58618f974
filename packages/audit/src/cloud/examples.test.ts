import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfiguration } from '../configuration/configuration.ts';
import { CLOUD_CHECKS } from './cloud.ts';

/** A folder a check: what a tool prints that has what it looks for, and the same without. */
const EXAMPLES = join(import.meta.dirname, '../../examples/cloud');

describe('every check of clouds', () => {
  it('has its examples, and no examples are left over', () => {
    expect(readdirSync(EXAMPLES).sort()).toEqual([...CLOUD_CHECKS.keys()]);
  });

  it.each([...CLOUD_CHECKS.keys()])('%s', async (id) => {
    const bad = await checkConfiguration([join(EXAMPLES, id, 'bad')]);
    expect(bad.failed).toEqual([]);
    expect([...new Set(bad.findings.map(({ check }) => check))]).toEqual([id]);
    expect(JSON.stringify(bad.findings)).not.toContain('EXAMPLE-only');
    for (const { file, line, column, setting } of bad.findings.flatMap(({ causes }) => causes!)) {
      const there = readFileSync(file, 'utf8')
        .split('\n')
        [line! - 1]!.slice(column! - 1);
      const member = /^"(\w+)":/.exec(there)?.[1];
      // A member's name, or an element of a list: never the middle of something.
      expect(member === undefined ? /^[{"]/.test(there) : setting, there).toBeTruthy();
    }

    const good = await checkConfiguration([join(EXAMPLES, id, 'good')]);
    expect([good.failed, good.findings]).toEqual([[], []]);
    expect(good.files.length).toBeGreaterThan(0);
  });

  it('says enough to act', () => {
    for (const { id, title, why, fix, references } of CLOUD_CHECKS.values()) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)+$/);
      for (const text of [title, why, fix]) expect(text, id).toMatch(/^[\p{Lu}\p{P}`].{15,}/u);
      for (const text of [why, fix]) expect(text, id).toMatch(/\.$/);
      expect(references.length, id).toBeGreaterThan(0);
      for (const page of references) expect(page, id).toMatch(/^https:\/\//);
    }
  });
});
