import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AuthorityRecords,
  admitReader,
  certifyEpoch,
  createIdentity,
  decodeSession,
  epochKey,
  foundWorkspace,
  type Identity,
  makeKeyrings,
  nextEpoch,
  openSession,
  type ReaderIssuer,
  recordHash,
  renewEpochCertificate,
  revokeReader,
  shredEpoch,
  toHex,
} from '@tacet/seal';
import { authorityMessage } from '@tacet/search/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAuthority, readRecords } from './authority.ts';
import { dropShredded, keyringsOf } from './authority-changes.ts';
import { codeIn, type TestServer, testServer } from './testing/server.ts';

let test: TestServer;
let ann: Identity;
/** The grants that Ann once had. */
let grantsOfAnn: Uint8Array[];
beforeAll(async () => {
  test = await testServer();
  ann = await createIdentity();
});
afterAll(() => test.remove());

const control = () => test.server.stores.control;
const authority = () =>
  loadAuthority(control(), 'acme', new Uint8Array(Buffer.from(test.server.config.rootHash, 'hex')));
const issuer = async (): Promise<ReaderIssuer> => ({
  identity: test.identity,
  authority: await authority(),
  now: Date.now(),
});
const upload = (records: Partial<AuthorityRecords>, token = test.tokens.owner) =>
  test.request('/v1/authority', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(authorityMessage(records)),
  });
const introduction = () => ({
  name: 'Ann',
  publicKey: ann.reader.publicKey,
  signing: ann.signing.publicKey,
});
interface Leaf {
  kind: string;
  actor: string;
  facts: { code?: string; records?: string[]; grants_ended?: number };
}
const entries = async (kind: string) => {
  const leaves = await Array.fromAsync(test.server.trail.leaves());
  const found: Leaf[] = leaves.map((leaf) => JSON.parse(new TextDecoder().decode(leaf)));
  return found.filter((leaf) => leaf.kind === kind);
};
const send = (text: string) => test.ingest('/v1/events', JSON.stringify({ msg: text }));
const hashOf = (record: Uint8Array) => toHex(recordHash(record));

describe('records that key holders signed', () => {
  it('are taken, once, and are in the trail', async () => {
    const records = await admitReader(await issuer(), introduction());
    grantsOfAnn = records.grants;
    const first = await upload(records);
    expect([first.status, await first.json()]).toEqual([200, { added: 2, grants: 0, shares: 0 }]);
    expect(await (await upload(records)).json()).toEqual({ added: 0, grants: 0, shares: 0 });
    const [entry, ...others] = await entries('keys');
    expect(others).toEqual([]);
    expect(entry!.facts.records).toEqual([
      `readers ${hashOf(records.readers[0]!)}`,
      `grants ${hashOf(records.grants[0]!)}`,
    ]);
    expect(JSON.stringify(entry)).not.toContain(
      Buffer.from(records.grants[0]!).toString('base64').slice(0, 40),
    );
  });

  it('are taken from those who may write them only', async () => {
    const records = { epochs: [await renewEpochCertificate(await issuer())] };
    for (const token of [test.tokens.reader, test.tokens.ingest])
      expect(await codeIn(await upload(records, token))).toBe('NOT_ALLOWED');
    for (const body of ['[]', '{"epochs":1}', '{"epochs":["?"]}', '{'])
      expect(
        await codeIn(
          await test.request('/v1/authority', {
            method: 'POST',
            headers: { Authorization: `Bearer ${test.tokens.owner}` },
            body,
          }),
        ),
      ).toMatch(/^(REQUEST|JSON)_INVALID$/);
  });

  it('move the writer to a new epoch at once', async () => {
    expect((await send('in epoch 1')).status).toBe(200);
    expect((await upload(await nextEpoch(await issuer()))).status).toBe(200);
    expect((await send('in epoch 2')).status).toBe(200);
    expect((await control().sessions('acme')).map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('are all refused and recorded when one takes the place of an epoch', async () => {
    const before = await readRecords(control(), 'acme');
    // By the true operations key: a thief of it, who wants a key of his own in use.
    const known = await authority();
    const forked = await certifyEpoch({
      ...(await issuer()),
      authority: { ...known, epochs: known.epochs.slice(0, 1) },
    });
    const renewed = await renewEpochCertificate(await issuer(), 25);
    const refused = await upload({ epochs: [renewed, forked.record] });
    expect([refused.status, await codeIn(refused)]).toEqual([403, 'EPOCH_INVALID']);
    expect(await readRecords(control(), 'acme')).toEqual(before);
    const [entry] = await entries('keys-refused');
    expect(entry!.facts).toMatchObject({
      code: 'EPOCH_INVALID',
      records: [renewed, forked.record].map((record) => `epochs ${hashOf(record)}`),
    });
    expect(entry!.actor).toMatch(/^[0-9a-f]{32}$/);
  });

  it('are refused when somebody else signed them', async () => {
    const { authority: records } = await foundWorkspace({ workspace: 'acme', now: Date.now() });
    expect(await codeIn(await upload({ epochs: records.epochs }))).toBe('EPOCH_INVALID');
    expect(await codeIn(await upload({ root: records.root }))).toBe('ROOT_MISMATCH');
  });

  it('end the grants of a reader, which do not come back', async () => {
    const answer = await upload(await revokeReader(await issuer(), ann.reader.id));
    expect(await answer.json()).toEqual({ added: 3, grants: 2, shares: 0 });
    const left = (await readRecords(control(), 'acme')).grants.map(hashOf);
    for (const grant of grantsOfAnn) expect(left).not.toContain(hashOf(grant));
    // A replay of what she had.
    expect(await codeIn(await upload({ grants: grantsOfAnn }))).toBe('GRANT_INVALID');
    expect((await entries('keys-refused')).at(-1)!.facts).toMatchObject({ code: 'GRANT_INVALID' });
    expect((await send('in epoch 3')).status).toBe(200);
    const { record } = (await control().sessions('acme')).at(-1)!;
    await expect(openSession(record, ann, await authority())).rejects.toMatchObject({
      code: 'GRANT_MISSING',
    });
    expect((await openSession(record, test.identity, await authority())).epoch).toBe(3);
  });

  it('are asked for again when another change came between', async () => {
    const { recordsSeen } = control();
    control().recordsSeen = async (workspace) => (await recordsSeen(workspace)) - 1;
    const refused = await upload({ epochs: [await renewEpochCertificate(await issuer(), 20)] });
    control().recordsSeen = recordsSeen;
    expect([refused.status, await codeIn(refused)]).toEqual([409, 'AUTHORITY_CHANGED']);
  });

  it('of two at once, both count', async () => {
    const [one, two] = await Promise.all(
      [10, 11].map(async (days) => upload({ epochs: [await renewEpochCertificate(await issuer(), days)] })),
    );
    expect([one!.status, two!.status]).toEqual([200, 200]);
  });
});

describe('keyrings of readers', () => {
  const secrets = new Map([['00'.repeat(16), new Uint8Array(32)]]);
  const post = (record: Uint8Array, token = test.tokens.reader) =>
    test.read(
      '/v1/keyrings',
      { keyring: Buffer.from(record).toString('base64') },
      { Authorization: `Bearer ${token}` },
    );
  const list = async (epoch: number, reader = test.identity.reader.id) => {
    const answer = await test.read(`/v1/keyrings?epoch=${epoch}&reader=${toHex(reader)}`);
    return ((await answer.json()) as { keyrings: string[] }).keyrings;
  };

  it('are kept for readers, when an active one signed them', async () => {
    const known = await authority();
    const [record] = await makeKeyrings(test.identity, known, known.epochs[0]!, secrets, Date.now());
    expect((await post(record!)).status).toBe(200);
    expect(await list(1)).toEqual([Buffer.from(record!).toString('base64')]);
    expect(await list(2)).toEqual([]);
    expect((await entries('keys')).at(-1)!.facts.records).toEqual([`keyrings ${hashOf(record!)}`]);

    // Ann was revoked: the same with the list of readers that she was on.
    const before = { ...known, readers: known.readers.map(({ revoked: _, ...reader }) => reader) };
    const [hers] = await makeKeyrings(ann, before, known.epochs[0]!, secrets, Date.now());
    expect(await codeIn(await post(hers!))).toBe('KEYRING_INVALID');
    expect(await codeIn(await post(record!.subarray(0, 400)))).toBe('KEYRING_INVALID');
    expect(await codeIn(await post(record!, test.tokens.ingest))).toBe('NOT_ALLOWED');
    expect(await codeIn(await test.read('/v1/keyrings?epoch=x'))).toBe('REQUEST_INVALID');
    expect(await codeIn(await test.read('/v1/keyrings?epoch=1&reader=x'))).toBe('REQUEST_INVALID');
    expect(await list(1)).toHaveLength(1);
  });

  it('of one cannot take the place of another’s', async () => {
    const bea = await createIdentity();
    const { reader, signing } = bea;
    const hers = await admitReader(await issuer(), { name: 'Bea', ...reader, signing: signing.publicKey });
    expect((await upload(hers)).status).toBe(200);
    const known = await authority();
    const make = async (identity: Identity, n: number) =>
      (await makeKeyrings(identity, known, known.epochs[0]!, secrets, Date.now() + n * 1000))[0]!;
    for (let n = 0; n < 64; n++) expect((await post(await make(bea, n))).status).toBe(200);
    expect(await codeIn(await post(await make(bea, 64)))).toBe('KEYRING_INVALID');
    const own = await make(test.identity, 1);
    expect((await post(own)).status).toBe(200);
    const [mine, other] = [await list(1), await list(1, bea.reader.id)];
    expect([mine.length, other.length]).toEqual([64, 64]);
    // Own ones first, and all of them.
    expect(mine.slice(0, 2)[1]).toBe(Buffer.from(own).toString('base64'));
    expect(other).toEqual(expect.arrayContaining(mine.slice(2)));
  });
});

describe('a shredded epoch', () => {
  it('has no grant and no share any more, and no other epoch lost one', async () => {
    const old = await authority();
    const seed = await epochKey(test.identity, old, old.epochs[0]!);
    const hits = async () => {
      const body = { formula: { all: true }, keys: { first: 0, tokens: [] }, limit: 100 };
      return ((await (await test.read('/v1/match', body)).json()) as { hits: { id: string }[] }).hits;
    };
    const before = (await hits()).length;
    const refused = await upload(
      await shredEpoch(
        { ...(await issuer()), authority: { ...old, epochs: [...old.epochs, old.epochs[0]!] } },
        3,
      ),
    );
    expect(await codeIn(refused)).toBe('REVOCATION_INVALID');

    const answer = (await (await upload(await shredEpoch(await issuer(), 1))).json()) as { shares: number };
    expect(answer).toMatchObject({ added: 1, grants: 2 });
    expect(answer.shares).toBeGreaterThan(0);
    expect((await hits()).length).toBe(before - answer.shares);
    const after = await authority();
    expect(await control().records('acme', keyringsOf(1, test.identity.reader.id))).toEqual([]);
    expect(after.grants.some(({ epoch }) => epoch === 1)).toBe(false);
    const [first] = await control().sessions('acme');
    expect(decodeSession(first!.record).session.epoch).toBe(1);
    const kept = { ...test.identity, epochs: [{ id: old.epochs[0]!.id, number: 1, seed }] };
    await expect(openSession(first!.record, kept, after)).rejects.toMatchObject({ code: 'EPOCH_SHREDDED' });
  });

  it('loses its shares, and what copies hold of them, at the next start when the server died in between', async () => {
    const keys = () => readFileSync(join(test.directory, 'keys/share.json'), 'utf8');
    const before = keys();
    const dies = async () => Promise.reject(new Error('killed'));
    const { dropEpochShares, rotateShareKey } = control();
    control().dropEpochShares = dies;
    expect((await upload(await shredEpoch(await issuer(), 2))).status).toBe(503);
    control().dropEpochShares = dropEpochShares;
    control().rotateShareKey = dies;
    await expect(dropShredded(control(), await authority())).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    control().rotateShareKey = rotateShareKey;
    expect(keys()).toBe(before);
    await test.reopen();
    expect(await control().dropEpochShares('acme', 2)).toBe(0);
    const after = keys();
    expect(Object.keys(JSON.parse(before).keys)).not.toEqual(Object.keys(JSON.parse(after).keys));
    // Once is enough.
    await test.reopen();
    expect(keys()).toBe(after);
  });
});

describe('a writer that is shown other records', () => {
  it('refuses them, and says so in the trail', async () => {
    expect((await send('in epoch 3')).status).toBe(200);
    const records = control().records.bind(control());
    const shown = await readRecords(control(), 'acme');
    const known = await authority();
    // The server's owner puts an epoch of his own in the place of the third, with the stolen operations key.
    const base = { ...known, epochs: known.epochs.slice(0, 2) };
    const swapped = await nextEpoch({ ...(await issuer()), authority: base });
    const others = shown.epochs.filter((record) => !Buffer.from(record).includes(known.epochs[2]!.publicKey));
    control().records = async (workspace, kind) => {
      if (kind === 'epochs') return [...others, ...swapped.epochs];
      if (kind === 'grants') return swapped.grants;
      return records(workspace, kind);
    };
    test.server.gateway()?.rotate();
    const refused = await send('to a stranger');
    expect([refused.status, await codeIn(refused)]).toEqual([403, 'EPOCH_INVALID']);
    control().records = records;
    expect((await entries('keys-refused')).at(-1)).toMatchObject({
      actor: 'server',
      facts: { code: 'EPOCH_INVALID' },
    });
    expect((await send('again as before')).status).toBe(200);
  });
});
