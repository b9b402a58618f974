import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Event } from '@tacet/records';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ended, type Outcome, Workbench } from '../apps/cli/src/testing/command.ts';

const KILLS = 20;
const SENDERS = 3;
const EVENTS_A_BATCH = 40;
/** The server lives so long, in milliseconds: long enough to store something, short enough to be in the middle. */
const LIFE = { least: 50, most: 700 };
/** What a start takes on a machine with nothing else to do, in milliseconds. */
const USUAL_START = 1_500;

let bench: Workbench;
let directory: string;
let tokenFile: string;
let token: string;
/** Where the server listens, whenever it does. */
let address: string;
let over = false;

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  const founded = await bench.tacet(['init', '--dir', directory, '--json']);
  tokenFile = JSON.parse(founded.stdout).ingestTokenFile;
  token = (await readFile(tokenFile, 'utf8')).trim();
  const first = await bench.serve(directory);
  address = first.address;
  await ended(first.process, 'SIGTERM');
}, 60_000);
afterAll(() => bench.remove());

const line = (name: string) => JSON.stringify({ msg: `needle ${name}`, padding: 'x'.repeat(200) });

/** Sends batch after batch, each again until it is acknowledged; gives the names of all events. */
async function keepSending(sender: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let number = 0; !over || number === 0; number++) {
    const names = Array.from({ length: EVENTS_A_BATCH }, (_, at) => `s${sender}b${number}e${at}`);
    const body = names.map(line).join('\n');
    while (!(await send(body))) await new Promise((resolve) => setTimeout(resolve, 100));
    acknowledged.push(...names);
  }
  return acknowledged;
}

async function send(body: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' };
  try {
    const response = await fetch(`${address}/v1/events`, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Runs `tacet import` over lines that keep coming; gives what it said and the names of its events. */
async function keepImporting(): Promise<{ said: Outcome; names: string[] }> {
  const names: string[] = [];
  async function* lines() {
    while (!over || names.length === 0) {
      const some = Array.from({ length: 100 }, (_, at) => `i${names.length + at}`);
      names.push(...some);
      yield Buffer.from(`${some.map(line).join('\n')}\n`);
      // The kills' timers need a turn as well.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const argv = ['import', '-', '--format', 'jsonl', '--to', address, '--token-file', tokenFile, '--json'];
  return { said: await bench.tacet(argv, { stdin: Readable.from(lines()) }), names };
}

it(`kill -9, ${KILLS} times while events come in: nothing acknowledged is missing, nothing is there twice`, async () => {
  const senders = Array.from({ length: SENDERS }, (_, sender) => keepSending(sender));
  const importing = keepImporting();
  const port = ['--port', new URL(address).port];
  for (let kill = 0; kill < KILLS; kill++) {
    const begun = performance.now();
    const server = await bench.serve(directory, ...port);
    // On a machine that is slow just now everything takes longer, also what must fit into a life.
    const slowness = Math.max(1, (performance.now() - begun) / USUAL_START);
    await new Promise((resolve) => setTimeout(resolve, slowness * randomInt(LIFE.least, LIFE.most)));
    await ended(server.process, 'SIGKILL');
  }
  over = true;
  const last = await bench.serve(directory, ...port);
  const acknowledged = (await Promise.all(senders)).flat();
  const imported = await importing;
  expect([imported.said.status, imported.said.stderr]).toEqual([0, '']);
  expect(JSON.parse(imported.said.stdout)).toMatchObject({ events: imported.names.length, refused: 0 });
  expect(await ended(last.process, 'SIGTERM')).toBe(0);

  const search = [
    'search',
    'needle',
    '--limit',
    '1000000',
    '--dir',
    directory,
    '--purpose',
    'counting',
    '--json',
  ];
  const found = await bench.tacet(search);
  expect([found.status, found.stderr]).toEqual([0, '']);
  const events = found.stdout.split('\n').filter(Boolean);
  const names = events.map((text) => String((JSON.parse(text) as Event).body).slice('needle '.length));
  const expected = [...acknowledged, ...imported.names];
  expect(acknowledged.length).toBeGreaterThan(SENDERS * EVENTS_A_BATCH);
  expect(names.length).toBe(expected.length);
  expect(names.sort()).toEqual(expected.sort());
}, 400_000);
