import {
  admitReader,
  createIdentity,
  epochKey,
  type Founded,
  foundWorkspace,
  type Identity,
  makeKeyrings,
  toHex,
  verifyAuthority,
  WriterSession,
} from '@tacet/seal';
import { beforeAll, describe, expect, it } from 'vitest';
import { ReaderKeys } from './reader-keys.ts';

const now = 1_736_121_600_000;

async function workspace() {
  const founded = await foundWorkspace({ workspace: 'w', now });
  const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
  const start = () => WriterSession.start({ workspace: 'w', authority, writer: founded.writer, now });
  return { ...founded, start };
}

describe('the keys of a reader', () => {
  it('open a session once, and anew when the authority has changed', async () => {
    const { identity, authority, start } = await workspace();
    const { id, record } = await start();
    const keys = new ReaderKeys(identity);
    await keys.use(authority);
    const first = await keys.session(toHex(id), record);
    await keys.use({ ...authority });
    expect(await keys.session(toHex(id), record)).toBe(first);
    await keys.use({ ...authority, writers: [...authority.writers, ...authority.writers] });
    await expect(keys.session(toHex(id), record)).resolves.not.toBe(first);
    // Whoever still holds the first can go on with it.
    expect(first.indexKey(0)).toHaveLength(32);
  });

  it('take no record of another session, and then the right one', async () => {
    const { identity, authority, start } = await workspace();
    const [one, two] = [await start(), await start()];
    const keys = new ReaderKeys(identity);
    await keys.use(authority);
    await expect(keys.session(toHex(one.id), two.record)).rejects.toMatchObject({ code: 'SESSION_INVALID' });
    await expect(keys.session(toHex(one.id), one.record)).resolves.toBeDefined();
  });

  it('leave the identity as it was when they are closed', async () => {
    const { identity, authority, rootHash, start } = await workspace();
    const known = await verifyAuthority(authority, { rootHash });
    const { id, number } = known.epochs[0]!;
    const seed = await epochKey(identity, known, known.epochs[0]!);
    const own = { ...identity, epochs: [{ id, number, seed }] };
    const { id: session, record } = await start();
    for (let time = 0; time < 2; time++) {
      const keys = new ReaderKeys(own);
      await keys.use(authority);
      await expect(keys.session(toHex(session), record)).resolves.toBeDefined();
      keys.close();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seed).not.toEqual(new Uint8Array(32));
  });

  it('know only workspaces that are pinned', async () => {
    const { authority } = await workspace();
    const keys = new ReaderKeys(await createIdentity());
    await expect(keys.use(authority)).rejects.toMatchObject({ code: 'ROOT_MISMATCH' });
    await expect(keys.session('00'.repeat(16), new Uint8Array())).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('keyrings', () => {
  const COUNT = 66;
  let founded: Founded;
  let records: Map<string, Uint8Array>;
  let rings: Uint8Array[];
  let others: Identity;
  beforeAll(async () => {
    founded = await foundWorkspace({ workspace: 'acme', now });
    const ann = await createIdentity();
    const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const introduction = {
      name: 'Ann',
      publicKey: ann.reader.publicKey,
      signing: ann.signing.publicKey,
    };
    const admitted = await admitReader({ identity: founded.identity, authority, now }, introduction);
    founded.authority.readers.push(...admitted.readers);
    founded.authority.grants.push(...admitted.grants);
    others = { ...ann, pins: founded.identity.pins };
    records = new Map();
    for (let at = 0; at < COUNT; at++) {
      const options = { workspace: 'acme', authority, writer: founded.writer, now };
      const { id, record } = await WriterSession.start(options);
      records.set(toHex(id), record);
    }
  });
  const keysOf = async (identity: Identity) => {
    const keys = new ReaderKeys(identity);
    await keys.use(founded.authority);
    return keys;
  };
  const openAll = (keys: ReaderKeys) =>
    Promise.all([...records].map(([id, record]) => keys.session(id, record)));

  it('are made once of what was opened one by one, and spare that the next time', async () => {
    const first = await keysOf(founded.identity);
    expect(first.epochsToLearn(records)).toEqual([1]);
    const opened = await openAll(first);
    rings = await first.keyrings(now);
    expect([rings.length, await first.keyrings(now)]).toEqual([1, []]);

    const second = await keysOf(founded.identity);
    await second.learn(rings);
    expect(second.epochsToLearn(records)).toEqual([]);
    const again = await openAll(second);
    expect(again.map((session) => session.indexKey(0))).toEqual(opened.map((session) => session.indexKey(0)));
    // Nothing had to be decapsulated, so there is nothing to leave.
    expect(await second.keyrings(now)).toEqual([]);
    first.close();
    second.close();
  });

  it('of others are used, and their sessions checked and taken into an own one', async () => {
    const keys = await keysOf(others);
    await keys.learn(rings);
    expect(keys.epochsToLearn(records)).toEqual([1]);
    const [id, record] = [...records][0]!;
    const forged = record.slice();
    forged[forged.length - 1]! ^= 1;
    await expect(keys.session(id, forged)).rejects.toMatchObject({ code: 'SESSION_INVALID' });
    await openAll(keys);
    const own = await keys.keyrings(now);
    const later = await keysOf(others);
    await later.learn([...rings, ...own]);
    expect(later.epochsToLearn(records)).toEqual([]);
  });

  it('that hold nonsense, or come from nobody known, change nothing', async () => {
    const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const nonsense = new Map([...records.keys()].map((id) => [id, new Uint8Array(32)]));
    const bad = await makeKeyrings(others, authority, authority.epochs[0]!, nonsense, now);
    const cut = rings[0]!.subarray(0, 900);
    const keys = await keysOf(founded.identity);
    await keys.learn([...bad, cut, new Uint8Array(3)]);
    expect(await openAll(keys)).toHaveLength(COUNT);
    expect(await keys.keyrings(now)).toHaveLength(1);
  });
});
