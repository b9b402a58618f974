import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingPlatforms } from '../scripts/lockfile.ts';

const root = join(import.meta.dirname, '..');

/** Files that git knows, or would know: what a stranger gets. */
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
})
  .toString()
  .split('\0')
  .filter((name) => name !== '' && existsSync(join(root, name)));
const text = (name: string) => readFileSync(join(root, name), 'utf8');
const code = files.filter((name) => /\.(ts|js|mjs|cjs|sh)$|^\.ci\//.test(name));

const MARKS = new RegExp(
  `\\b(${['TO', 'FIX', 'X', 'HA'].map((head, i) => head + ['DO', 'ME', 'XX', 'CK'][i]).join('|')})\\b`,
);
/** Joined here, so that this file holds none of them. */
const REGISTRIES = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['npm', 'pkg', 'github', 'com'],
].map((parts) => parts.join('.'));

describe('the repository', () => {
  it('has no source file that is too long to read', () => {
    const long = code.filter((name) => text(name).split('\n').length > 500);
    expect(long).toEqual([]);
  });

  it('leaves nothing for later', () => {
    expect(code.filter((name) => MARKS.test(text(name)))).toEqual([]);
  });

  it('names no package registry, so that it installs from the one the machine knows', () => {
    const named = files
      .filter((name) => /\.(ts|js|json|md|yaml|yml|npmrc)$|^\.ci\/|\.npmrc$/.test(name))
      // Rules of detection know the files that name registries, and what is secret in them.
      .filter((name) => !name.startsWith('packages/detect/'))
      .filter((name) => REGISTRIES.some((host) => text(name).includes(host)));
    expect(named).toEqual([]);
    expect(text('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  });

  it('locks the packages of every platform, so that npm ci works on each', () => {
    expect(missingPlatforms(JSON.parse(text('package-lock.json')))).toEqual([]);
  });

  it('holds no text that a scanner would take for a secret', () => {
    const shapes = [
      /\bghp_[0-9A-Za-z]{36}\b/,
      /\bAKIA(?![0-9A-Z]*EXAMPLE)[0-9A-Z]{16}\b/,
      /\bxox[bp]-\d{10,}-/,
      /\bsk_live_[0-9a-zA-Z]{20,}/,
    ];
    const found = files
      .filter((name) => !name.includes('vectors') && /\.(ts|md|json|js)$/.test(name))
      .filter((name) => shapes.some((shape) => shape.test(text(name))));
    expect(found).toEqual([]);
  });

  it('keeps each decision on one short page', () => {
    const pages = files.filter((name) => /^docs\/decisions\/.*\.md$/.test(name));
    for (const page of pages) expect(text(page).split(/\s+/).length, page).toBeLessThan(600);
  });

  it('gives a reason for every dependency, and none for one that is gone', () => {
    const { dependencies, devDependencies } = JSON.parse(text('package.json'));
    const names = Object.keys({ ...dependencies, ...devDependencies });
    const rows = [...text('docs/dependencies.md').matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]!);
    expect(names.filter((name) => !rows.includes(name))).toEqual([]);
    expect(rows.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('links only to files that are there', () => {
    const broken = files
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) =>
        [...text(name).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
          .filter((match) => !existsSync(join(root, name, '..', match[1]!)))
          .map((match) => `${name}: ${match[1]}`),
      );
    expect(broken).toEqual([]);
  });

  it('claims in docs/leakage.md only what a test shows', () => {
    const page = text('docs/leakage.md').replace(/\s+/g, ' ');
    const claims = [...page.matchAll(/`([\w./-]+\.test\.ts)`: (“[^”]+”(?:[^“”`.;:]{0,40}“[^”]+”)*)/g)];
    expect(claims.flatMap((claim) => claim[2]!.match(/“/g)!).length).toBe(page.match(/“/g)?.length);
    expect(claims.length).toBeGreaterThan(15);
    for (const [, file, titles] of claims) {
      const tests = text(file!);
      for (const [, title] of titles!.matchAll(/“([^”]+)”/g))
        expect(tests, `${file}: ${title}`).toContain(title);
    }
  });
});
