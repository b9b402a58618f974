/**
 * The vectors, checked by code that runs in Node and in a browser alike: no Node module, no test runner.
 * Each check gives what was got beside what is wanted; the runner compares.
 */
import { type ClearRow, clearColumns, clearRow, codeOf } from '@tacet/records';
import { concat } from '../src/encoding/bytes.ts';
import { decodeIdentity, encodeIdentity } from '../src/identity/file.ts';
import {
  type Authority,
  type AuthorityRecords,
  buildFilter,
  decodeClear,
  encodeClear,
  type FilterForm,
  filterMatches,
  openIdentity,
  openSession,
  platform,
  type SealedParts,
  sipHash24,
  toHex,
  tokensOfEvent,
  trapdoor,
  verifyAuthority,
  wordsOf,
} from '../src/index.ts';
import { inputOf, makeBench, makeEvent, NOW } from './workspace.ts';

type Hexes = Record<string, string>;
type HexLists = Record<string, string[]>;

/** The files of packages/seal/vectors, parsed. */
export interface Vectors {
  authority: { rootHash: string; records: HexLists; good: { name: string; records: HexLists }[]; bad: Bad[] };
  segments: {
    rootHash: string;
    records: HexLists;
    identity: string;
    session: string;
    rows: string[];
    good: { name: string; segment: Hexes; expect: { id: string; period: number; indexKey: string } }[];
    bad: { name: string; code: string; segment: Hexes }[];
    badSessions: { name: string; code: string; record: string }[];
  };
  tokens: {
    words: { text: string; words: string[] }[];
    events: { event: string; tokens: [string, string][] }[];
    indexKey: string;
    trapdoors: { field: string; token: string; trapdoor: string }[];
  };
  filters: {
    siphash: { key: string; message: string; hash: string }[];
    indexKey: string;
    filters: (FilterForm & { id: string; field: string; filter: string })[];
  };
  clear: { columns: { [name in keyof ClearRow]: ClearRow[name][] }; bytes: string };
  identity: { passphrase: string; payload: string; file: string };
}

interface Bad {
  name: string;
  code: string;
  records: HexLists;
}

export interface Check {
  name: string;
  got: unknown;
  wanted: unknown;
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const recordsOf = (lists: HexLists) =>
  Object.fromEntries(
    Object.entries(lists).map(([list, all]) => [list, all.map(bytes)]),
  ) as unknown as AuthorityRecords;
const partsOf = (segment: Hexes) => {
  const parts = Object.fromEntries(Object.entries(segment).map(([name, hex]) => [name, bytes(hex)]));
  return { ...parts, clear: decodeClear(parts.clear!) } as unknown as SealedParts;
};

async function outcome(act: () => unknown): Promise<string> {
  try {
    await act();
    return 'accepted';
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
}

function checkClear({ columns, bytes: written }: Vectors['clear'], check: Add): void {
  const rowAt = (row: number) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]]));
  const rows = columns.time.map((_, row) => rowAt(row) as unknown as ClearRow);
  const read = decodeClear(bytes(written));
  check('clear columns, written', toHex(encodeClear(clearColumns(rows))), written);
  check(
    'clear columns, read',
    Array.from(read.time, (_, row) => clearRow(read, row)),
    rows,
  );
}

/** Which implementation of the primitives runs: `node` or `browser`. */
export const runsOn: string = platform.name;

/** Every vector, good and bad, and a round trip. */
export async function checkVectors(vectors: Vectors): Promise<Check[]> {
  const checks: Check[] = [];
  const check = (name: string, got: unknown, wanted: unknown) => void checks.push({ name, got, wanted });
  await checkAuthority(vectors, check);
  await checkSegments(vectors, check);
  checkSearch(vectors, check);
  checkClear(vectors.clear, check);
  const { file, passphrase, payload } = vectors.identity;
  check('identity file', toHex(encodeIdentity(await openIdentity(bytes(file), passphrase))), payload);
  await checkRoundTrip(check);
  return checks;
}

type Add = (name: string, got: unknown, wanted: unknown) => void;

async function checkAuthority({ authority: file }: Vectors, check: Add): Promise<void> {
  const verify = (records: HexLists) =>
    verifyAuthority(recordsOf({ ...file.records, ...records }), { rootHash: bytes(file.rootHash) });
  for (const { name, records } of file.good) check(name, await outcome(() => verify(records)), 'accepted');
  for (const { name, code, records } of file.bad) check(name, await outcome(() => verify(records)), code);
}

async function checkSegments({ segments: file }: Vectors, check: Add): Promise<void> {
  const rootHash = bytes(file.rootHash);
  const authority: Authority = await verifyAuthority(recordsOf(file.records), { rootHash });
  const identity = await decodeIdentity(bytes(file.identity));
  const reader = await openSession(bytes(file.session), identity, authority);
  for (const { name, segment, expect } of file.good) {
    const opened = await reader.open(partsOf(segment));
    check(
      `${name}: rows`,
      opened.events.map((event) => JSON.stringify(event)),
      file.rows,
    );
    check(`${name}: id`, toHex(opened.id), expect.id);
    check(`${name}: index key`, toHex(reader.indexKey(expect.period)), expect.indexKey);
  }
  for (const { name, code, segment } of file.bad)
    check(name, await outcome(async () => reader.open(partsOf(segment))), code);
  for (const { name, code, record } of file.badSessions)
    check(name, await outcome(() => openSession(bytes(record), identity, authority)), code);
}

function checkSearch({ tokens, filters }: Vectors, check: Add): void {
  for (const { text, words } of tokens.words) check(`words of ${text.slice(0, 20)}`, wordsOf(text), words);
  for (const { event, tokens: wanted } of tokens.events) {
    const seen = new Set<string>();
    tokensOfEvent(JSON.parse(event), (field, token) => seen.add(JSON.stringify([field, token])));
    check('tokens of an event', [...seen].sort(), wanted.map((token) => JSON.stringify(token)).sort());
  }
  for (const one of tokens.trapdoors)
    check('trapdoor', toHex(trapdoor(bytes(tokens.indexKey), one.field, one.token)), one.trapdoor);
  for (const { key, message, hash } of filters.siphash)
    check('SipHash', toHex(sipHash24(bytes(key), bytes(message))), hash);
  const indexKey = bytes(filters.indexKey);
  for (const { id, field, filter, ...form } of filters.filters) {
    const all = Array.from({ length: form.sliceBytes }, (_, token) => trapdoor(indexKey, field, `${token}`));
    check('filter', toHex(buildFilter(bytes(id), concat(...all), indexKey, form)), filter);
  }
}

async function checkRoundTrip(check: Add): Promise<void> {
  const { writer, reader } = await makeBench();
  const events = Array.from({ length: 40 }, (_, number) => makeEvent(number));
  const { indexKey } = writer.advance(NOW + 1000);
  const sealed = await writer.seal(inputOf(events, indexKey));
  check('what was sealed here opens here', (await reader.open(sealed)).events, events);
  const holds = (token: string) => filterMatches(sealed.filter, sealed.id, trapdoor(indexKey, '', token));
  check('a word is found', [holds('parcel'), holds('包裹')], [true, true]);
  const flipped = {
    ...sealed,
    ciphertext: sealed.ciphertext.map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
  };
  check('a flipped bit is refused', await outcome(() => reader.open(flipped)), 'SEGMENT_SIGNATURE');
}
