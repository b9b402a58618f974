import { readFileSync } from 'node:fs';
import { codeOf } from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat } from '../src/encoding/bytes.ts';
import { decodeIdentity, encodeIdentity } from '../src/identity/file.ts';
import {
  type Authority,
  type AuthorityRecords,
  buildFilter,
  decodeClear,
  decodeIntroduction,
  encodeClear,
  type FilterForm,
  filterMatches,
  openIdentity,
  openSession,
  type ReaderSession,
  readerFingerprint,
  type SealedParts,
  sipHash24,
  toHex,
  tokensOfEvent,
  trapdoor,
  verifyAuthority,
  wordsOf,
} from '../src/index.ts';
import { makeVectors } from '../vectors/generate.ts';
import { plainColumns } from '../vectors/make/ground.ts';
import { type Columns, decodeColumns } from './independent-clear.ts';
import {
  indexKeyOf,
  type Known,
  type Lists,
  type OpenSession,
  openSegment,
  openSessionRecord,
  type Parts,
  Refused,
  readIntroduction,
  verifyLists,
} from './independent-opener.ts';
import { isCandidate, makeFilter, sipHash, tokensOf, trapdoorOf, words } from './independent-search.ts';

type Hexes = Record<string, string>;
type HexLists = Record<string, string[]>;
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')) as T;
const buffer = (hex: string) => Buffer.from(hex, 'hex');
const bytes = (hex: string) => new Uint8Array(buffer(hex));
const map = <From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
const recordsOf = (lists: HexLists) => map(lists, (all) => all.map(bytes)) as unknown as AuthorityRecords;
const listsOf = (lists: HexLists) => map(lists, (all) => all.map(buffer)) as Lists;

/** The code that both implementations give, after checking that it is the same. */
async function codes(ours: () => unknown, theirs: () => unknown): Promise<[string, string]> {
  const run = async (act: () => unknown, code: (error: unknown) => string | undefined) => {
    try {
      await act();
    } catch (error) {
      return code(error) ?? String(error);
    }
    return 'accepted';
  };
  return [
    await run(ours, codeOf),
    await run(theirs, (error) => (error instanceof Refused ? error.code : undefined)),
  ];
}

it('the vectors are those that generate.ts makes', async () => {
  for (const [name, value] of Object.entries(await makeVectors())) {
    expect(JSON.parse(JSON.stringify(value))).toEqual(read(name));
  }
});

describe('authority.json', () => {
  interface AuthorityFile {
    rootHash: string;
    records: HexLists;
    good: {
      name: string;
      records: HexLists;
      expect: { roots: number; epochs: string[]; writers: string[]; readers: string[]; grants: number };
    }[];
    introduction: { record: string; fingerprint: string };
    bad: { name: string; code: string; records: HexLists }[];
  }
  const file = read<AuthorityFile>('authority.json');

  it('verifies alike here and in the independent opener', async () => {
    for (const { name, records, expect: wanted } of file.good) {
      const lists = { ...file.records, ...records };
      const ours = await verifyAuthority(recordsOf(lists), { rootHash: bytes(file.rootHash) });
      const theirs = verifyLists(listsOf(lists), buffer(file.rootHash));
      const seen = (found: Authority | Known) => ({
        roots: typeof found.roots === 'number' ? found.roots : found.roots.length,
        epochs: found.epochs.map((epoch) => toHex(epoch.id)),
        writers: found.writers.map((writer) => writer.name),
        readers: found.readers.map(({ name, revoked }) => (revoked ? `${name}, revoked` : name)),
        grants: found.grants.length,
      });
      expect([seen(ours), seen(theirs)], name).toEqual([wanted, wanted]);
    }
  });

  it('names a reader alike', async () => {
    const record = bytes(file.introduction.record);
    expect(toHex(readerFingerprint(await decodeIntroduction(record)))).toBe(file.introduction.fingerprint);
    expect(readIntroduction(buffer(file.introduction.record))).toMatchObject({
      name: 'Ann',
      fingerprint: buffer(file.introduction.fingerprint),
    });
    for (let at = 0; at < record.length; at += 7) {
      const changed = record.slice();
      changed[at]! ^= 1;
      const [ours, theirs] = await codes(
        () => decodeIntroduction(changed),
        () => readIntroduction(Buffer.from(changed)),
      );
      expect(ours).toMatch(/^RECORD_(MALFORMED|VERSION_UNKNOWN)$/);
      expect(theirs).toBe(ours);
    }
  });

  it('is refused alike', async () => {
    for (const { name, code, records } of file.bad) {
      const lists = { ...file.records, ...records };
      const got = await codes(
        () => verifyAuthority(recordsOf(lists), { rootHash: bytes(file.rootHash) }),
        () => verifyLists(listsOf(lists), buffer(file.rootHash)),
      );
      expect(got, name).toEqual([code, code]);
    }
  });
});

describe('segments.json', () => {
  interface SegmentFile {
    rootHash: string;
    records: HexLists;
    identity: string;
    stranger: string;
    session: string;
    rows: string[];
    good: {
      name: string;
      segment: Hexes;
      expect: { id: string; period: number; number: number; indexKey: string };
    }[];
    bad: { name: string; code: string; segment: Hexes }[];
    badSessions: { name: string; code: string; record: string }[];
  }
  const file = read<SegmentFile>('segments.json');
  let authority: Authority;
  let known: Known;
  let ours: ReaderSession;
  let theirs: OpenSession;
  // The identity record begins with its intro, 7 bytes; the reader's key follows.
  const seed = (identity: string) => buffer(identity).subarray(7, 39);

  beforeAll(async () => {
    authority = await verifyAuthority(recordsOf(file.records), { rootHash: bytes(file.rootHash) });
    known = verifyLists(listsOf(file.records), buffer(file.rootHash));
    ours = await openSession(bytes(file.session), await decodeIdentity(bytes(file.identity)), authority);
    theirs = await openSessionRecord(buffer(file.session), seed(file.identity), known);
  });

  const open = (segment: Hexes) => {
    const parts = map(segment, bytes);
    return ours.open({ ...parts, clear: decodeClear(parts.clear!) } as unknown as SealedParts);
  };

  it('opens alike here and in the independent opener', async () => {
    for (const { name, segment, expect: wanted } of file.good) {
      const mine = await open(segment);
      const other = openSegment(theirs, map(segment, buffer) as Parts);
      expect(
        mine.events.map((event) => JSON.stringify(event)),
        name,
      ).toEqual(file.rows);
      expect(other.rows).toEqual(file.rows);
      expect([toHex(mine.id), toHex(other.id)]).toEqual([wanted.id, wanted.id]);
      expect([mine.header.period, mine.header.number]).toEqual([wanted.period, wanted.number]);
      const keys = [toHex(ours.indexKey(wanted.period)), toHex(indexKeyOf(theirs, wanted.period))];
      expect(keys).toEqual([wanted.indexKey, wanted.indexKey]);
      for (const event of mine.events) {
        tokensOfEvent(event, (field, token) => {
          const one = trapdoor(bytes(wanted.indexKey), field, token);
          expect(filterMatches(bytes(segment.filter!), mine.id, one)).toBe(true);
          if (segment.filter !== '') expect(isCandidate(bytes(segment.filter!), mine.id, one)).toBe(true);
        });
      }
    }
  });

  it('is refused alike, each with its code', async () => {
    for (const { name, code, segment } of file.bad) {
      const got = await codes(
        async () => open(segment),
        () => openSegment(theirs, map(segment, buffer) as Parts),
      );
      expect(got, name).toEqual([code, code]);
    }
  });

  it('refuses bad sessions alike', async () => {
    for (const { name, code, record } of file.badSessions) {
      const identity = await decodeIdentity(bytes(file.identity));
      const got = await codes(
        () => openSession(bytes(record), identity, authority),
        () => openSessionRecord(buffer(record), seed(file.identity), known),
      );
      expect(got, name).toEqual([code, code]);
    }
    const stranger = await decodeIdentity(bytes(file.stranger));
    const got = await codes(
      () => openSession(bytes(file.session), stranger, authority),
      () => openSessionRecord(buffer(file.session), seed(file.stranger), known),
    );
    expect(got).toEqual(['GRANT_MISSING', 'GRANT_MISSING']);
  });
});

describe('erasing.json', () => {
  interface ErasingFile {
    rootHash: string;
    records: HexLists;
    identity: string;
    session: string;
    superseded: string;
    good: { segment: Hexes; rows: string[] };
    bad: { name: string; code: string; segment: Hexes }[];
  }

  it('opens alike, and is refused alike', async () => {
    const file = read<ErasingFile>('erasing.json');
    const authority = await verifyAuthority(recordsOf(file.records), { rootHash: bytes(file.rootHash) });
    const known = verifyLists(listsOf(file.records), buffer(file.rootHash));
    const identity = await decodeIdentity(bytes(file.identity));
    const ours = await openSession(bytes(file.session), identity, authority);
    const theirs = await openSessionRecord(
      buffer(file.session),
      buffer(file.identity).subarray(7, 39),
      known,
    );
    const open = (segment: Hexes) => {
      const parts = map(segment, bytes);
      return ours.open({ ...parts, clear: decodeClear(parts.clear!) } as unknown as SealedParts);
    };
    const mine = await open(file.good.segment);
    expect(mine.events.map((event) => JSON.stringify(event))).toEqual(file.good.rows);
    expect(mine.header.supersedes.map(toHex)).toEqual([file.superseded]);
    expect(openSegment(theirs, map(file.good.segment, buffer) as Parts).rows).toEqual(file.good.rows);
    for (const { name, code, segment } of file.bad) {
      const got = await codes(
        async () => open(segment),
        () => openSegment(theirs, map(segment, buffer) as Parts),
      );
      expect(got, name).toEqual([code, code]);
    }
  });
});

describe('search vectors', () => {
  it('give the same words, tokens and trapdoors', () => {
    interface TokenFile {
      words: { text: string; words: string[] }[];
      events: { event: string; tokens: [string, string][] }[];
      indexKey: string;
      trapdoors: { field: string; token: string; trapdoor: string }[];
    }
    const file = read<TokenFile>('tokens.json');
    for (const one of file.words) {
      expect(wordsOf(one.text)).toEqual(one.words);
      expect(words(one.text)).toEqual(one.words);
    }
    for (const one of file.events) {
      const wanted = one.tokens.map((token) => JSON.stringify(token)).sort();
      const seen = new Set<string>();
      tokensOfEvent(JSON.parse(one.event), (field, token) => seen.add(JSON.stringify([field, token])));
      expect([...seen].sort()).toEqual(wanted);
      expect(tokensOf(JSON.parse(one.event))).toEqual(wanted);
    }
    for (const one of file.trapdoors) {
      expect(toHex(trapdoor(bytes(file.indexKey), one.field, one.token))).toBe(one.trapdoor);
      expect(toHex(trapdoorOf(bytes(file.indexKey), one.field, one.token))).toBe(one.trapdoor);
    }
  });

  it('give the same hashes and filters', () => {
    interface FilterFile {
      siphash: { key: string; message: string; hash: string }[];
      indexKey: string;
      filters: (FilterForm & { id: string; field: string; filter: string })[];
    }
    const file = read<FilterFile>('filters.json');
    for (const one of file.siphash) {
      expect(toHex(sipHash24(bytes(one.key), bytes(one.message)))).toBe(one.hash);
      expect(sipHash(bytes(one.key), bytes(one.message))).toBe(buffer(one.hash).readBigUInt64LE());
    }
    for (const { id, field, filter, ...form } of file.filters) {
      const all = Array.from({ length: form.sliceBytes }, (_, i) =>
        trapdoorOf(bytes(file.indexKey), field, `${i}`),
      );
      expect(toHex(buildFilter(bytes(id), concat(...all), bytes(file.indexKey), form))).toBe(filter);
      expect(toHex(makeFilter(bytes(id), all, bytes(file.indexKey), form))).toBe(filter);
    }
  });

  it('give the same clear columns', () => {
    const file = read<{ columns: Columns; bytes: string }>('clear.json');
    const columns = decodeClear(bytes(file.bytes));
    expect(plainColumns(columns)).toEqual(file.columns);
    expect(toHex(encodeClear(columns))).toBe(file.bytes);
    expect(decodeColumns(buffer(file.bytes))).toEqual(file.columns);
  });
});

it('identity.json opens under its passphrase', async () => {
  const file = read<{ passphrase: string; payload: string; file: string }>('identity.json');
  const identity = await openIdentity(bytes(file.file), file.passphrase);
  expect(toHex(encodeIdentity(identity))).toBe(file.payload);
});
