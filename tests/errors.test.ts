import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@tacet/records';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');

/** Sections of the page: the heading's code and what is said under it. */
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^`?([A-Z_]+)`?/.exec(section)?.[1] ?? section.slice(0, 40), section] as const),
);

describe('docs/errors.md', () => {
  it('explains every code', () => {
    expect(Object.keys(ERROR_CODES).filter((code) => !sections.has(code))).toEqual([]);
  });

  it('explains no code that is gone', () => {
    expect([...sections.keys()].filter((code) => !(code in ERROR_CODES))).toEqual([]);
  });

  it('explains each once', () => {
    const headings = page.match(/^### .*$/gm) ?? [];
    expect(headings.length).toBe(new Set(headings).size);
  });

  it('says what it means and what to do, in a few sentences', () => {
    for (const [code, section] of sections) {
      const body = section
        .split('\n')
        .slice(1)
        .join(' ')
        .replace(/^## .*$/m, '')
        .trim();
      expect(body.length, code).toBeGreaterThan(40);
      expect(body.length, code).toBeLessThan(1200);
    }
  });
});

describe('every code', () => {
  it('is used somewhere outside the table', () => {
    const sources = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root })
      .filter((path) => !path.includes('records/src/errors') && !path.endsWith('.test.ts'))
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join('\n');
    expect(existsSync(join(root, 'docs/errors.md'))).toBe(true);
    expect(Object.keys(ERROR_CODES).filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});
