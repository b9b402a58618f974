import { type ChildProcess, execFile } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type AuthorityRecords,
  decodeCredential,
  decodeSession,
  epochKey,
  type Grant,
  type Identity,
  openIdentity,
  verifyAuthority,
} from '@tacet/seal';
import { authorityRecords } from '@tacet/search/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, Workbench } from '../apps/cli/src/testing/command.ts';
import { filesBelow } from '../apps/server/src/testing/files.ts';
import { label, lp, u32 } from '../packages/seal/tests/independent-primitives.ts';
import { countInMemory } from '../packages/seal/tests/process-memory.ts';
import type { Sealed } from './thieves/opener.ts';

// One server in a process of its own, and people who hold keys: an owner, Ann, and a key agent.

const PURPOSE = 'ticket 4711';
let bench: Workbench;
let directory: string;
let server: ChildProcess;
let address: string;
let founded: Record<
  'identity' | 'passphraseFile' | 'ingestTokenFile' | 'readerTokenFile' | 'ownerTokenFile' | 'rootHash',
  string
>;
/** Every batch that the server acknowledged. */
const acknowledged: string[] = [];

const read = (path: string) => readFileSync(path, 'utf8').trim();
const keys = (...argv: string[]) => bench.tacet(['keys', ...argv, '--dir', directory]);
const json = (outcome: Outcome) => {
  expect([outcome.status, outcome.stderr]).toEqual([0, '']);
  return JSON.parse(outcome.stdout);
};
const codeOf = (outcome: Outcome) => /tacet: ([A-Z_]+):/.exec(outcome.stderr)?.[1];

async function send(name: string): Promise<boolean> {
  const response = await fetch(`${address}/v1/events`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${read(founded.ingestTokenFile)}`,
      'Content-Type': 'application/x-ndjson',
    },
    body: `${JSON.stringify({ msg: `needle ${name}` })}\n`,
  });
  await response.arrayBuffer();
  if (response.status === 200) acknowledged.push(name);
  return response.status === 200;
}

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${read(founded.readerTokenFile)}`, 'Tacet-Purpose': 'testing' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

const records = async (): Promise<AuthorityRecords> =>
  authorityRecords(await ask('/v1/authority'), (what) => {
    throw new Error(what);
  });
const authority = async () =>
  verifyAuthority(await records(), { rootHash: new Uint8Array(Buffer.from(founded.rootHash, 'hex')) });

/** Session records in the order of their epochs. */
async function sessions() {
  const plan = await ask<{ sessions: { record: string }[] }>('/v1/plan', {});
  return plan.sessions
    .map(({ record }) => decodeSession(new Uint8Array(Buffer.from(record, 'base64'))).session)
    .sort((a, b) => a.epoch - b.epoch);
}

type Session = Awaited<ReturnType<typeof sessions>>[number];
const infoOf = ({ workspace, epoch, epochId, session, writer }: Session) =>
  Buffer.concat([label('session'), lp(Buffer.from(workspace)), u32(epoch), epochId, session, writer]);
const grantInfoOf = ({ workspace, epoch, epochId, kind, recipient }: Grant) =>
  Buffer.concat([
    label('grant'),
    lp(Buffer.from(workspace)),
    u32(epoch),
    epochId,
    Buffer.of(kind),
    recipient,
  ]);

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sealedSessions = async (): Promise<Sealed[]> =>
  (await sessions()).map((session) => {
    const { epoch, enc, sealed } = session;
    return { epoch, info: hex(infoOf(session)), enc: hex(enc), sealed: hex(sealed) };
  });

/** Another system user, where there can be one, with these keys and everything that is sealed. */
async function thief(name: string, seeds: Uint8Array[], sealed: Sealed[]) {
  const OTHER = 65_534;
  const folder = bench.path(`thief-${name}`);
  mkdirSync(join(folder, 'keys'), { recursive: true });
  for (const [at, seed] of seeds.entries()) writeFileSync(join(folder, 'keys', `${at}`), seed);
  writeFileSync(join(folder, 'sealed.json'), JSON.stringify(sealed));
  chmodSync(bench.root, 0o755);
  const opener = [join(import.meta.dirname, 'thieves/opener.ts'), folder, directory];
  const as = { uid: OTHER, gid: OTHER, env: { PATH: process.env.PATH, HOME: '/' } };
  const run = promisify(execFile);
  const root = process.getuid?.() === 0;
  const able =
    root &&
    (await run(process.execPath, ['-e', `require('fs').readFileSync('${opener[0]}')`], as).catch(
      () => undefined,
    ));
  const { stdout } = await run(process.execPath, opener, able ? as : {});
  const said = JSON.parse(stdout) as { keys: number; opened: number[]; listed: boolean };
  return { ...said, other: Boolean(able) };
}

const identityAt = async (path: string): Promise<Identity> =>
  openIdentity(new Uint8Array(readFileSync(path)), read(path.replace('.identity', '.passphrase')));

async function search(...flags: string[]): Promise<Outcome> {
  return bench.tacet([
    'search',
    'needle',
    '--dir',
    directory,
    '--purpose',
    PURPOSE,
    '--json',
    '--limit',
    '9999',
    ...flags,
  ]);
}
const found = (outcome: Outcome) =>
  outcome.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => String(JSON.parse(line).body).slice('needle '.length));

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  founded = json(await bench.tacet(['init', '--dir', directory, '--workspace', 'acme', '--json']));
  ({ address, process: server } = await bench.serve(directory));
  expect(await send('first')).toBe(true);
}, 120_000);
afterAll(() => bench.remove());

describe('rotating', () => {
  it('makes a new epoch while events come in, and loses none', async () => {
    let over = false;
    const senders = [0, 1, 2].map(async (sender) => {
      for (let number = 0; !over; number++) expect(await send(`s${sender}-${number}`)).toBe(true);
    });
    expect(json(await keys('rotate', '--json'))).toEqual({ epoch: 2 });
    // Whatever is sent from now on is sealed to the new epoch.
    expect(await send('after')).toBe(true);
    over = true;
    await Promise.all(senders);
    expect((await sessions()).map(({ epoch }) => epoch)).toEqual([1, 2]);
    const all = await search();
    expect([all.status, found(all).sort()]).toEqual([0, [...acknowledged].sort()]);
    expect(json(await keys('list', '--json')).epochs).toHaveLength(2);
  }, 60_000);
});

describe('a second reader', () => {
  const ann = () => bench.path('ann.identity');
  const asAnn = () => ['--identity', ann(), '--token-file', founded.readerTokenFile];
  let fingerprint: string;
  /** Everything that ever let her open something: keys of epochs. */
  let stolen: Uint8Array[];

  it('is granted nothing before fingerprints were compared', async () => {
    const made = json(await bench.tacet(['keys', 'identity', 'new', 'Ann', '--identity', ann(), '--json']));
    fingerprint = made.fingerprint;
    expect(statSync(ann()).mode & 0o077).toBe(0);
    const other = json(
      await bench.tacet([
        'keys',
        'identity',
        'new',
        'Eve',
        '--identity',
        bench.path('eve.identity'),
        '--json',
      ]),
    );
    expect(codeOf(await keys('grant', made.readerFile))).toBe('USAGE');
    const swapped = await keys('grant', other.readerFile, '--fingerprint', fingerprint);
    expect([swapped.status, codeOf(swapped)]).toEqual([2, 'FINGERPRINT_MISMATCH']);
    await writeFile(
      bench.path('bad.reader'),
      read(made.readerFile).replace('tacet-reader-1 ', 'tacet-reader-2 '),
    );
    expect(codeOf(await keys('grant', bench.path('bad.reader'), '--fingerprint', fingerprint))).toBe(
      'RECORD_MALFORMED',
    );
    expect(found(await search(...asAnn()))).toEqual([]);
    const granted = await keys(
      'grant',
      made.readerFile,
      '--fingerprint',
      fingerprint.toUpperCase().replaceAll(' ', '-'),
    );
    expect([granted.status, granted.stdout]).toEqual([
      0,
      'Ann opens epochs 1–2, and every later one until revoked.\n',
    ]);
  });

  it('reads everything then', async () => {
    const all = await search(...asAnn());
    expect([all.status, found(all).sort()]).toEqual([0, [...acknowledged].sort()]);
    const known = await authority();
    const identity = await identityAt(ann());
    stolen = await Promise.all(known.epochs.map((epoch) => epochKey(identity, known, epoch)));
  });

  it('opens nothing that was sealed after she was revoked, whatever she kept', async () => {
    const revoked = await keys('revoke', 'Ann');
    expect([revoked.status, revoked.stdout]).toEqual([
      0,
      expect.stringContaining('Ann is revoked; 2 grants'),
    ]);
    expect(codeOf(await keys('revoke', 'Ann'))).toBe('READER_UNKNOWN');
    expect(await send('secret of the others')).toBe(true);
    const hers = await search(...asAnn());
    expect([hers.status, hers.stdout]).toEqual([1, '']);
    expect(hers.stderr).toContain('GRANT_MISSING');

    // As a thief: every session record there is, every key she had, by an opener written from the format.
    const mine = [...stolen, (await identityAt(ann())).reader.seed];
    expect((await thief('revoked', mine, await sealedSessions())).opened).toEqual([1, 2]);
    expect((await sessions()).at(-1)!.epoch).toBe(3);
    expect(found(await search())).toContain('secret of the others');
  });
});

describe('the key agent', () => {
  it('finds nothing to do, twice, and says when its key ends', async () => {
    const first = await keys('agent', '--once');
    expect([first.status, first.stdout]).toEqual([0, expect.stringMatching(/operations key until \d{4}-/)]);
    expect(json(await keys('agent', '--once', '--json')).begun).toBe(false);
    expect(json(await keys('renew', '--json'))).toEqual({ renewed: false, writers: [] });
  });
});

describe('the owner', () => {
  const agent = () => bench.path('agent.identity');
  const shares = (number: number) => bench.path('shares', `share-${number}.txt`);

  it('gives an agent the operations key alone, and a new one', async () => {
    const exported = json(await keys('operations', 'export', agent(), '--json'));
    expect(exported.identity).toBe(agent());
    const held = await identityAt(agent());
    const { operations } = (await identityAt(founded.identity)).owner!;
    expect(held.owner).toEqual({ workspace: 'acme', operations });
    expect(json(await keys('agent', '--once', '--json', '--identity', agent()))).toMatchObject({ epoch: 3 });
    expect(codeOf(await keys('recovery', '--file', bench.path('x'), '--identity', agent()))).toBe(
      'ROOT_MISMATCH',
    );
    expect(codeOf(await keys('root', 'rotate', '--identity', agent()))).toBe('ROOT_MISMATCH');

    expect(json(await keys('operations', 'rotate', '--agent', agent(), '--json')).operations).toBe(1);
    const renewed = (await identityAt(founded.identity)).owner!.operations;
    expect(renewed).not.toEqual(operations);
    expect((await identityAt(agent())).owner!.operations).toEqual(renewed);
    expect((await keys('agent', '--once', '--identity', agent())).status).toBe(0);
  });

  it('replaces root and operations keys without losing anything, and a stolen one is worth nothing', async () => {
    const stolen = bench.path('stolen.identity');
    copyFileSync(founded.identity, stolen);
    copyFileSync(founded.passphraseFile, bench.path('stolen.passphrase'));
    expect(json(await keys('root', 'rotate', '--json'))).toEqual({ root: 1 });
    expect(json(await keys('root', 'rotate', '--replace-operations', '--json'))).toEqual({ root: 2 });
    expect((await keys('rotate', '--identity', stolen)).status).toBe(1);
    expect(codeOf(await keys('root', 'rotate', '--identity', stolen))).toBe('ROOT_MISMATCH');
    expect((await keys('agent', '--once', '--identity', agent())).status).toBe(1);
    expect((await keys('rotate')).status).toBe(0);
    expect(await send('by the new keys')).toBe(true);
    const all = await search();
    expect([all.status, found(all).sort()]).toEqual([0, [...acknowledged].sort()]);
    const { readers } = json(await keys('list', '--json'));
    expect(
      readers.map(({ name, revoked }: { name: string; revoked?: number }) => [name, revoked !== undefined]),
    ).toEqual([
      ['owner', false],
      ['Ann', true],
    ]);
  });

  it('takes up an interrupted replacement where it was', async () => {
    // The server took it, and the answer was lost: the new keys wait beside the old ones.
    const old = readFileSync(founded.identity);
    expect((await keys('root', 'rotate')).status).toBe(0);
    renameSync(founded.identity, `${founded.identity}.next`);
    await writeFile(founded.identity, old);
    expect((await keys('rotate')).status).toBe(0);
    expect(existsSync(`${founded.identity}.next`)).toBe(false);
    expect(json(await keys('root', 'rotate', '--json'))).toEqual({ root: 4 });
    // The server never got it.
    await writeFile(`${founded.identity}.next`, old);
    expect(json(await keys('operations', 'rotate', '--json')).operations).toBeGreaterThan(1);
    expect(existsSync(`${founded.identity}.next`)).toBe(false);
  });

  it('comes back with two of three shares, or a file, and reads what came since', async () => {
    const made = json(await keys('recovery', '--shares', bench.path('shares'), '--json'));
    expect(made.files).toEqual([1, 2, 3].map(shares));
    const file = bench.path('recovery.identity');
    expect(json(await keys('recovery', '--file', file, '--json')).files).toHaveLength(2);
    expect((await keys('rotate')).status).toBe(0);
    expect(await send('after the loss')).toBe(true);

    const recover = (...argv: string[]) => bench.tacet(['keys', 'recover', ...argv]);
    const share = (number: number) => ['--share', shares(number)];
    const into = (name: string) => ['--identity', bench.path(name)];
    expect(codeOf(await recover(...share(1), ...into('r0.identity')))).toBe('RECOVERY_INVALID');
    expect(codeOf(await recover(...share(1), ...share(1), ...into('r0.identity')))).toBe('RECOVERY_INVALID');
    await writeFile(bench.path('shares/share-9.txt'), read(shares(2)).replace(/[a-y]/, 'z'));
    expect(codeOf(await recover(...share(1), ...share(9), ...into('r0.identity')))).toBe('RECOVERY_INVALID');
    for (const [name, from] of [
      ['r1.identity', [...share(3), ...share(1)]],
      ['r2.identity', [...share(2), ...share(3)]],
      ['r3.identity', ['--file', file]],
    ] as const) {
      expect((await recover(...from, ...into(name))).status).toBe(0);
      const all = await search('--identity', bench.path(name));
      expect([name, all.status, found(all).sort()]).toEqual([name, 0, [...acknowledged].sort()]);
    }
    expect((await keys('rotate', '--identity', bench.path('r1.identity'))).status).toBe(0);
    expect(codeOf(await recover(...share(1), ...share(2), ...into('r1.identity')))).toBe('IDENTITY_EXISTS');
  }, 60_000);

  it('shreds an epoch: its events are gone, the others are there', async () => {
    expect(codeOf(await keys('shred', '1'))).toBe('USAGE');
    expect(codeOf(await keys('shred', '99', '--yes'))).toBe('EPOCH_INVALID');
    const shredded = await keys('shred', '1', '--yes');
    expect([shredded.status, shredded.stdout]).toEqual([0, expect.stringContaining('Epoch 1 is shredded: ')]);
    expect(shredded.stdout).toContain('Not reached:');
    const left = await search();
    expect([left.status, left.stderr]).toEqual([0, '']);
    expect(found(left)).not.toContain('first');
    expect(found(left)).toContain('after');
    expect((await keys('list')).stdout).toMatch(/1 {2}from [\d-]+ {2}shredded on/);
  });
});

describe('a thief of an idle writer', () => {
  it('can sign, and opens nothing with what the writer’s host holds', async () => {
    const held = readdirSync(join(directory, 'keys')).map((name) =>
      readFileSync(join(directory, 'keys', name)),
    );
    const writer = await decodeCredential(new Uint8Array(readFileSync(join(directory, 'keys/writer'))));
    const seeds = [writer.seed, ...held.filter((bytes) => bytes.length === 32)];
    expect(seeds.length).toBeGreaterThan(3);
    const all = await sealedSessions();
    expect(all.length).toBeGreaterThan(3);
    const grants = (await authority()).grants.map((grant) => {
      const { epoch, enc, wrapped } = grant;
      return { epoch, info: hex(grantInfoOf(grant)), enc: hex(enc), sealed: hex(wrapped) };
    });
    const tried = await thief('idle-writer', seeds, [...all, ...grants]);
    expect(tried).toMatchObject({ keys: seeds.length, opened: [] });
    // Where there is no other user, he is the owner, who may list what is his.
    expect(tried.listed).toBe(!tried.other);
  });
});

describe('every command', () => {
  it.each([
    ['list'],
    ['rotate'],
    ['renew'],
    ['identity', 'new'],
    ['grant'],
    ['revoke'],
    ['agent'],
    ['shred'],
    ['operations', 'export'],
    ['operations', 'rotate'],
    ['root', 'rotate'],
    ['recovery'],
    ['recover'],
  ])('keys %s %s explains itself', async (...names) => {
    const help = await bench.tacet(['keys', ...names, '--help']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain(`Examples:\n  tacet keys ${names.join(' ')}`);
    const wrong = await bench.tacet(['keys', ...names, '--nope']);
    expect([wrong.status, codeOf(wrong)]).toEqual([2, 'USAGE']);
  });
});

describe('the server', () => {
  it.skipIf(!existsSync('/proc/self/maps'))(
    'holds no operations key and no key of an epoch, in its memory or its files',
    async ({ skip }) => {
      const owner = await identityAt(founded.identity);
      const known = await authority();
      const living = known.epochs.filter(({ shredded }) => shredded === undefined);
      const epochs = await Promise.all(living.map((epoch) => epochKey(owner, known, epoch)));
      const { roots, operations } = owner.owner!;
      const writer = await decodeCredential(new Uint8Array(readFileSync(join(directory, 'keys/writer'))));
      const never = new Map([
        ['operations', operations],
        ['root', roots!.current],
        ['next root', roots!.next],
        ['reader', owner.reader.seed],
        ...epochs.map((seed, at) => [`epoch ${living[at]!.number}`, seed] as const),
      ]);
      expect(never.size).toBeGreaterThan(7);
      for (const { path, bytes } of filesBelow(directory))
        for (const [what, key] of never) expect(bytes.includes(key), `${what} in ${path}`).toBe(false);
      try {
        closeSync(openSync(`/proc/${server.pid}/mem`, 'r'));
      } catch {
        skip('this system lets nobody read the memory of another process');
      }
      const counted = countInMemory(server.pid!, new Map([...never, ['writer', writer.seed]]));
      expect(counted.get('writer'), 'the control: a key in use is found').toBeGreaterThan(0);
      counted.delete('writer');
      expect([...counted].filter(([, count]) => count > 0)).toEqual([]);
    },
    60_000,
  );
});
