import { decodeEntry } from '@tacet/trail';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Retention } from './retention.ts';
import { type TestServer, testServer } from './testing/server.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 5, 1, 12);
let now = START;
let elapsed = 0;
let test: TestServer;
let warned: string[] = [];

beforeAll(async () => {
  test = await testServer({ now: () => now });
});
afterAll(() => test.remove());

/** As a server does it that keeps 30 days. */
function retention(): Retention {
  const { stores, trail } = test.server;
  const warn = (text: string) => warned.push(text);
  return new Retention({
    workspace: 'acme',
    keepDays: 30,
    ...stores,
    trail,
    now: () => now,
    elapsed: () => elapsed,
    warn,
  });
}

function pass(ms: number): void {
  now += ms;
  elapsed += ms;
}

const days = async () => (await test.server.stores.log.days('acme')).map(({ day }) => day);
const at = (time: number) => Math.floor(time / DAY);

async function entries() {
  const found = [];
  for await (const leaf of test.server.trail.leaves()) found.push(decodeEntry(leaf));
  return found.filter(({ kind }) => kind === 'retention').map(({ facts }) => facts);
}

it('deletes whole days when all of a day is past its term, shares too, and says so in the trail', async () => {
  for (let day = 0; day < 3; day++) {
    await test.ingest('/v1/events', `{"msg":"day ${day}"}`);
    // Stopping, a gateway would seal small segments of several days into one.
    await test.reopen();
    now += DAY;
  }
  const { log, control } = test.server.stores;
  const [first] = await log.idsOn('acme', at(START), { after: new Uint8Array(16), limit: 9 });
  const keeper = retention();
  now = START + 30 * DAY;
  await keeper.look();
  expect(await days()).toHaveLength(3);
  // The last hour of the day of receipt is 30 days old only now.
  pass(DAY / 2 - 1);
  await keeper.look();
  expect(await days()).toHaveLength(3);
  pass(1);
  await keeper.look();
  expect(await days()).toEqual([at(START) + 1, at(START) + 2]);
  expect((await control.sharesPresent('acme', [first!])).size).toBe(0);
  expect(await entries()).toEqual([{ day: '2026-06-01', segments: 1, rows: 1, keep: '30d' }]);
});

it('does not believe a clock that jumps, until it has gone on for a day', async () => {
  const keeper = retention();
  await keeper.look();
  now += 400 * DAY;
  warned = [];
  await keeper.look();
  pass(DAY - 1);
  await keeper.look();
  expect([await days(), warned]).toEqual([
    [at(START) + 1, at(START) + 2],
    [expect.stringContaining('the clock')],
  ]);
  // It was set back: what it showed meanwhile was never believed.
  now -= 400 * DAY;
  await keeper.look();
  pass(DAY);
  await keeper.look();
  expect(await days()).toEqual([at(START) + 2]);
});

it('does not believe a clock either that nobody watched for days', async () => {
  now += 90 * DAY;
  const keeper = retention();
  await keeper.look();
  expect(await days()).toEqual([at(START) + 2]);
  pass(DAY);
  await keeper.look();
  expect(await days()).toEqual([]);
});
