import { codeOf } from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AuthorityRecords,
  activeReaders,
  admitReader,
  certifyReader,
  createIdentity,
  decodeIntroduction,
  emptyRecords,
  epochEnds,
  epochKey,
  type Founded,
  foundWorkspace,
  type Identity,
  introduce,
  maintain,
  nextEpoch,
  openSession,
  RECIPIENT,
  readerFingerprint,
  revokeReader,
  shredEpoch,
  verifyAuthority,
  WriterSession,
} from '../src/index.ts';
import { NOW } from './workspace.ts';

let founded: Founded;
let ann: Identity;
let records: AuthorityRecords;
beforeAll(async () => {
  founded = await foundWorkspace({ workspace: 'acme', now: NOW });
  ann = await createIdentity();
  records = founded.authority;
});

const verified = () => verifyAuthority(records, { rootHash: founded.rootHash });
const issuer = async (identity = founded.identity) => ({ identity, authority: await verified(), now: NOW });
const add = (more: Partial<AuthorityRecords>) => {
  for (const list of Object.keys(more) as (keyof AuthorityRecords)[])
    records = { ...records, [list]: [...records[list], ...more[list]!] };
};
const introduced = async (identity: Identity, name = 'Ann') =>
  decodeIntroduction(await introduce(identity, name));
const failure = (work: Promise<unknown>) => work.then(() => 'done', codeOf);

/** A session started now, and whether an identity opens it. */
async function sealed(): Promise<Uint8Array> {
  const authority = await verified();
  const { record } = await WriterSession.start({
    workspace: 'acme',
    authority,
    writer: founded.writer,
    now: NOW,
  });
  return record;
}
const opening = async (record: Uint8Array, identity: Identity) =>
  failure(openSession(record, identity, await verified()));

describe('readers', () => {
  let [first, second, third]: Uint8Array[] = [];

  it('introduce themselves by keys that people compare', async () => {
    const introduction = await introduced(ann);
    expect(introduction.name).toBe('Ann');
    expect(readerFingerprint(introduction)).toHaveLength(32);
    const other = await introduced(await createIdentity());
    expect(readerFingerprint(other)).not.toEqual(readerFingerprint(introduction));
    // A signing key swapped in by a server changes the fingerprint as well.
    expect(readerFingerprint({ ...introduction, signing: other.signing })).not.toEqual(
      readerFingerprint(introduction),
    );
  });

  it('open what was sealed before only once they are granted', async () => {
    first = await sealed();
    expect(await opening(first!, ann)).toBe('GRANT_MISSING');
    add(await admitReader(await issuer(), await introduced(ann)));
    expect(await opening(first!, ann)).toBe('done');
    expect(activeReaders(await verified()).map(({ name }) => name)).toEqual(['owner', 'Ann']);
  });

  it('are granted new epochs without being asked, by an agent that reads nothing', async () => {
    const { workspace, operations } = founded.identity.owner!;
    const agent = { ...(await createIdentity()), owner: { workspace, operations } };
    add(await nextEpoch(await issuer(agent)));
    second = await sealed();
    expect(await opening(second!, ann)).toBe('done');
    expect(await opening(second!, agent)).toBe('GRANT_MISSING');
    expect(await failure(admitReader(await issuer(agent), await introduced(ann)))).toBe('GRANT_MISSING');
  });

  it('open nothing sealed after they were revoked, and the others everything', async () => {
    add(await revokeReader(await issuer(), ann.reader.id));
    third = await sealed();
    for (const record of [first!, second!, third!]) {
      expect(await opening(record, ann)).toBe('GRANT_MISSING');
      expect(await opening(record, founded.identity)).toBe('done');
    }
    // Even with every key that Ann ever had.
    const before = {
      ...records,
      revocations: [],
      epochs: records.epochs.slice(0, 2),
      grants: records.grants,
    };
    const old = await verifyAuthority(
      { ...before, grants: records.grants.slice(0, -1) },
      { rootHash: founded.rootHash },
    );
    const kept = await Promise.all(
      old.epochs.map(async (epoch) => ({ ...epoch, seed: await epochKey(ann, old, epoch) })),
    );
    expect(kept).toHaveLength(2);
    expect(await opening(third!, { ...ann, epochs: kept })).toBe('GRANT_MISSING');
  });

  it('do not come back with the keys that were revoked', async () => {
    expect(await failure(admitReader(await issuer(), await introduced(ann)))).toBe('READER_INVALID');
    const again = await certifyReader(await issuer(), await introduced(ann));
    add({ readers: [again] });
    expect(activeReaders(await verified()).map(({ name }) => name)).toEqual(['owner']);
  });

  it('are never all revoked', async () => {
    const { id } = founded.identity.reader;
    expect(await failure(revokeReader(await issuer(), id))).toBe('READER_INVALID');
  });

  it('open nothing of a shredded epoch, with whatever keys', async () => {
    const authority = await verified();
    const seed = await epochKey(founded.identity, authority, authority.epochs[0]!);
    add(await shredEpoch(await issuer(), 1));
    expect(await opening(first!, founded.identity)).toBe('EPOCH_SHREDDED');
    expect(await opening(first!, { ...founded.identity, epochs: [{ ...authority.epochs[0]!, seed }] })).toBe(
      'EPOCH_SHREDDED',
    );
    expect(await opening(third!, founded.identity)).toBe('done');
    expect((await verified()).grants.some(({ epoch }) => epoch === 1)).toBe(false);
    expect(await failure(shredEpoch(await issuer(), 3))).toBe('EPOCH_INVALID');
    expect(await failure(shredEpoch(await issuer(), 9))).toBe('EPOCH_INVALID');
  });

  it('for recovery are granted like others, but are nobody who reads', async () => {
    const recovery = await createIdentity();
    add(await admitReader(await issuer(), await introduced(recovery, 'recovery'), { kind: 'recovery' }));
    expect(await opening(third!, recovery)).toBe('done');
    const authority = await verified();
    expect(authority.grants.filter(({ kind }) => kind === RECIPIENT.recovery)).toHaveLength(2);
    const { id } = founded.identity.reader;
    expect(await failure(revokeReader(await issuer(), id))).toBe('READER_INVALID');
  });
});

describe('the routine of a key agent', () => {
  const DAY = 86_400_000;
  const at = async (days: number, epochDays = 30) => {
    const { authority: lists, identity, rootHash } = routine;
    const authority = await verifyAuthority(lists, { rootHash });
    const done = await maintain({ identity, authority, now: NOW + days * DAY }, { epochDays });
    for (const list of Object.keys(lists) as (keyof AuthorityRecords)[])
      lists[list].push(...done.records[list]);
    await verifyAuthority(lists, { rootHash, now: NOW + days * DAY });
    const { epoch, begun, renewed, writers } = done;
    return { epoch, begun, renewed, writers };
  };
  let routine: Founded;
  beforeAll(async () => {
    routine = await foundWorkspace({ workspace: 'acme', now: NOW });
  });

  it('renews daily, begins an epoch when the last is old enough, and renews writers in time', async () => {
    const nothing = { epoch: 1, begun: false, renewed: false, writers: [] };
    expect(await at(0.5)).toEqual(nothing);
    expect(await at(1.1)).toEqual({ ...nothing, renewed: true });
    expect(await at(1.2)).toEqual(nothing);
    expect(await at(29)).toEqual({ ...nothing, renewed: true });
    expect(await at(30)).toEqual({ ...nothing, epoch: 2, begun: true });
    expect(await at(30.5)).toEqual({ ...nothing, epoch: 2 });
    expect(await at(58)).toEqual({ ...nothing, epoch: 2, renewed: true });
    expect(await at(310, 365)).toMatchObject({ epoch: 2, writers: ['gateway'] });
    expect(await at(311, 365)).toMatchObject({ epoch: 2, writers: [] });
  });

  it('never renews an epoch that is over: a writer is held to it until its certificate ends', async () => {
    const authority = await verifyAuthority(routine.authority, { rootHash: routine.rootHash });
    const [first, second] = authority.epochs;
    expect(epochEnds(first!)).toBeLessThan(NOW / 1000 + 60 * 86_400);
    expect(epochEnds(second!)).toBeGreaterThan(NOW / 1000 + 330 * 86_400);
    const hidden = { ...authority, epochs: [first!] };
    const start = (days: number) =>
      failure(
        WriterSession.start({
          workspace: 'acme',
          authority: hidden,
          writer: routine.writer,
          now: NOW + days * DAY,
        }),
      );
    expect(await start(58)).toBe('done');
    expect(await start(60)).toBe('EPOCH_EXPIRED');
  });
});

describe('a writer', () => {
  it('seals to no epoch that took the place of the one it saw', async () => {
    const here = await foundWorkspace({ workspace: 'acme', now: NOW });
    const { identity, rootHash, writer } = here;
    const [one, other] = await Promise.all(
      [0, 1].map(async () => {
        const authority = await verifyAuthority(here.authority, { rootHash });
        const next = await nextEpoch({ identity, authority, now: NOW });
        const lists = { ...emptyRecords(), ...here.authority };
        lists.epochs = [...lists.epochs, ...next.epochs];
        lists.grants = [...lists.grants, ...next.grants];
        return verifyAuthority(lists, { rootHash });
      }),
    );
    const options = { workspace: 'acme', writer, now: NOW };
    const session = await WriterSession.start({ ...options, authority: one! });
    const seen = { number: session.epoch, id: session.epochId };
    expect(await failure(WriterSession.start({ ...options, authority: one!, seen }))).toBe('done');
    expect(await failure(WriterSession.start({ ...options, authority: other!, seen }))).toBe('EPOCH_INVALID');
    const founding = await verifyAuthority(here.authority, { rootHash });
    expect(await failure(WriterSession.start({ ...options, authority: founding, seen }))).toBe(
      'EPOCH_ROLLED_BACK',
    );
  });
});
