import { type ChildProcess, execFile } from 'node:child_process';
import {
  chmodSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ThiefReport } from '@tacet/assess';
import { type ClearRow, type Event, steps } from '@tacet/records';
import { canariesOf, sampleLines } from '@tacet/sample';
import { createIdentity } from '@tacet/seal';
import { httpSearchServer, search } from '@tacet/search/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, Workbench } from '../apps/cli/src/testing/command.ts';
import { copyOf } from '../apps/server/src/testing/files.ts';
import { Matcher } from '../packages/assess/src/thief/matcher.ts';
import { Scanner } from '../packages/assess/src/thief/scan.ts';

// docs/leakage.md says what each thief learns; each of its claims names a test, most of them here.

const SEED = 'leakage';
const EVENTS = 1200;
const canaries = canariesOf(SEED, 8);
const texts = canaries.map((canary) => canary.text);
const secrets = canaries.filter((canary) => canary.kind === 'secret');
const said = (kind: string) => canaries.find((canary) => canary.kind === kind)!.text;
/** Asked for and given as a reason, so that a thief may look for what people looked for. */
const purpose = `complaint of ${said('name')}`;
const query = `"${said('sentence')}"`;

let bench: Workbench;
let directory: string;
let founded: { identity: string; ingestTokenFile: string; readerTokenFile: string };
let address: string;
let server: ChildProcess;
let heard = '';
/** Every event as its reader sees it. */
let events: Event[];
let report: ThiefReport;

async function findings(bytes: Uint8Array): Promise<string[]> {
  const matcher = new Matcher(texts);
  const scanner = new Scanner({ matcher }, 'here');
  await scanner.write(bytes);
  await scanner.end();
  return matcher.found.map((finding) => `${finding.form} ${finding.canary}`);
}

const token = (path: string) => readFileSync(path, 'utf8').trim();

function post(path: string, tokenFile: string, body: unknown): Promise<Response> {
  return fetch(`${address}${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token(tokenFile)}`,
      'Tacet-Purpose': encodeURIComponent(purpose),
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
  });
}

/** Of the secrets that were cut out, as readers see them: in the clear they would let a thief of the key try guesses. */
function fingerprints(): string[] {
  return [...new Set(JSON.stringify(events).match(/(?<=\[secret:[a-z0-9-]+:)[0-9a-f]{32}(?=\])/g))];
}

async function thief(path: string): Promise<ThiefReport> {
  const list = bench.path('canaries.txt');
  writeFileSync(list, [...texts, ...fingerprints()].join('\n'));
  const outcome = await bench.tacet(['thief', '--dir', path, '--canaries', list, '--json']);
  expect(outcome.stderr).toBe('');
  return JSON.parse(outcome.stdout);
}

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  const init = await bench.tacet(['init', '--dir', directory, '--json']);
  founded = JSON.parse(init.stdout);
  const serving = await bench.serve(directory);
  address = serving.address;
  server = serving.process;
  listenTo(server);
  const sent = await fetch(`${address}/v1/events`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token(founded.ingestTokenFile)}`,
      'Content-Type': 'application/x-ndjson',
    },
    body: [...sampleLines({ seed: SEED, count: EVENTS, canaries })].join('\n'),
  });
  expect(await sent.json()).toMatchObject({ accepted: EVENTS, refused: 0 });
  const everything = [
    'search',
    'NOT zzyzx',
    '--dir',
    directory,
    '--purpose',
    purpose,
    '--limit',
    '5000',
    '--json',
  ];
  events = (await bench.tacet(everything)).stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}, 120_000);

function listenTo(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (heard += bytes));
}

afterAll(() => bench.remove());

describe('a reader', () => {
  it('finds what people said, in English and Chinese, and no secret', async () => {
    for (const text of [said('sentence'), said('chinese-sentence')]) {
      const argv = ['search', `"${text}"`, '--dir', directory, '--purpose', purpose, '--json'];
      expect((await bench.tacet(argv)).stdout).toContain(text);
    }
    expect(events.length).toBe(EVENTS);
    const rows = JSON.stringify(events);
    for (const { kind, text } of canaries) expect(rows.includes(text), text).toBe(kind !== 'secret');
    const kinds = new Set(events.flatMap((event) => Object.keys(event.secrets ?? {})));
    expect(kinds.size).toBeGreaterThan(25);
    expect(secrets.length).toBeGreaterThan(60);
  });
});

describe('somebody on the network', () => {
  it('learns nothing from the routes that ask for no token', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      const response = await fetch(`${address}${path}`);
      expect(response.status).toBe(200);
      expect(await findings(new Uint8Array(await response.arrayBuffer()))).toEqual([]);
    }
  });

  it('gets nothing else without a token, or with one that may only write', async () => {
    for (const path of ['/v1/plan', '/v1/match', '/v1/release', '/v1/events', '/v1/logs']) {
      expect((await fetch(`${address}${path}`, { method: 'POST', body: '{}' })).status, path).toBe(401);
    }
    for (const path of ['/v1/plan', '/v1/match', '/v1/release']) {
      expect((await post(path, founded.ingestTokenFile, {})).status, path).toBe(403);
    }
  });
});

describe('a thief with a reader token and no key', () => {
  it('gets ciphertext and shares, on record, in which nothing can be found', async () => {
    const everything = { formula: { all: true }, keys: { first: 0, tokens: [] }, limit: 1000 };
    const match = await post('/v1/match', founded.readerTokenFile, everything);
    const { hits } = (await match.json()) as { hits: { id: string }[] };
    expect(hits.length).toBeGreaterThan(0);
    const ids = hits.map((hit) => hit.id);
    const released = await post('/v1/release', founded.readerTokenFile, { ids, search: '00'.repeat(16) });
    const bytes = new Uint8Array(await released.arrayBuffer());
    expect(bytes.length).toBeGreaterThan(100_000);
    expect(await findings(bytes)).toEqual([]);
  });

  it('cannot open a session with an identity of its own', async () => {
    const run = search({
      server: httpSearchServer({ url: address, token: token(founded.readerTokenFile) }),
      identity: await createIdentity(),
      query,
      purpose,
    });
    const shown: unknown[] = [];
    const outcome = (async () => {
      for await (const result of run) shown.push(result);
      return run.summary.problems.map((problem) => problem.code);
    })();
    const codes = await outcome.catch((error: { code: string }) => [error.code]);
    expect(shown).toEqual([]);
    expect(codes.length).toBeGreaterThan(0);
  });
});

describe('a thief of the whole directory, its server running', () => {
  beforeAll(async () => {
    report = await thief(directory);
  }, 120_000);

  it('finds none of the texts in any form: raw, undone, or through the engines', () => {
    expect(fingerprints().length).toBeGreaterThan(25);
    const tried = texts.length + fingerprints().length;
    expect(report.canaries).toEqual({ tried, too_short: [], found: [] });
    expect(report.files).toBeGreaterThan(100);
    expect(report.notes).toEqual([]);
  });

  it('sees no readable text but the policy, and no key but those that open nothing', () => {
    const readable = report.visible
      .filter((entry) => entry.judgement === 'readable text')
      .map((entry) => entry.where);
    expect(readable.sort()).toEqual(['policy/limits.cedar', 'policy/roles.cedar']);
    const keys = report.visible
      .filter((entry) => entry.judgement === 'key material')
      .map((entry) => entry.where);
    // Each of them is in docs/leakage.md with what it is good for.
    expect(keys.sort()).toEqual(
      ['fingerprint', 'log', 'resend', 'share.json', 'trail', 'writer'].map((name) => `keys/${name}`),
    );
  });

  it('reads the coarse facts of each event, and they are coarse', () => {
    const view = report.visible.filter((entry) => entry.where.endsWith(': tacet.events'));
    const facts: readonly (keyof ClearRow)[] = [
      'time',
      'kind',
      'service',
      'operation',
      'model',
      'provider',
      'status',
      'severity',
      'duration_ns',
      'input_tokens',
      'output_tokens',
      'secrets',
    ];
    const places = ['workspace', 'period_no', 'number', 'received_day', 'segment'];
    expect(new Set(view.map((entry) => entry.column))).toEqual(new Set([...facts, ...places]));
    const of = (column: string) => view.find((entry) => entry.column === column)!;
    expect(of('time').rows).toBe(EVENTS);
    for (const time of of('time').sample) expect(time).toMatch(/^\d{10}$/);
    for (const [column, ratio] of [
      ['duration_ns', 1.09],
      ['input_tokens', 1.19],
    ] as const) {
      for (const value of of(column)
        .sample.map(Number)
        .filter((value) => value > 0)) {
        expect(steps(value, ratio), column).toContain(value);
      }
    }
  });
});

describe('another user of the machine', () => {
  const OTHER = 65_534;
  const root = process.getuid?.() === 0;

  it('may read nothing below the directory, nor what belongs to its owner', () => {
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const path of [founded.identity, founded.readerTokenFile, founded.ingestTokenFile]) {
      expect(statSync(path).mode & 0o077, path).toBe(0);
    }
  });

  it.skipIf(!root)(
    'cannot list the directory, and finds nothing in a copy',
    async ({ skip }) => {
      const as = { uid: OTHER, gid: OTHER, env: { PATH: process.env.PATH, HOME: '/' }, maxBuffer: 1 << 26 };
      const run = promisify(execFile);
      const launcher = join(import.meta.dirname, '../apps/cli/bin/tacet.js');
      const able = await run(process.execPath, [launcher, '--version'], as).catch(() => undefined);
      if (!able) skip('another user cannot run this checkout');
      const list = `require('node:fs').readdirSync(${JSON.stringify(directory)})`;
      await expect(run(process.execPath, ['-e', list], as)).rejects.toThrow(/EACCES/);

      const refused = run(process.execPath, [launcher, 'thief', '--dir', directory], as);
      await expect(refused).rejects.toThrow(/FILE_UNREADABLE|DIRECTORY_MISSING/);

      const theirs = bench.path('stolen');
      mkdirSync(theirs);
      chmodSync(bench.root, 0o755);
      copyOf(directory, join(theirs, 'D'));
      writeFileSync(join(theirs, 'canaries.txt'), texts.join('\n'));
      for (const name of ['', ...readdirSync(theirs, { recursive: true, encoding: 'utf8' })]) {
        lchownSync(join(theirs, name), OTHER, OTHER);
      }
      const argv = [
        'thief',
        '--dir',
        join(theirs, 'D'),
        '--canaries',
        join(theirs, 'canaries.txt'),
        '--json',
      ];
      const { stdout } = await run(process.execPath, [launcher, ...argv], as);
      const found: ThiefReport = JSON.parse(stdout);
      expect(found.canaries).toMatchObject({ tried: texts.length, found: [] });
      expect(found.notes).toEqual([]);
      expect(found.visible.some((entry) => entry.where.endsWith(': tacet.events'))).toBe(true);
    },
    120_000,
  );
});

describe('what the server says', () => {
  it('holds none of the texts, whatever happened', async () => {
    await ended(server, 'SIGTERM');
    expect(heard.length).toBeLessThan(10_000);
    expect(await findings(Buffer.from(heard))).toEqual([]);
  });
});
