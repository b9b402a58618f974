import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { canariesOf, sampleLines } from '@tacet/sample';
import { certifyWriter, decodeSession, epochKey, openIdentity, verifyAuthority } from '@tacet/seal';
import { authorityRecords } from '@tacet/search/wire';
import { openServer } from '@tacet/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, Workbench } from '../apps/cli/src/testing/command.ts';
import { Wire } from '../apps/cli/src/testing/wire.ts';
import { loadAuthority } from '../apps/server/src/authority.ts';
import { Matcher } from '../packages/assess/src/thief/matcher.ts';
import { Scanner } from '../packages/assess/src/thief/scan.ts';
import { firstPeriodKey } from '../packages/seal/src/keys/chain.ts';
import { expand } from '../packages/seal/src/keys/derive.ts';
import { hpkeOpen } from '../packages/seal/src/keys/hpke.ts';
import { sessionInfo } from '../packages/seal/src/records/session.ts';
import { countInMemory } from '../packages/seal/tests/process-memory.ts';

// A gateway that seals beside the apps, the server elsewhere: what the server gets, and what a crash loses.

const EVENTS = 600;
const canaries = canariesOf('gateway', 6);
const texts = canaries.map((canary) => canary.text);
const secrets = canaries.filter((canary) => canary.kind === 'secret');

let bench: Workbench;
let directory: string;
let state: string;
let founded: Record<
  'identity' | 'ingestTokenFile' | 'readerTokenFile' | 'passphraseFile' | 'rootHash',
  string
>;
let token: string;
let server: { address: string; process: ChildProcess };
const wire = new Wire();

let wireUrl: string;

async function serve(...flags: string[]): Promise<void> {
  server = await bench.serve(directory, ...flags);
  wire.target = Number(new URL(server.address).port);
}

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  state = bench.path('writer');
  founded = JSON.parse((await bench.tacet(['init', '--dir', directory, '--json'])).stdout);
  token = readFileSync(founded.ingestTokenFile, 'utf8').trim();
  const enrolled = await bench.tacet([
    'gateway',
    'enroll',
    '--state',
    state,
    '--token-file',
    founded.ingestTokenFile,
    '--name',
    'shop',
    '--json',
  ]);
  expect(enrolled.stderr).toBe('');
  await certify(JSON.parse(enrolled.stdout));
  wireUrl = await wire.listen();
  await serve();
}, 120_000);

afterAll(async () => {
  wire.close();
  await bench.remove();
});

function owner() {
  const passphrase = readFileSync(founded.passphraseFile, 'utf8').trim();
  return openIdentity(new Uint8Array(readFileSync(founded.identity)), passphrase);
}

/** What the holder of the operations key does with a request. */
async function certify({ name, publicKey }: { name: string; publicKey: string }): Promise<void> {
  const identity = await owner();
  const opened = await openServer({ directory });
  const { control } = opened.stores;
  const rootHash = new Uint8Array(Buffer.from(opened.config.rootHash, 'hex'));
  const authority = await loadAuthority(control, 'default', rootHash);
  const key = new Uint8Array(Buffer.from(publicKey, 'base64'));
  const record = await certifyWriter({ identity, authority, now: Date.now() }, { publicKey: key, name });
  await control.appendRecord('default', 'writers', record);
  await opened.close();
}

const gateway = (...flags: string[]) => bench.gateway(wireUrl, state, ...flags);

function send(address: string, body: string): Promise<Response> {
  return fetch(`${address}/v1/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
    body,
  });
}

async function findings(bytes: Uint8Array): Promise<string[]> {
  const matcher = new Matcher(texts);
  const scanner = new Scanner({ matcher }, 'here');
  await scanner.write(bytes);
  await scanner.end();
  return matcher.found.map((finding) => `${finding.form} ${finding.canary}`);
}

async function found(query: string): Promise<string[]> {
  const argv = ['search', query, '--dir', directory, '--purpose', 'a test', '--limit', '5000', '--json'];
  const { stdout, stderr, status } = await bench.tacet(argv);
  expect([status, stderr.replace(/.*no word of this query.*\n|\{"scans".*\n/, '')]).toEqual([0, '']);
  return stdout.split('\n').filter(Boolean);
}

describe('a server that end-to-end writers send to', () => {
  it('receives no text in any form, and its readers find everything but the secrets', async () => {
    const { address, process } = await gateway();
    const lines = [...sampleLines({ seed: 'gateway', count: EVENTS, canaries })];
    const sent = await send(address, lines.join('\n'));
    expect(await sent.json()).toMatchObject({ accepted: EVENTS, refused: 0 });
    const refused = await fetch(`${address}/v1/events`, { method: 'POST', body: lines[0]! });
    expect(refused.status).toBe(401);
    expect(await ended(process, 'SIGTERM')).toBe(0);

    const bytes = Buffer.concat(wire.received);
    expect(bytes.length).toBeGreaterThan(50_000);
    expect(await findings(bytes)).toEqual([]);
    // The scanner is no blind one: the same lines, as they would have come without the gateway.
    expect((await findings(Buffer.from(lines.join('\n')))).length).toBeGreaterThan(0);

    const rows = (await found('NOT zzyzx')).join('\n');
    expect(rows.split('\n')).toHaveLength(EVENTS);
    for (const { kind, text } of canaries) expect(rows.includes(text), text).toBe(kind !== 'secret');
    expect(secrets.length).toBeGreaterThan(20);

    // Nor the key that makes fingerprints, nor one of them: a server has nothing to try guesses with.
    const fingerprints = [...new Set(rows.match(/(?<=\[secret:[a-z0-9-]+:)[0-9a-f]{32}(?=\])/g))];
    expect(fingerprints.length).toBeGreaterThan(20);
    for (const hex of [...fingerprints, readFileSync(`${state}/fingerprint`, 'hex')])
      expect([bytes.includes(hex), bytes.includes(Buffer.from(hex, 'hex'))]).toEqual([false, false]);
    const secret = secrets.find(({ text }) => text.startsWith('sk-'))!.text;
    const find = ['secret', 'find', '-', '--dir', directory, '--purpose', 'a test', '--json'];
    const own = ['--fingerprint-key', `${state}/fingerprint`];
    expect((await bench.tacet([...find, ...own], { stdin: secret })).status).toBe(1);
    const without = await bench.tacet(find, { stdin: secret });
    expect([without.status, JSON.parse(without.stderr)]).toMatchObject([
      0,
      { warning: expect.stringMatching(/^2 writers/) },
    ]);
  }, 120_000);

  it('leaves nothing of an event on the gateway’s disk', async () => {
    const names = readdirSync(state).sort();
    expect(names).toEqual(['epoch', 'fingerprint', 'resend', 'token', 'writer']);
    for (const name of names) expect(await findings(readFileSync(`${state}/${name}`))).toEqual([]);
  });
});

describe.skipIf(!existsSync('/proc/self/maps'))('a thief of a running gateway', () => {
  it('finds in its memory the key to come, and none of what it sealed', async ({ skip }) => {
    const { address, process } = await gateway();
    for (const msg of ['one segment', 'and another'])
      expect((await send(address, JSON.stringify({ msg }))).status).toBe(200);
    const ask = async (path: string, init: RequestInit) => {
      const headers = {
        Authorization: `Bearer ${readFileSync(founded.readerTokenFile, 'utf8').trim()}`,
        'Tacet-Purpose': 'testing',
      };
      return (await fetch(`${server.address}${path}`, { ...init, headers })).json();
    };
    const { sessions } = (await ask('/v1/plan', { method: 'POST', body: '{}' })) as {
      sessions: { record: string }[];
    };
    const records = sessions.map(({ record }) =>
      decodeSession(new Uint8Array(Buffer.from(record, 'base64'))),
    );
    const { session, hash } = records.sort((a, b) => a.session.started - b.session.started).at(-1)!;
    const authority = await verifyAuthority(
      authorityRecords(await ask('/v1/authority', {}), (what) => {
        throw new Error(what);
      }),
      { rootHash: new Uint8Array(Buffer.from(founded.rootHash, 'hex')) },
    );
    const seed = await epochKey(await owner(), authority, authority.epochs[0]!);
    const secret = (await hpkeOpen(seed, sessionInfo(session), session))!;
    const period = firstPeriodKey(hash, secret);
    const links = [expand(period, 'link')];
    while (links.length < 3) links.push(expand(links.at(-1)!, 'next'));
    try {
      closeSync(openSync(`/proc/${process.pid}/mem`, 'r'));
    } catch {
      skip('this system lets nobody read the memory of another process');
    }
    const counted = countInMemory(
      process.pid!,
      new Map([
        ['S0', secret],
        ['P0', period],
        ...links.map((link, at) => [`link ${at}`, link] as const),
        ['siv 1', expand(links[1]!, 'siv')],
      ]),
    );
    expect(counted.get('link 2'), 'the control: the key to come is found').toBeGreaterThan(0);
    counted.delete('link 2');
    expect([...counted].filter(([, count]) => count > 0)).toEqual([]);
    expect(await ended(process, 'SIGTERM')).toBe(0);
  }, 60_000);
});

describe('kill -9', () => {
  it('of gateway or server loses nothing that was acknowledged, and doubles nothing sent again', async () => {
    let running = await gateway();
    const flags = ['--port', new URL(running.address).port];
    const address = running.address;
    const acknowledged: string[] = [];
    let over = false;
    const sending = (async () => {
      for (let batch = 0; !over; batch++) {
        const names = Array.from({ length: 30 }, (_, at) => `b${batch}e${at}`);
        const body = names.map((name) => JSON.stringify({ msg: `needle ${name}` })).join('\n');
        for (;;) {
          const ok = await send(address, body).then(
            (response) => response.status === 200,
            () => false,
          );
          if (ok) break;
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
        acknowledged.push(...names);
      }
    })();
    for (let kill = 0; kill < 2; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await ended(running.process, 'SIGKILL');
      running = await gateway(...flags);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await ended(server.process, 'SIGKILL');
      await serve();
    }
    // On a slow machine there was hardly an answer between two kills.
    while (acknowledged.length < 90) await new Promise((resolve) => setTimeout(resolve, 50));
    over = true;
    await sending;
    expect(await ended(running.process, 'SIGTERM')).toBe(0);
    const names = (await found('needle')).map((line) => /needle (\w+)/.exec(line)![1]!);
    expect(acknowledged.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  }, 120_000);
});
