import { afterAll, beforeAll, expect, it } from 'vitest';
import { Workbench } from '../testing/command.ts';

let bench: Workbench;
let dir: string[];
beforeAll(async () => {
  bench = await Workbench.create();
  dir = ['--dir', bench.path('logs')];
  expect((await bench.tacet(['init', ...dir])).status).toBe(0);
});
afterAll(() => bench.remove());

const audit = (...argv: string[]) => bench.tacet(['audit', ...argv, ...dir]);

it('looks at this installation, keeps what it found, and lets it be accepted', async () => {
  const first = await audit('--self');
  expect([first.status, first.stderr]).toEqual([1, '']);
  expect(first.stdout).toContain(
    'medium    Nobody has the account of an owner\n          workspace:default\n',
  );
  expect(first.stdout).toMatch(/\n\d findings, \d new\.\n$/);
  expect((await audit('--self', '--fail-on', 'high')).status).toBe(0);
  const found = await audit('findings', '--json');
  const findings = found.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const owner = findings.find(({ finding }) => finding.check === 'self-no-owner').finding.fingerprint;
  const shown = await audit('show', owner.slice(0, 8));
  expect(shown.stdout).toContain(`\nFinding   ${owner}\n`);
  const until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const accepted = await audit('accept', owner.slice(0, 12), '--reason', 'one laptop', '--until', until);
  expect([accepted.status, accepted.stderr]).toEqual([0, '']);
  expect((await audit('--self', '--fail-on', 'medium')).status).toBe(0);
  expect((await audit('show', owner)).stdout).toContain('accepted by init until');
  const json = JSON.parse((await audit('--self', '--json')).stdout);
  expect(json.findings.map(({ state }: { state: string }) => state)).toContain('accepted');
  const history = (await audit('history')).stdout.trim().split('\n');
  expect(history[0]).toMatch(/^RUN +STARTED +OF +STATE +CRITICAL/);
  expect(history).toHaveLength(5);
  expect((await audit('targets')).stdout).toContain('this installation  self');
}, 60_000);

it('says what was wrong', async () => {
  const wrong = [
    [['--self', '--fail-on', 'severe'], 'USAGE'],
    [['accept', 'ffff', '--reason', 'none', '--until', 'tomorrow'], 'USAGE'],
    [['accept', 'ffff', '--reason', 'none', '--until', '2026-12-31'], 'FINDING_UNKNOWN'],
    [['show', 'ffff'], 'FINDING_UNKNOWN'],
  ] as const;
  for (const [argv, code] of wrong) {
    const { status, stderr, stdout } = await audit(...argv);
    expect([status, stdout, stderr.split(':')[1]?.trim()]).toEqual([2, '', code]);
  }
}, 60_000);
