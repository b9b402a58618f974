import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, Workbench } from '../apps/cli/src/testing/command.ts';
import { fill, seeded } from '../packages/detect/src/template.ts';

const PURPOSE = ['--purpose', 'incident 12'];
const openai = fill('sk-proj-<b62:48>', seeded(1));
const mistral = fill('<b62:32>', seeded(2));
const acme = fill('acme_live_<b62:24>', seeded(4));
const never = fill('ghp_<b62:30><crc6>', seeded(3));

let bench: Workbench;
let directory: string;
let address: string;
let founded: { identity: string; fingerprintKeyFile: string; readerTokenFile: string };

const lines = (outcome: Outcome) =>
  outcome.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const codeIn = ({ stderr }: Outcome) => /^tacet: ([A-Z_]+): /m.exec(stderr)?.[1];
const list = (...flags: string[]) => bench.tacet(['secrets', '--to', address, ...PURPOSE, ...flags]);
const find = (stdin: string | PassThrough, ...flags: string[]) =>
  bench.tacet(['secret', 'find', '-', '--to', address, ...PURPOSE, ...flags], { stdin });

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  founded = JSON.parse((await bench.tacet(['init', '--dir', directory, '--json'])).stdout);
  const rule = `id = "acme-token"\nregex = '''acme_live_[A-Za-z0-9]{24}'''\nkeywords = ["acme_live_"]`;
  writeFileSync(join(directory, 'rules.toml'), `[[rules]]\n${rule}\n`);
  ({ address } = await bench.serve(directory));
  const events = [
    { timestamp: '2025-01-06T10:00:00Z', service: 'chat', msg: `hello ${openai}` },
    { timestamp: '2025-01-08T10:00:00Z', service: 'billing', headers: { authorization: `Bearer ${openai}` } },
    { timestamp: '2025-01-07T10:00:00Z', service: 'billing', env: [{ MISTRAL_API_KEY: mistral }] },
    {
      timestamp: '2025-01-07T11:00:00Z',
      service: 'billing',
      msg: 'postgres://app:hunter22x@db.internal/app',
    },
    // Letters that anybody may write, beside a real one.
    {
      timestamp: '2025-01-07T12:00:00Z',
      service: 'web',
      msg: `[secret:github-token:${'0'.repeat(32)}] [secret:openai-api-key:${'0'.repeat(32)}] ${openai}`,
    },
    { timestamp: '2025-01-05T13:00:00Z', service: 'shop', msg: `order with ${acme}` },
    { timestamp: '2025-01-07T13:00:00Z', service: 'web', msg: 'nothing here' },
  ];
  const file = bench.path('events.jsonl');
  writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));
  expect((await bench.tacet(['import', file, '--to', address])).status).toBe(0);
}, 60_000);
afterAll(() => bench.remove());

describe('tacet secrets', () => {
  it('lists each secret once, with when, how often, where, and how to revoke it', async () => {
    const listed = await list('--json');
    expect([listed.status, listed.stderr]).toEqual([0, '']);
    const fingerprint = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(lines(listed)).toMatchObject([
      {
        kind: 'openai-api-key',
        fingerprint,
        provider: 'OpenAI',
        severity: 'critical',
        rotation: 'openai',
        revoke: expect.stringMatching(/^https:/),
        count: 3,
        first: '2025-01-06T10:00:00.000Z',
        last: '2025-01-08T10:00:00.000Z',
        services: ['billing', 'chat', 'web'],
      },
      { kind: 'postgres-password', count: 1 },
      { kind: 'mistral-api-key', fingerprint, count: 1, services: ['billing'] },
      { kind: 'acme-token', fingerprint, count: 1, services: ['shop'] },
    ]);
    expect(lines(listed)[1]).not.toHaveProperty('fingerprint');
    expect(listed.stdout).not.toMatch(/hunter22x|sk-proj-/);
    const shown = await list();
    expect(shown.stdout.split('\n')[1]).toMatch(
      /^critical +openai-api-key +[0-9a-f]{12} +3 +2025-01-06 10:00 +2025-01-08/,
    );
    expect(shown.stderr).toBe('tacet: 4 secrets in 6 events\n');
  });

  it('is on record: which segments were released, before they were', async () => {
    const shown = await bench.tacet(['trail', 'show', '--dir', directory, '--kind', 'release', '--json']);
    expect(lines(shown).length).toBeGreaterThan(0);
    const before = lines(shown).length;
    await list('--kind', 'mistral-api-key');
    const after = await bench.tacet(['trail', 'show', '--dir', directory, '--kind', 'release', '--json']);
    expect(lines(after).length).toBeGreaterThan(before);
  });

  it('is narrowed by service, kind and time', async () => {
    const kinds = async (...flags: string[]) =>
      lines(await list('--json', ...flags)).map(({ kind, count }) => [kind, count]);
    expect(await kinds('--service', 'chat')).toEqual([['openai-api-key', 1]]);
    expect(await kinds('--kind', 'mistral-api-key')).toEqual([['mistral-api-key', 1]]);
    expect(await kinds('--from', '2025-01-08')).toEqual([['openai-api-key', 1]]);
    expect(codeIn(await list('--kind', 'no such kind'))).toBe('USAGE');
    expect(codeIn(await bench.tacet(['secrets', '--to', address]))).toBe('PURPOSE_MISSING');
  });

  it('gives analysts kinds and numbers, which are in the clear, and nothing else', async () => {
    const token = bench.path('analyst.token');
    await bench.tacet(['token', 'create', '--role', 'analyst', '--out', token, '--to', address]);
    const counted = await bench.tacet([
      'secrets',
      '--kinds',
      '--to',
      address,
      '--token-file',
      token,
      '--json',
    ]);
    expect(counted.status).toBe(0);
    const once = (time: string) => [1, `2025-01-0${time}:00.000Z`, `2025-01-0${time}:00.000Z`];
    expect(
      Object.fromEntries(
        lines(counted).map(({ kind, events, first, last }) => [kind, [events, first, last]]),
      ),
    ).toEqual({
      'openai-api-key': [3, '2025-01-06T10:00:00.000Z', '2025-01-08T10:00:00.000Z'],
      'mistral-api-key': once('7T10:00'),
      'postgres-password': once('7T11:00'),
      'acme-token': once('5T13:00'),
    });
    // Whoever may count could narrow the range to the same.
    const later = ['secrets', '--kinds', '--to', address, '--token-file', token, '--from', '2025-01-08'];
    expect((await bench.tacet(later)).stdout).toMatch(
      /openai-api-key +1 +2025-01-08 10:00 +2025-01-08 10:00/,
    );
    expect(codeIn(await list('--token-file', token))).toBe('NOT_ALLOWED');
  });
});

describe('tacet secret find', () => {
  it('says where and when a secret was logged, and ends with status 1', async () => {
    const found = await find(`${openai}\n`, '--json');
    expect([found.status, found.stderr]).toEqual([1, '']);
    expect(lines(found).map(({ time, service, paths }) => [time.slice(0, 10), service, paths])).toEqual([
      ['2025-01-08', 'billing', ['attributes.headers.authorization']],
      ['2025-01-07', 'web', ['body']],
      ['2025-01-06', 'chat', ['body']],
    ]);
    expect(lines(found)[0].event).toMatch(/^[0-9a-f]{32}:\d+$/);
    const inHeader = await find(`Authorization: Bearer ${openai}`, '--from', '2025-01-08');
    expect(inHeader.status).toBe(1);
    expect(inHeader.stdout).toContain('attributes.headers.authorization');
    expect(inHeader.stderr).toContain('revoke the openai-api-key: https://');
    const nameless = await find(mistral, '--json');
    expect(lines(nameless)).toMatchObject([
      { kind: 'mistral-api-key', paths: ['attributes.env[0].MISTRAL_API_KEY'] },
    ]);
  });

  it('knows the kinds of rules of one’s own, within a header by the rules themselves', async () => {
    const byDirectory = ['secret', 'find', '-', '--dir', directory, ...PURPOSE, '--json'];
    const inHeader = await bench.tacet(byDirectory, { stdin: `X-Order: ${acme} ok` });
    expect(lines(inHeader)).toMatchObject([{ kind: 'acme-token', service: 'shop' }]);
    expect(lines(await find(acme, '--json'))).toMatchObject([{ kind: 'acme-token', service: 'shop' }]);
  });

  it('ends with status 0 when it was nowhere, and with 2 when nobody can say', async () => {
    expect((await find(never)).status).toBe(0);
    const guessable = await find('postgres://app:hunter22x@db.internal/app');
    expect([guessable.status, codeIn(guessable)]).toEqual([2, 'SECRET_GUESSABLE']);
    expect(guessable.stderr).toContain('postgres-password');
    for (const text of ['', ' \n', 'x'.repeat(70_000)]) expect(codeIn(await find(text))).toBe('USAGE');
    const elsewhere = { XDG_CONFIG_HOME: bench.path('nobody') };
    const flags = ['--identity', founded.identity, '--token-file', founded.readerTokenFile];
    const argv = ['secret', 'find', '-', '--to', address, ...PURPOSE, ...flags];
    const keyless = await bench.tacet(argv, { stdin: openai, env: elsewhere });
    expect(codeIn(keyless)).toBe('FINGERPRINT_KEY_MISSING');
    const named = ['--fingerprint-key', founded.fingerprintKeyFile];
    expect((await bench.tacet([...argv, ...named], { stdin: openai, env: elsewhere })).status).toBe(1);
  });

  it('never takes a secret as an argument, nor shows one', async () => {
    const refused = await bench.tacet(['secret', 'find', openai, '--to', address, ...PURPOSE]);
    expect([refused.status, codeIn(refused)]).toEqual([2, 'USAGE']);
    expect(refused.stderr + refused.stdout).not.toContain(openai);
    const typed = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    typed.write(`${openai}\r`);
    const asked = await find(typed, '--from', '2025-01-08');
    expect([asked.status, asked.stderr.split('\n')[0]]).toEqual([1, 'Secret (it is not shown): ']);
    expect(asked.stderr + asked.stdout).not.toContain(openai);
    // A private key is taken to its end, or the shell would get the rest.
    const key = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    key.write(`-----BEGIN PRIVATE KEY-----\r${openai.slice(8).repeat(3)}\r-----END PRIVATE KEY-----\r`);
    const pasted = await find(key);
    expect(pasted.stderr.match(/its next line/g)).toHaveLength(2);
    expect(key.read()).toBe(null);
  });

  it('keeps the key of the fingerprints with its owner', () => {
    expect(statSync(founded.fingerprintKeyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(founded.fingerprintKeyFile)).toEqual(readFileSync(`${directory}/keys/fingerprint`));
  });
});
