import { readFileSync } from 'node:fs';
import { codeOf } from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Authority,
  type AuthorityRecords,
  emptyRecords,
  epochKey,
  foundWorkspace,
  identityFromSeeds,
  KEYRING_SESSIONS,
  makeKeyrings,
  openKeyring,
  openSession,
  type SessionSecrets,
  toHex,
  verifyAuthority,
  verifyKeyring,
} from '../src/index.ts';
import { Refused } from './independent-cursor.ts';
import { openKeyringRecord } from './independent-keyring.ts';
import { type Lists, verifyLists } from './independent-opener.ts';
import { NOW } from './workspace.ts';

const file = JSON.parse(readFileSync(new URL('../vectors/keyring.json', import.meta.url), 'utf8')) as {
  rootHash: string;
  records: Record<keyof AuthorityRecords, string[]>;
  reader: string;
  sessions: string[];
  record: string;
  secrets: Record<string, string>;
  bad: { name: string; record: string }[];
};
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error) => codeOf(error) ?? (error instanceof Refused ? error.code : String(error)),
  );

let authority: Authority;
let seed: Uint8Array;
const reader = () => identityFromSeeds(bytes(file.reader), new Uint8Array(32));
beforeAll(async () => {
  const records = emptyRecords();
  for (const list of Object.keys(file.records) as (keyof AuthorityRecords)[])
    records[list] = file.records[list].map(bytes);
  authority = await verifyAuthority(records, { rootHash: bytes(file.rootHash) });
  seed = await epochKey(await reader(), authority, authority.epochs[0]!);
});

async function opened(record: string): Promise<Record<string, string>> {
  const secrets: SessionSecrets = new Map();
  await openKeyring(await verifyKeyring(bytes(record), authority), seed, secrets);
  return Object.fromEntries([...secrets].map(([session, secret]) => [session, toHex(secret)]));
}
function theirs(record: string): Promise<Record<string, string>> {
  const lists = Object.fromEntries(
    Object.entries(file.records).map(([list, all]) => [list, all.map((each) => Buffer.from(each, 'hex'))]),
  ) as Lists;
  const known = verifyLists(lists, Buffer.from(file.rootHash, 'hex'));
  return openKeyringRecord(Buffer.from(record, 'hex'), Buffer.from(file.reader, 'hex'), known);
}

describe('keyring.json', () => {
  it('opens alike here and in the independent opener', async () => {
    expect(await opened(file.record)).toEqual(file.secrets);
    expect(await theirs(file.record)).toEqual(file.secrets);
  });

  it('is refused alike', async () => {
    for (const { name, record } of file.bad)
      expect([await failure(opened(record)), await failure(theirs(record))], name).toEqual([
        'KEYRING_INVALID',
        'KEYRING_INVALID',
      ]);
  });
});

describe('a session', () => {
  const record = () => bytes(file.sessions[0]!);
  const secretOf = (id: string) => bytes(file.secrets[id]!);

  it('opens by its secret alone, and by no other', async () => {
    const plain = await openSession(record(), await reader(), authority);
    const id = toHex(plain.id);
    const asked: string[] = [];
    const help = {
      epochKey: async () => {
        asked.push('key');
        return seed;
      },
    };
    const quick = await openSession(record(), await reader(), authority, { ...help, secret: secretOf(id) });
    expect([asked, quick.indexKey(3)]).toEqual([[], plain.indexKey(3)]);
    const wrong = await openSession(record(), await reader(), authority, {
      ...help,
      secret: new Uint8Array(32),
    });
    expect([asked, wrong.indexKey(3)]).toEqual([['key'], plain.indexKey(3)]);
  });

  it('has its signature checked, but for what the reader vouched for itself', async () => {
    const forged = record();
    forged[forged.length - 1]! ^= 1;
    const id = toHex((await openSession(record(), await reader(), authority)).id);
    const open = async (help: object) => failure(openSession(forged, await reader(), authority, help));
    expect(await open({})).toBe('SESSION_INVALID');
    expect(await open({ secret: secretOf(id) })).toBe('SESSION_INVALID');
    expect(await open({ secret: new Uint8Array(32), own: true })).toBe('SESSION_INVALID');
    // Its own keyring: the changed record gives keys that nobody knows, and nothing of it opens.
    const other = await openSession(forged, await reader(), authority, { secret: secretOf(id), own: true });
    const honest = await openSession(record(), await reader(), authority);
    expect(other.indexKey(0)).not.toEqual(honest.indexKey(0));
  });
});

describe('many sessions', () => {
  it('take as many keyrings as are needed', async () => {
    const founded = await foundWorkspace({ workspace: 'acme', now: NOW });
    const known = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const secrets: SessionSecrets = new Map(
      Array.from({ length: KEYRING_SESSIONS + 5 }, (_, at) => [
        (at * 7919).toString(16).padStart(32, '0'),
        new Uint8Array(32).fill(at),
      ]),
    );
    const { identity } = founded;
    const epoch = known.epochs[0]!;
    const records = await makeKeyrings(identity, known, epoch, secrets, NOW);
    expect(records).toHaveLength(2);
    const back: SessionSecrets = new Map();
    const key = await epochKey(identity, known, epoch);
    for (const each of records) await openKeyring(await verifyKeyring(each, known), key, back);
    expect(new Map([...back].sort())).toEqual(new Map([...secrets].sort()));
    const stranger = await identityFromSeeds(new Uint8Array(32).fill(1), new Uint8Array(32));
    expect(await failure(makeKeyrings(stranger, known, epoch, secrets, NOW))).toBe('READER_INVALID');
  });
});
