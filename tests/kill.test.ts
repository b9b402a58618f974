import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Event } from '@tacet/records';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ended, Workbench } from '../apps/cli/src/testing/command.ts';

const KILLS = 20;
const SENDERS = 4;
const EVENTS_A_BATCH = 40;
/** The server lives so long, in milliseconds: long enough to store something, short enough to be in the middle. */
const LIFE = { least: 50, most: 700 };

let bench: Workbench;
let directory: string;
let token: string;
beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  const founded = await bench.tacet(['init', '--dir', directory, '--json']);
  token = (await readFile(JSON.parse(founded.stdout).ingestTokenFile, 'utf8')).trim();
}, 60_000);
afterAll(() => bench.remove());

/** Where the server listens at the moment. */
let address = '';
let over = false;

/** Sends batch after batch, each again until it is acknowledged; gives the names of all of them. */
async function keepSending(sender: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let number = 0; !over || number === 0; number++) {
    const batch = `s${sender}b${number}`;
    const names = Array.from({ length: EVENTS_A_BATCH }, (_, at) => `${batch}e${at}`);
    const body = names
      .map((name) => JSON.stringify({ msg: `needle ${name}`, padding: 'x'.repeat(500) }))
      .join('\n');
    while (!(await send(body))) await new Promise((resolve) => setTimeout(resolve, 20));
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

it(`kill -9, ${KILLS} times while events come in: nothing acknowledged is missing, nothing is there twice`, async () => {
  const senders = Array.from({ length: SENDERS }, (_, sender) => keepSending(sender));
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await bench.serve(directory);
    address = server.address;
    await new Promise((resolve) => setTimeout(resolve, randomInt(LIFE.least, LIFE.most)));
    await ended(server.process, 'SIGKILL');
  }
  over = true;
  const last = await bench.serve(directory);
  address = last.address;
  const acknowledged = (await Promise.all(senders)).flat();
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
  const names = found.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => String((JSON.parse(line) as Event).body).slice(7));
  expect(acknowledged.length).toBeGreaterThan(SENDERS * EVENTS_A_BATCH);
  expect(names.sort()).toEqual(acknowledged.sort());
}, 400_000);
