import { TacetError } from '@tacet/records';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStores, type Stores } from './stores.ts';
import { codeIn, type TestServer, testServer } from './testing/server.ts';

/** How the stores behave: as they are, or failing in one of the ways a disk or a server does. */
let mode: 'well' | 'refuses' | 'stores but does not answer' | 'no shares' | 'full' = 'well';
let test: TestServer;

function failing(stores: Stores): Stores {
  const { log, control } = stores;
  const unavailable = () => new TacetError('STORE_UNAVAILABLE', 'the log engine cannot be reached');
  return {
    ...stores,
    log: new Proxy(log, {
      get: (target, name: keyof typeof log) => {
        if (name !== 'insert')
          return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
        return async (rows: Parameters<typeof log.insert>[0]) => {
          if (mode === 'refuses') throw unavailable();
          if (mode === 'full') throw new TacetError('STORE_FULL', 'no space left for the log engine');
          await log.insert(rows);
          if (mode === 'stores but does not answer') throw unavailable();
        };
      },
    }),
    control: new Proxy(control, {
      get: (target, name: keyof typeof control) => {
        if (name === 'addShares' && mode === 'no shares') return () => Promise.reject(unavailable());
        return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
      },
    }),
  };
}

beforeAll(async () => {
  test = await testServer({
    openStores: async (layout, config) => failing(await openStores(layout, config)),
  });
});
afterAll(() => test.remove());
beforeEach(() => {
  mode = 'well';
});

const send = (text: string) => test.ingest('/v1/events', JSON.stringify({ msg: text }));
const stored = async () => (await test.server.stores.log.stats('acme')).events;

/** Sends again, as a client does that was told to, until it is taken. */
async function sendUntilTaken(text: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await send(text)).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('never taken');
}

describe('while the store fails', () => {
  it.each(['refuses', 'stores but does not answer', 'no shares', 'full'] as const)(
    'answers 503 with Retry-After, loses nothing and stores nothing twice: %s',
    async (how) => {
      await sendUntilTaken(`before ${how}`);
      const before = await stored();
      mode = how;
      const refused = await send(`during ${how}`);
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(await codeIn(refused)).toBe(how === 'full' ? 'STORE_FULL' : 'STORE_UNAVAILABLE');
      expect((await send(`another ${how}`)).status).toBe(503);
      expect((await test.request('/readyz')).status).toBe(503);
      mode = 'well';
      await sendUntilTaken(`during ${how}`);
      await sendUntilTaken(`another ${how}`);
      await test.server.gateway()?.flush();
      expect(await stored()).toBe(before + 2);
    },
    20_000,
  );

  it('is ready again afterwards', async () => {
    await sendUntilTaken('after');
    const response = await fetchReady();
    expect(response.status).toBe(200);
  });
});

describe('under pressure', () => {
  it('answers BUSY at once, with Retry-After, and takes the batch later', async () => {
    const lease = test.server.parts.budget.lease();
    lease.grow(256 * 1024 * 1024 - 10);
    const busy = await send('too much at once');
    expect([busy.status, busy.headers.get('Retry-After'), await codeIn(busy)]).toEqual([503, '1', 'BUSY']);
    lease.release();
    expect((await send('too much at once')).status).toBe(200);
  });
});

/** Readiness is remembered for a second. */
async function fetchReady(): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const response = await test.request('/readyz');
    if (response.status === 200 || tries > 60) return response;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
