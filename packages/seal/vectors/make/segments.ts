import { zstdCompressSync } from 'node:zlib';
import { applyClearPolicy, clearTimeRange, type Event, parseClearPolicy, textColumn } from '@tacet/records';
import { platform } from '#platform';
import { concat, toHex, u32 } from '../../src/encoding/bytes.ts';
import { encodeIdentity } from '../../src/identity/file.ts';
import {
  decodeSession,
  encodeClear,
  openSession,
  type SealedParts,
  tokensOfEvent,
  trapdoor,
  WriterSession,
} from '../../src/index.ts';
import { encodeSession } from '../../src/records/session.ts';
import { chainOf, clearHash, type Forgery, forge } from '../../tests/forge.ts';
import { repeatable } from '../../tests/random.ts';
import { clearOf, DAY, EVENTS, type Ground, hexRecords, makeGround, NOW, rowsOf, SECONDS } from './ground.ts';

function hexSegment(segment: SealedParts): Record<string, string> {
  const { header, salt, commitment, signature, ciphertext, filter, clear, share } = segment;
  const parts = { header, salt, commitment, signature, ciphertext, filter, clear: encodeClear(clear), share };
  return Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, toHex(bytes)]));
}

function distinctTrapdoors(events: readonly Event[], indexKey: Uint8Array): Uint8Array {
  const seen = new Map<string, Uint8Array>();
  for (const event of events) {
    tokensOfEvent(event, (field, token) => {
      const found = trapdoor(indexKey, field, token);
      seen.set(toHex(found), found);
    });
  }
  return concat(...seen.values());
}

async function goodSegments(session: WriterSession) {
  const time = clearOf(EVENTS).time;
  const common = {
    rows: rowsOf(EVENTS),
    count: EVENTS.length,
    clear: clearOf(EVENTS),
    timeMin: Math.min(...time),
    timeMax: Math.max(...time),
  };
  const share = repeatable('shares');
  const out = [];
  let { period, indexKey } = session.advance(NOW + 1000);
  const seal = (extra: { codec: 'none' | 'zstd'; supersedes?: Uint8Array[] }) =>
    session.seal({ ...common, share: share(32), trapdoors: distinctTrapdoors(EVENTS, indexKey), ...extra });
  out.push({ name: 'plain', period, indexKey, sealed: await seal({ codec: 'none' }) });
  out.push({ name: 'zstd', period, indexKey, sealed: await seal({ codec: 'zstd' }) });
  ({ period, indexKey } = session.advance(NOW + 3_601_000));
  const supersedes = out.map((one) => one.sealed.id);
  out.push({
    name: 'next period, supersedes two',
    period,
    indexKey,
    sealed: await seal({ codec: 'none', supersedes }),
  });
  const unfiltered = await session.seal({
    ...common,
    share: share(32),
    trapdoors: new Uint8Array(0),
    unfiltered: true,
    codec: 'none',
  });
  out.push({ name: 'without a filter', period, indexKey, sealed: unfiltered });
  const policy = parseClearPolicy(
    '{"profile": "strict", "attributes": {"service": "sealed", "output_tokens": "sealed", "secrets": "sealed"}}',
  );
  const strict = await session.seal({
    ...common,
    ...clearTimeRange(common, policy),
    clear: applyClearPolicy(common.clear, policy, () => 0.5),
    share: share(32),
    trapdoors: distinctTrapdoors(EVENTS, indexKey),
    codec: 'none',
  });
  out.push({ name: 'strict profile, three columns sealed', period, indexKey, sealed: strict });
  const withheld = await session.seal({
    ...common,
    clear: {
      ...common.clear,
      service: textColumn(EVENTS.map(({ service }, row) => (row === 0 ? '(withheld)' : service))),
    },
    share: share(32),
    trapdoors: distinctTrapdoors(EVENTS, indexKey),
    codec: 'none',
  });
  out.push({ name: 'a service withheld', period, indexKey, sealed: withheld });
  return out;
}

const text = (value: string) => new TextEncoder().encode(value);
const flip =
  (at: number, mask = 1) =>
  (bytes: Uint8Array) => {
    const out = bytes.slice();
    out.subarray(at)[0]! ^= mask;
    return out;
  };

/** What a writer that breaks the rules makes, and the code that must meet it. */
function forgeries(base: Forgery): [name: string, code: string, change: Partial<Forgery>][] {
  const header = base.header;
  const lying = structuredClone(base.clear);
  lying.status = textColumn(EVENTS.map(({ status }, row) => (row === 0 ? 'ok' : status)));
  const wrongMinute = structuredClone(base.clear);
  wrongMinute.time[0] = Math.floor(wrongMinute.time[0]! / 60) * 60 + 60;
  const wrongPower = structuredClone(base.clear);
  wrongPower.input_tokens[0] = 4096;
  const three = clearOf([...EVENTS, EVENTS[0]!]);
  const frame = (rows: number, body: Uint8Array) => () => {
    const out = new Uint8Array(2048);
    out.set(concat(u32(rows), u32(body.length), body));
    return out;
  };
  const bomb = new Uint8Array(zstdCompressSync(new Uint8Array(1_000_000)));
  const zstd = { ...header, codec: 'zstd' as const };
  const longer = (padded: Uint8Array) => concat(padded, new Uint8Array(128));
  return [
    [
      'header followed by a byte',
      'SEGMENT_MALFORMED',
      { spoilHeader: (bytes) => concat(bytes, Uint8Array.of(0)) },
    ],
    ['header of another version', 'RECORD_VERSION_UNKNOWN', { spoilHeader: flip(6, 3) }],
    ['number 4096', 'SEGMENT_MALFORMED', { spoilHeader: flip(42, 0x10) }],
    [
      'superseded ids not ascending',
      'SEGMENT_MALFORMED',
      { header: { ...header, supersedes: [new Uint8Array(16).fill(2), new Uint8Array(16).fill(1)] } },
    ],
    ['a filter of another length', 'FILTER_MALFORMED', { filter: new Uint8Array(13 * 161) }],
    ['blocks of another length', 'FILTER_MALFORMED', { filter: new Uint8Array(16 * 13 * 8) }],
    ['another workspace', 'SESSION_INVALID', { header: { ...header, workspace: 'acmf' } }],
    ['another session record', 'SESSION_INVALID', { header: { ...header, record: new Uint8Array(32) } }],
    ['sealed before the session', 'SESSION_INVALID', { header: { ...header, sealed: SECONDS - 1 } }],
    ['sealed after the epoch', 'EPOCH_INVALID', { header: { ...header, sealed: SECONDS + 31 * DAY } }],
    [
      'sealed after the writer’s certificate',
      'WRITER_INVALID',
      { header: { ...header, sealed: SECONDS + 3 * DAY } },
    ],
    ['commitment', 'SEGMENT_COMMITMENT', { spoilCommitment: flip(31) }],
    ['tag', 'SEGMENT_TAG', { spoilCiphertext: flip(-1) }],
    ['ciphertext', 'SEGMENT_TAG', { spoilCiphertext: flip(0) }],
    ['salt not made from the content', 'SEGMENT_SALT', { spoilSalt: flip(0) }],
    ['padding not zero', 'SEGMENT_PADDING', { spoilPadded: flip(-1) }],
    ['padding too long', 'SEGMENT_PADDING', { spoilPadded: longer }],
    ['body beyond the end', 'SEGMENT_PADDING', { spoilPadded: flip(4, 0x80) }],
    ['rows declared longer', 'SEGMENT_DECOMPRESSION', { spoilPadded: flip(3, 1) }],
    ['not a frame', 'SEGMENT_DECOMPRESSION', { header: zstd, spoilPadded: frame(9, text('not zstd')) }],
    ['a frame that gives more', 'SEGMENT_DECOMPRESSION', { header: zstd, spoilPadded: frame(1000, bomb) }],
    [
      'one row fewer than counted',
      'SEGMENT_COUNT',
      { header: { ...header, count: 3, clear: clearHash(three) }, clear: three },
    ],
    ['rows that are no events', 'SEGMENT_ROWS', { rows: text('{}\n{}') }],
    ['rows that are not JSON', 'SEGMENT_ROWS', { rows: text('{"time"\n') }],
    ['clear columns of another hash', 'CLEAR_MISMATCH', { clear: lying }],
    [
      'clear columns that lie',
      'CLEAR_MISMATCH',
      { clear: lying, header: { ...header, clear: clearHash(lying) } },
    ],
    [
      'clear columns of another minute',
      'CLEAR_MISMATCH',
      {
        clear: wrongMinute,
        header: { ...header, clear: clearHash(wrongMinute), timeMax: header.timeMax + 60 },
      },
    ],
    [
      'clear columns of another power of two',
      'CLEAR_MISMATCH',
      { clear: wrongPower, header: { ...header, clear: clearHash(wrongPower) } },
    ],
    [
      'a row outside the time range',
      'CLEAR_MISMATCH',
      { header: { ...header, timeMax: header.timeMax - 1 } },
    ],
  ];
}

/** Bad members of a good segment, the signature left as it was. */
function tampered(
  good: Record<string, string>,
): [name: string, code: string, change: Record<string, string>][] {
  const flipped = (member: string, at: number) => {
    const bytes = Buffer.from(good[member]!, 'hex');
    bytes[at]! ^= 1;
    return { [member]: bytes.toString('hex') };
  };
  return [
    ['signature, changed afterwards', 'SEGMENT_SIGNATURE', flipped('signature', 10)],
    ['salt, changed afterwards', 'SEGMENT_SIGNATURE', flipped('salt', 0)],
    ['commitment, changed afterwards', 'SEGMENT_SIGNATURE', flipped('commitment', 0)],
    ['ciphertext, changed afterwards', 'SEGMENT_SIGNATURE', flipped('ciphertext', 100)],
    ['filter, changed afterwards', 'SEGMENT_SIGNATURE', flipped('filter', 100)],
    ['filter, removed', 'SEGMENT_SIGNATURE', { filter: '' }],
    ['share of another segment', 'SEGMENT_COMMITMENT', flipped('share', 0)],
    ['clear columns, a byte too long', 'SEGMENT_MALFORMED', { clear: `${good.clear}00` }],
    ['salt, cut', 'SEGMENT_MALFORMED', { salt: good.salt!.slice(2) }],
    ['ciphertext, cut', 'SEGMENT_MALFORMED', { ciphertext: good.ciphertext!.slice(2) }],
  ];
}

async function badSessions(ground: Ground, session: WriterSession) {
  const { founded } = ground;
  const signer = await platform.signer(founded.writer.seed);
  const changed = (at: number, mask = 1) => flip(at, mask)(session.record);
  const names = decodeSession(session.record).session;
  const resigned = (change: Partial<typeof names>) => encodeSession({ ...names, ...change }, signer);
  const cases: [name: string, code: string, record: Uint8Array][] = [
    ['cut off', 'SESSION_MALFORMED', session.record.subarray(0, 900)],
    ['another version', 'RECORD_VERSION_UNKNOWN', changed(6, 3)],
    ['signature', 'SESSION_INVALID', changed(-1)],
    ['another workspace', 'SESSION_INVALID', await resigned({ workspace: 'acmf' })],
    ['an unknown epoch', 'EPOCH_INVALID', await resigned({ epoch: 2 })],
    ['begun after the epoch ended', 'EPOCH_INVALID', await resigned({ started: SECONDS + 31 * DAY })],
    [
      'begun after the writer’s certificate',
      'WRITER_INVALID',
      await resigned({ started: SECONDS + 3 * DAY }),
    ],
    ['an uncertified writer', 'WRITER_INVALID', await resigned({ writer: new Uint8Array(32) })],
    ['commitment', 'SESSION_INVALID', await resigned({ commitment: new Uint8Array(32) })],
    ['secret sealed for another session', 'SESSION_INVALID', await resigned({ session: new Uint8Array(16) })],
  ];
  return cases.map(([name, code, record]) => ({ name, code, record: toHex(record) }));
}

/** Sessions and segments, good and bad. */
export async function segmentVectors(): Promise<unknown> {
  const ground = await makeGround();
  const { founded, authority, stranger } = ground;
  const random = repeatable('session');
  const writer = founded.writer;
  const session = await WriterSession.start({ workspace: 'acme', authority, writer, now: NOW, random });
  const good = await goodSegments(session);
  const reader = await openSession(session.record, founded.identity, authority);
  const { header } = await reader.open(good[0]!.sealed);
  const chain = await chainOf(session.record, founded.identity, authority);
  const base: Forgery = {
    header,
    rows: rowsOf(EVENTS),
    clear: clearOf(EVENTS),
    share: good[0]!.sealed.share,
  };

  const plain = hexSegment(good[0]!.sealed);
  const forged = await Promise.all(
    forgeries(base).map(async ([name, code, change]) => {
      const segment = hexSegment(await forge(chain, writer, { ...base, ...change }));
      return { name, code, segment };
    }),
  );
  return {
    about:
      'Sessions and segments (docs/format.md, 4–8). `identity` is an identity record without its age file.',
    rootHash: toHex(founded.rootHash),
    records: hexRecords(founded.authority),
    identity: toHex(encodeIdentity({ ...founded.identity, epochs: [] })),
    stranger: toHex(encodeIdentity(stranger)),
    session: toHex(session.record),
    good: good.map(({ name, period, indexKey, sealed }) => ({
      name,
      segment: hexSegment(sealed),
      expect: { id: toHex(sealed.id), period, number: sealed.number, indexKey: toHex(indexKey) },
    })),
    rows: EVENTS.map((event) => JSON.stringify(event)),
    badSessions: await badSessions(ground, session),
    bad: [
      ...tampered(plain).map(([name, code, change]) => ({ name, code, segment: { ...plain, ...change } })),
      ...forged,
    ],
  };
}
