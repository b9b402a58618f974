import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { VERSION } from './version.ts';

const launcher = join(import.meta.dirname, '../bin/tacet.js');
const folder = mkdtempSync(join(tmpdir(), 'tacet-launcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Node on this machine that is too old, if there is one. */
const old = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  const { status, stdout } = spawnSync(path, ['-p', 'Number(process.versions.node.split(".")[0]) < 24']);
  return status === 0 && String(stdout).trim() === 'true';
});

const run = (node: string, file: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync(node, [file, '--version'], { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });

describe('the launcher', () => {
  it('runs on this Node and knows its version', () => {
    expect(VERSION).toBe(manifest.version);
    expect(run(process.execPath, launcher)).toMatchObject({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('is readable for every Node there ever was', () => {
    const source = readFileSync(launcher, 'utf8').replace(/^#!.*\n/, '');
    // What a translation to ES5 would change is not ES5.
    const read = (target: string) =>
      transformSync(source, { target, supported: { 'template-literal': true } }).code;
    expect(read('es5')).toBe(read('esnext'));
    expect(source).not.toMatch(/`|=>|\b(const|let|class|async|import)\b(?! )/);
  });

  it.skipIf(!old)(
    'continues on the Node that came along when this one is too old (no old Node: skipped)',
    () => {
      expect(run(old!, launcher)).toMatchObject({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
    },
  );

  it.skipIf(!old)('says in one line what is missing when none came along (no old Node: skipped)', () => {
    const alone = join(folder, 'tacet.js');
    copyFileSync(launcher, alone);
    const said = run(old!, alone);
    expect([said.status, said.stdout]).toEqual([2, '']);
    expect(said.stderr).toMatch(/^tacet: Tacet needs Node 24 or newer; this is Node \d+\.\d+\.\d+\.\n$/);
  });
});
