import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, sampleSecret } from '@tacet/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_CHECKS, checkConfiguration } from './configuration.ts';

/**
 * A folder a check, with a configuration that has what it looks for and one that does not. The line after
 * `finding below` is where it must be found; a file without room for comments has its line in `LINES`.
 */
const EXAMPLES = join(import.meta.dirname, '../../examples/configuration');
const MARK = 'finding below';
const LINES: Readonly<Record<string, number>> = {
  'docker-open-to-world': 2,
  'docker-registry-without-tls': 2,
};
/** Stands for a secret in the examples, where a made one would not be believed. */
const FAKE = 'EXAMPLE-only';
/** Made here, so that none stands in the repository. */
const TOKEN = sampleSecret('github-token', new Random('examples')).secret;

describe('every check of configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-examples-'));
  beforeAll(() => {
    cpSync(EXAMPLES, folder, { recursive: true });
    for (const file of globSync('**/*', { cwd: folder, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      const text = readFileSync(path, 'utf8');
      if (text.includes('@@TOKEN@@')) writeFileSync(path, text.replaceAll('@@TOKEN@@', TOKEN));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has its examples, and no examples are left over', () => {
    expect(readdirSync(EXAMPLES).sort()).toEqual([...CONFIGURATION_CHECKS.keys()]);
  });

  it.each([...CONFIGURATION_CHECKS.keys()])('%s', async (id) => {
    const bad = await checkConfiguration([join(folder, id, 'bad')]);
    expect(bad.failed).toEqual([]);
    expect(new Set(bad.findings.map(({ check }) => check))).toEqual(new Set([id]));
    const [cause] = bad.findings[0]!.causes!;
    const marked = readFileSync(cause!.file, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(MARK));
    expect(cause!.line, cause!.file).toBe(marked < 0 ? LINES[id] : marked + 2);
    expect(JSON.stringify(bad.findings)).not.toMatch(new RegExp(`${FAKE}|${TOKEN.slice(6, 16)}`));

    const good = await checkConfiguration([join(folder, id, 'good')]);
    expect([good.failed, good.findings]).toEqual([[], []]);
    expect(good.files.length).toBeGreaterThan(0);
  });

  it('says enough to act', () => {
    for (const { id, title, why, fix, references } of CONFIGURATION_CHECKS.values()) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)+$/);
      for (const text of [title, why, fix]) expect(text, id).toMatch(/^(?:\p{Lu}|`|etcd|nginx).{15,}/u);
      expect(why, id).toMatch(/\.$/);
      expect(references.length, id).toBeGreaterThan(0);
      for (const page of references) expect(page, id).toMatch(/^https:\/\//);
    }
  });
});
