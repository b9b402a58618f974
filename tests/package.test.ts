import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canariesOf, sampleLines } from '@tacet/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shell as a stranger has it: nothing of the npm that runs these tests, a home of its own. */
const env: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|NODE_(?!EXTRA_CA_CERTS)|VITEST|TACET_|INIT_CWD$)/i.test(name),
    ),
  ),
  XDG_CONFIG_HOME: join(folder, 'config'),
};

interface Result {
  status: number;
  stdout: string;
  stderr: string;
}

async function run(cwd: string, program: string, ...argv: string[]): Promise<Result> {
  const options = { cwd, env, maxBuffer: 1 << 26 };
  return promisify(execFile)(program, argv, options).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    (error: { code?: number; stdout: string; stderr: string }) => ({
      status: Number(error.code ?? -1),
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  );
}

/** A registry that does not answer is to be told, not waited for. */
const QUIETLY = [
  '--no-audit',
  '--no-fund',
  '--fetch-timeout=20000',
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];
const home = join(folder, 'empty');
const canaries = canariesOf('package', 3);
let packed: string[] = [];

const tacet = (...argv: string[]) => run(home, 'npx', '--no-install', 'tacet', ...argv);

beforeAll(async () => {
  // Not through prepack and prepare: those compile the kernels anew, which other tests are using.
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(scripts.prepack).toBe('npm run build');
  for (const argv of [
    ['run', 'build'],
    ['pack', '--ignore-scripts', '--pack-destination', folder],
  ]) {
    const made = await run(root, 'npm', ...argv);
    expect(made.status, made.stderr).toBe(0);
  }
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  packed = (await run(folder, 'tar', '-tzf', tarball)).stdout.trim().split('\n');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"name":"empty","private":true}\n');
  const install = await run(home, 'npm', 'install', ...QUIETLY, join('..', tarball));
  if (install.status !== 0) {
    throw new Error(
      `npm could not install the package. Is a registry reachable?\n${install.stderr.slice(-2000)}`,
    );
  }
}, 240_000);

describe('the npm package', () => {
  it('holds compiled JavaScript, documents and licence, and no sources or tests', () => {
    for (const name of [
      'dist/main.js',
      'dist/kernel.wasm',
      'dist/lines.wasm',
      'dist/otlp.wasm',
      'apps/cli/bin/tacet.js',
      'README.md',
      'LICENSE',
    ]) {
      expect(packed).toContain(`package/${name}`);
    }
    expect(
      packed.filter((name) => /\.ts$|\.test\.|^package\/(packages|tests|bench|scripts)\//.test(name)),
    ).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(home, 'node_modules/tacet/package.json'), 'utf8'));
    expect(manifest.license).toBe('Apache-2.0');
  });

  it('audits configuration, and keeps to what is asked', async () => {
    writeFileSync(join(home, 'redis.conf'), 'bind 0.0.0.0\nprotected-mode no\n');
    const audit = await tacet('audit', 'redis.conf');
    expect([audit.status, audit.stdout]).toEqual([
      1,
      expect.stringContaining('redis.conf:2:1  protected-mode'),
    ]);
    const buckets = await tacet('audit', '--s3', '--dry-run');
    expect([buckets.status, buckets.stdout]).toEqual([0, expect.stringContaining('GET /?max-buckets=1000')]);
  });

  it('founds a store, takes events in, finds them again, and shows what a thief sees', async () => {
    writeFileSync(
      join(home, 'log.jsonl'),
      [...sampleLines({ seed: 'package', count: 300, canaries })].join('\n'),
    );
    writeFileSync(join(home, 'canaries.txt'), canaries.map((canary) => canary.text).join('\n'));

    const init = await tacet('init', '--dir', 'D');
    expect(init.status, init.stderr).toBe(0);

    const imported = await tacet('import', 'log.jsonl', '--dir', 'D', '--json');
    expect(imported.status, imported.stderr).toBe(0);
    expect(JSON.parse(imported.stdout)).toMatchObject({ events: 300, refused: 0 });

    for (const kind of ['sentence', 'chinese-sentence'] as const) {
      const text = canaries.find((canary) => canary.kind === kind)!.text;
      const found = await tacet('search', `"${text}"`, '--dir', 'D', '--purpose', 'a test', '--json');
      expect(found.status, found.stderr).toBe(0);
      expect(found.stdout.trim().split('\n').length).toBe(1);
      expect(found.stdout).toContain(text);
    }

    const thief = await tacet('thief', '--dir', 'D', '--canaries', 'canaries.txt', '--json');
    expect(thief.status, thief.stderr).toBe(0);
    const report = JSON.parse(thief.stdout);
    expect(report.canaries).toMatchObject({ tried: canaries.length, found: [] });
    expect(report.notes).toEqual([]);
    expect(report.visible.some((entry: { where: string }) => entry.where.endsWith(': tacet.events'))).toBe(
      true,
    );
  }, 180_000);
});
