import { codeOf } from '@tacet/records';
import { type Authority, certifyEpoch, renewEpochCertificate } from '@tacet/seal';
import { decodeEntry } from '@tacet/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EpochWatch, loadAuthority } from './authority.ts';
import { codeIn, type TestServer, testServer } from './testing/server.ts';

const DAY = 86_400_000;

describe('watching the epochs', () => {
  /** An authority with epochs 1 to `count`, whose last certificate ends at `ends` (milliseconds). */
  const authority = (count: number, ends: number) =>
    ({
      epochs: Array.from({ length: count }, (_, at) => ({
        number: at + 1,
        certificates: [{ notBefore: 0, notAfter: ends / 1000 }],
      })),
    }) as unknown as Authority;

  it('warns from ten days before the end, once a day, and after it', async () => {
    const said: string[] = [];
    let now = 0;
    const watch = new EpochWatch({
      load: async () => authority(1, 30 * DAY),
      now: () => now,
      warn: (text) => said.push(text),
      onNewEpoch: () => said.push('new epoch'),
    });
    for (const day of [0, 19, 20.5, 20.6, 21.5, 21.6, 30.2, 30.6]) {
      now = day * DAY;
      await watch.look();
    }
    expect(said.map((text) => / (ends in \d+ days|has ended)/.exec(text)?.[1])).toEqual([
      'ends in 9 days',
      'ends in 8 days',
      'has ended',
    ]);
    expect(watch.ends).toBe((30 * DAY) / 1000);
  });

  it('notices a new epoch', async () => {
    let [count, noticed] = [1, 0];
    const watch = new EpochWatch({
      load: async () => authority(count, 30 * DAY),
      now: () => 0,
      warn: () => {},
      onNewEpoch: () => noticed++,
    });
    await watch.look();
    await watch.look();
    expect(noticed).toBe(0);
    count = 2;
    await watch.look();
    await watch.look();
    expect(noticed).toBe(1);
  });
});

describe('a server whose certificate ends', () => {
  let test: TestServer;
  const start = Date.now();
  let now = start;
  beforeAll(async () => {
    test = await testServer({ now: () => now });
  });
  afterAll(() => test.remove());

  const send = (text: string) => test.ingest('/v1/events', JSON.stringify({ msg: text }));
  const issuer = async () => {
    const { stores, config } = test.server;
    const rootHash = new Uint8Array(Buffer.from(config.rootHash, 'hex'));
    return { identity: test.identity, authority: await loadAuthority(stores.control, 'acme', rootHash), now };
  };

  it('answers 503 until it is renewed, then goes on by itself', async () => {
    expect((await send('before')).status).toBe(200);
    now = start + 31 * DAY;
    const refused = await send('after the end');
    expect([refused.status, await codeIn(refused)]).toEqual([503, 'EPOCH_EXPIRED']);
    const record = await renewEpochCertificate(await issuer());
    await test.server.stores.control.appendRecord('acme', 'epochs', record);
    expect((await send('after the renewal')).status).toBe(200);
  });

  it('never goes back to an epoch before the highest it has seen', async () => {
    const { record } = await certifyEpoch(await issuer());
    const { control } = test.server.stores;
    await control.appendRecord('acme', 'epochs', record);
    test.server.gateway()?.rotate();
    expect((await send('in epoch 2')).status).toBe(200);
    expect((await control.sessions('acme')).map(({ epoch }) => epoch)).toEqual([1, 1, 2]);
    // A server that hides the new epoch again.
    const records = control.records.bind(control);
    control.records = async (workspace, kind) =>
      (await records(workspace, kind)).filter((body) => Buffer.compare(body, record) !== 0);
    test.server.gateway()?.rotate();
    const refused = await send('back in epoch 1');
    expect([refused.status, await codeIn(refused)]).toEqual([503, 'EPOCH_ROLLED_BACK']);
    const refusals = (await Array.fromAsync(test.server.trail.leaves()))
      .map(decodeEntry)
      .filter(({ kind }) => kind === 'keys-refused');
    expect(refusals).toMatchObject([{ actor: 'server', facts: { code: 'EPOCH_ROLLED_BACK' } }]);
  });

  it('believes no record that does not hang on its root', async () => {
    const { control } = test.server.stores;
    const failure = await loadAuthority(control, 'acme', new Uint8Array(32)).catch(codeOf);
    expect(failure).toBe('ROOT_MISMATCH');
  });
});
