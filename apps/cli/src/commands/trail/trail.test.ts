import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from '../../testing/command.ts';

let bench: Workbench;
let directory: string;
let trailKey: string;
beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('logs');
  const { stdout } = await bench.tacet(['init', '--dir', directory, '--json']);
  ({ trailKey } = JSON.parse(stdout));
  // The state of the first day, for whoever would like to go back to it.
  await cp(bench.path('logs/trail'), bench.path('first-day'), { recursive: true });
});
afterAll(() => bench.remove());

const trail = (...argv: string[]) => bench.tacet(['trail', ...argv]);

describe('tacet trail', () => {
  it('shows, verifies and exports a directory without its server', async () => {
    const shown = await trail('show', '--dir', directory, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      index: 0,
      kind: 'founded',
      facts: { verifier: trailKey },
    });
    const verified = await trail('verify', '--dir', directory);
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    expect(verified.stdout).toContain('Verified: every entry is as the signed checkpoint says');
    const exported = await trail('export', '--dir', directory);
    expect(JSON.parse(exported.stdout)).toMatchObject({
      class_uid: 3004,
      metadata: { event_code: 'founded' },
    });
  });

  it('enters the reading of texts, and shows nobody another kind', async () => {
    expect((await trail('show', '--dir', directory, '--kind', 'release', '--texts')).status).toBe(0);
    expect((await trail('show', '--dir', directory, '--kind', 'nonsense')).status).toBe(2);
    expect((await trail('show', '--dir', bench.path('nowhere'))).status).toBe(2);
  });

  it('proves an entry to somebody who has the key and the proof alone', async () => {
    const out = bench.path('0.tlog-proof');
    expect((await trail('prove', '0', '--dir', directory, '--out', out)).status).toBe(0);
    const stranger = { env: { XDG_CONFIG_HOME: bench.path('stranger') } };
    const check = (...argv: string[]) => bench.tacet(['trail', 'verify', '--proof', out, ...argv], stranger);
    expect((await check('--key', trailKey)).stdout).toContain('Verified: this is entry 0');
    expect((await check()).stderr).toContain('TRAIL_KEY_MISSING');
    await writeFile(out, (await readFile(out, 'utf8')).replace('index 0', 'index 1'));
    expect([
      (await check('--key', trailKey)).status,
      (await trail('prove', '99', '--dir', directory)).status,
    ]).toEqual([1, 2]);
  });

  it('notices a copy in which an entry was changed', async () => {
    const copy = bench.path('copy');
    await cp(bench.path('logs/trail'), copy, { recursive: true });
    expect((await trail('verify', '--dir', copy)).status).toBe(0);
    const { size } = JSON.parse((await trail('verify', '--dir', copy, '--json')).stdout);
    const bundle = `${copy}/tile/entries/000.p/${size}`;
    await writeFile(bundle, (await readFile(bundle, 'latin1')).replace('"owner"', '"Owner"'), 'latin1');
    const changed = await trail('verify', '--dir', copy);
    expect([changed.status, changed.stdout]).toEqual([
      1,
      expect.stringContaining('TRAIL_ENTRY_CHANGED: entry 0'),
    ]);
    await rm(bundle);
    expect((await trail('verify', '--dir', copy)).status).toBe(1);
  });

  it('notices a trail that was put back behind what it remembers, or what a colleague knows', async () => {
    const made = await bench.tacet(['token', 'create', '--role', 'auditor', '--dir', directory]);
    expect(made.status, made.stderr).toBe(0);
    expect((await trail('verify', '--dir', directory)).status).toBe(0);
    const first = ['verify', '--dir', bench.path('first-day'), '--key', trailKey];
    const back = await trail(...first);
    expect([back.status, back.stdout]).toEqual([
      1,
      expect.stringContaining('TRAIL_ROLLED_BACK: the checkpoint remembered'),
    ]);
    const stranger = { env: { XDG_CONFIG_HOME: bench.path('stranger') } };
    expect((await bench.tacet(['trail', ...first], stranger)).status).toBe(0);
    const known = ['--known', bench.path('logs/trail/checkpoint')];
    const told = await bench.tacet(['trail', ...first, ...known], stranger);
    expect([told.status, told.stdout]).toEqual([1, expect.stringContaining('TRAIL_ROLLED_BACK')]);
  });

  it('says who opened a person’s data, and why, and not who opened that of others', async () => {
    const lines = ['u-1', 'u-42'].map((user_id) =>
      JSON.stringify({ time: '2026-01-31T08:00:00Z', body: 'refund', user_id }),
    );
    await bench.tacet(['import', '-', '--dir', directory], { stdin: `${lines[1]}\n` });
    await bench.tacet(['import', '-', '--dir', directory], { stdin: `${lines[0]}\n` });
    const look = (query: string, purpose: string) =>
      bench.tacet(['search', query, '--dir', directory, '--purpose', purpose]);
    expect((await look('user.id:u-42', 'ticket 4711')).stdout).toContain('refund');
    expect((await look('user.id:u-1', 'ticket 1')).stdout).toContain('refund');
    const who = await trail(
      'who',
      'user.id=u-42',
      '--texts',
      '--json',
      '--dir',
      directory,
      '--purpose',
      'request 9',
    );
    expect([who.status, who.stderr]).toEqual([0, '']);
    expect(
      who.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ segments: 1, older: 0, texts: { purpose: 'ticket 4711' } }]);
    expect((await trail('verify', '--segments', '--dir', directory)).stdout).toContain(
      'Segments 2 named, of 2 sessions',
    );
  });
});
