import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen, openServer } from '@tacet/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, type Listening, type Outcome, Workbench } from '../apps/cli/src/testing/command.ts';
import { openStores } from '../apps/server/src/stores.ts';
import { filesBelow } from '../apps/server/src/testing/files.ts';

// A person is erased: by two people, for good, from backups too; and a crash in between loses nothing else.

const ANN = 'ann-4711';
const BOB = 'bob-1234';
const CARL = 'carl-99';
let bench: Workbench;
let directory: string;
let backup: string;
/** The second person. */
let second: { env: Record<string, string> };
let receipt: string;
let ingestTokenFile: string;
/** Answers what commands ask of the directory, most of the time. */
let server: Listening;
const up = async () => {
  server = await bench.serve(directory);
};
const down = async () => expect(await ended(server.process, 'SIGTERM')).toBe(0);

const line = (user: string, n: number) =>
  JSON.stringify({
    user_id: user,
    service: 'shop',
    msg: `needle ${user} ${n}`,
    session_id: `s-${user}-${n}`,
  });

async function importing(...lines: string[]): Promise<void> {
  const done = await bench.tacet(['import', '-', '--format', 'jsonl', '--dir', directory, '--json'], {
    stdin: lines.join('\n'),
  });
  expect(JSON.parse(done.stdout)).toMatchObject({ events: lines.length, refused: 0 });
}

async function found(query: string, where = ['--dir', directory]): Promise<string[]> {
  const argv = ['search', query, ...where, '--purpose', 'a test', '--limit', '5000', '--json'];
  const { stdout, stderr, status } = await bench.tacet(argv);
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.split('\n').filter(Boolean);
}

/** Later flags replace earlier ones. */
function erase(...flags: string[]): Promise<Outcome> {
  const where = flags.includes('--to') ? [] : ['--dir', directory];
  const what = ['--subject', `user.id=${ANN}`, '--purpose', 'erasure request 17', '--receipt', receipt];
  return bench.tacet(['erase', ...what, ...where, '--json', ...flags]);
}

const approve = (id: string, env?: Record<string, string>): Promise<Outcome> =>
  bench.tacet(
    ['erase', 'approve', id, '--dir', directory, '--purpose', 'seen the letter', '--yes', '--json'],
    env ? { env } : {},
  );

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  receipt = bench.path('receipt.json');
  const init = await bench.tacet(['init', '--dir', directory, '--json']);
  ({ ingestTokenFile } = JSON.parse(init.stdout));
  await up();
  const identity = bench.path('second.identity');
  const made = await bench.tacet(['keys', 'identity', 'new', 'Eve', '--identity', identity, '--json']);
  expect(made.stderr.replace(/.*passphrase.*\n/g, '')).toBe('');
  const { readerFile, fingerprint } = JSON.parse(made.stdout);
  const granted = await bench.tacet([
    'keys',
    'grant',
    readerFile,
    '--fingerprint',
    fingerprint,
    '--dir',
    directory,
  ]);
  expect(granted.status, granted.stderr).toBe(0);
  const tokenFile = bench.path('second.token');
  const token = await bench.tacet([
    'token',
    'create',
    '--role',
    'admin',
    '--out',
    tokenFile,
    '--dir',
    directory,
  ]);
  expect(token.status, token.stderr).toBe(0);
  second = { env: { TACET_IDENTITY: identity, TACET_TOKEN_FILE: tokenFile } };

  await down();
  // Each by a session of its own, so that they are not sealed together.
  const many = Array.from({ length: 40 }, (_, n) => line(n % 4 === 0 ? ANN : BOB, n));
  await importing(...many, line(BOB, 200), `{"msg":"a mention of ${ANN}"}`);
  await importing(line(ANN, 100), line(ANN, 101));
  backup = bench.path('backup');
  cpSync(directory, backup, { recursive: true, verbatimSymlinks: true });
  await up();
}, 120_000);

afterAll(() => bench.remove());

describe('erasing a person', () => {
  let id: string;

  it('begins with a request that says how many rows would go, and erases nothing', async () => {
    const asked = await erase();
    expect(asked.status, asked.stderr).toBe(0);
    const outcome = JSON.parse(asked.stdout);
    expect(outcome).toMatchObject({ state: 'requested', rows: 12, segments: 2 });
    id = outcome.id;
    // The same command again is the same request.
    expect(JSON.parse((await erase()).stdout).id).toBe(id);
    expect(await found(`user_id:${ANN}`)).toHaveLength(12);
  });

  it('keeps the subject from the server: nothing of it stands in the directory', async () => {
    for (const { path, bytes } of filesBelow(directory)) expect(bytes.includes(ANN), path).toBe(false);
  }, 60_000);

  it('needs a second person: not the same identity, and not the same token', async () => {
    const mine = await approve(id);
    expect([mine.status, JSON.parse(mine.stderr).error.code]).toEqual([2, 'APPROVAL_NEEDED']);
    const { TACET_TOKEN_FILE } = second.env;
    const secondToken = await approve(id, { TACET_TOKEN_FILE: TACET_TOKEN_FILE! });
    expect(JSON.parse(secondToken.stderr).error.code).toBe('APPROVAL_NEEDED');
    const { TACET_IDENTITY } = second.env;
    const secondIdentity = await approve(id, { TACET_IDENTITY: TACET_IDENTITY! });
    expect(JSON.parse(secondIdentity.stderr).error.code).toBe('APPROVAL_NEEDED');
    expect(await found(`user_id:${ANN}`)).toHaveLength(12);

    const listed = await bench.tacet(['erase', 'list', '--dir', directory, '--json'], second);
    expect(listed.stdout).toContain(`user.id=${ANN}`);
    const done = await approve(id, second.env);
    expect([done.status, JSON.parse(done.stdout)]).toMatchObject([0, { subject: [`user.id=${ANN}`] }]);
  });

  it('is made up for after a crash at each of its steps', async () => {
    const allOfBob = async (where?: string[]) => {
      const rows = await found('needle', where);
      expect(rows.filter((row) => row.includes(BOB))).toHaveLength(31);
      expect(new Set(rows).size).toBe(rows.length);
    };
    await down();
    for (const step of ['insert', 'putErasure', 'dropShares', 'remove', 'rotateShareKey'])
      await failing(step, (to) => erase('--receipt', bench.path('never.json'), '--to', to), {
        before: (to) => allOfBob(['--to', to]),
      });
    await up();
    await allOfBob();
  }, 240_000);

  it('ends with a receipt', async () => {
    const done = await erase();
    expect([done.stderr, done.status]).toEqual(['', 0]);
    expect(JSON.parse(done.stdout)).toMatchObject({ state: 'done', rows: 12, segments: 2 });
    expect(await found(`user_id:${ANN}`)).toEqual([]);
    expect((await found('needle')).filter((row) => row.includes(BOB))).toHaveLength(31);
    expect(await found(`mention ${ANN}`)).toHaveLength(1);
    const again = await erase('--receipt', bench.path('other.json'));
    expect(JSON.parse(again.stdout)).toEqual({ state: 'nothing', rows: 0 });
  }, 240_000);

  it('gives a receipt that verifies offline, and none that was changed', async () => {
    const good = await bench.tacet(['receipt', 'verify', receipt, '--json']);
    expect(good.status, good.stderr).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      fields: ['user.id'],
      rows: 12,
      segments: 2,
      rewritten: 1,
    });
    const text = readFileSync(receipt, 'utf8');
    expect(text).not.toContain(ANN);
    const changed = bench.path('changed.json');
    const rootHash = JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')).rootHash;
    const file = JSON.parse(text);
    for (const spoiled of [
      text.replace('\\"rows\\":12', '\\"rows\\":11'),
      JSON.stringify({ ...file, approval: file.request }),
      JSON.stringify({ ...file, approval: { ...file.approval, key: file.request.key } }),
      JSON.stringify({ ...file, authority: { ...file.authority, readers: [] } }),
      JSON.stringify({ ...file, receipt: { ...file.receipt, key: file.request.key } }),
      '{}',
      text.slice(0, 500),
    ]) {
      expect(spoiled).not.toBe(text);
      writeFileSync(changed, spoiled);
      const bad = await bench.tacet(['receipt', 'verify', changed, '--root', rootHash, '--json']);
      expect([bad.status, JSON.parse(bad.stderr).error.code]).toEqual([1, 'RECEIPT_INVALID']);
    }
    const other = await bench.tacet(['receipt', 'verify', receipt, '--root', '0'.repeat(64), '--json']);
    expect(other.status).toBe(1);
  });

  it('reaches backups: of the log database at once, of the control records by another share key', async () => {
    await down();
    // The backup of the log database under today's control records: the old segments are there, and shut.
    const mixed = bench.path('mixed');
    cpSync(directory, mixed, { recursive: true });
    cpSync(join(backup, 'logs'), join(mixed, 'logs'), { recursive: true, force: true });
    expect(await found(`user_id:${ANN}`, ['--dir', mixed])).toEqual([]);
    // With the control records of before, but the key file of today.
    const older = bench.path('older');
    cpSync(backup, older, { recursive: true });
    cpSync(join(directory, 'keys', 'share.json'), join(older, 'keys', 'share.json'), { force: true });
    const argv = ['search', `user_id:${ANN}`, '--dir', older, '--purpose', 'a test', '--json'];
    const refused = await bench.tacet(argv);
    expect([refused.stdout, refused.status]).toEqual(['', 2]);
    expect(refused.stderr).toContain('SHARE_KEY_INVALID');
    // With everything of before they open: so it is the share that was missing.
    expect(await found(`user_id:${ANN}`, ['--dir', backup])).toHaveLength(12);
  }, 60_000);
});

describe('rows that a gateway holds to seal them again', () => {
  it('do not come back when it does', async () => {
    const token = readFileSync(ingestTokenFile, 'utf8').trim();
    const run = async (to: string) => {
      for (const n of [300, 301]) {
        const sent = await fetch(`${to}/v1/events`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
          body: [line(CARL, n), line(BOB, n)].join('\n'),
        });
        expect(sent.status).toBe(200);
      }
      const carl = ['--subject', `user.id=${CARL}`, '--purpose', 'request 18', '--json', '--to', to];
      const asked = JSON.parse((await bench.tacet(['erase', ...carl])).stdout);
      expect(asked).toMatchObject({ rows: 2, segments: 2 });
      const agree = ['erase', 'approve', asked.id, '--purpose', 'request 18', '--yes', '--to', to];
      expect((await bench.tacet(agree, second)).status).toBe(0);
      return bench.tacet(['erase', ...carl]);
    };
    // Stopping, the gateway seals its recent small segments into one.
    await failing('purge', run, { once: true });
    expect(await found(`user_id:${CARL}`)).toEqual([]);
    expect((await found('needle')).filter((row) => row.includes(BOB))).toHaveLength(33);
  }, 120_000);
});

describe('the trail', () => {
  it('has all of this, and whose data it was in no entry', async () => {
    const argv = ['trail', 'show', '--dir', directory, '--limit', '10000', '--json'];
    const { stdout, stderr, status } = await bench.tacet(argv);
    expect([stderr, status]).toEqual(['', 0]);
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const facts = (kind: string) =>
      entries.filter((entry) => entry.kind === kind).map((entry) => entry.facts);
    const kinds = [
      'founded',
      'session',
      'statement',
      'segments',
      'superseded',
      'removed',
      'search',
      'release',
    ];
    expect(kinds.filter((kind) => facts(kind).length === 0)).toEqual([]);
    expect(facts('keys').length + facts('token').length).toBeGreaterThan(1);
    const steps = new Set(facts('erasure').map(({ step }) => step));
    expect(steps).toEqual(new Set(['requested', 'removed', 'receipt']));
    expect(facts('approval')).toMatchObject([{ of: 'erasure' }, { of: 'erasure' }]);
    expect(facts('removed').some(({ reason }) => reason === 'erased')).toBe(true);
    for (const person of [ANN, BOB, CARL]) expect(stdout).not.toContain(person);
  });
});

/**
 * Runs a command against a server in this process whose stores fail at the first call of `step`: once, or
 * for good, as if the process were killed there.
 */
async function failing(
  step: string,
  command: (to: string) => Promise<Outcome>,
  { once = false, before = async () => {} }: { once?: boolean; before?: (to: string) => Promise<void> } = {},
): Promise<void> {
  let armed = false;
  let dead = false;
  const breaking = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, name, receiver) => {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const now = armed && name === step;
          dead ||= now && !once;
          if ((now || dead) && name !== 'close') return Promise.reject(new Error('killed'));
          return Reflect.apply(method, target, args);
        };
      },
    });
  const failed = await openServer({
    directory,
    openStores: async (layout, config) => {
      const stores = await openStores(layout, config);
      return { ...stores, log: breaking(stores.log), control: breaking(stores.control) };
    },
  });
  const listener = await listen(failed.app, { host: '127.0.0.1', port: 0, behindProxy: false });
  await before(listener.address);
  armed = true;
  expect([step, (await command(listener.address)).status]).toEqual([step, 2]);
  await listener.close();
  await failed.close().catch(() => {});
}
