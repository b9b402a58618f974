import { clearColumns, clearFacts, type Event, encodeRow, textColumn } from '@tacet/records';
import {
  certifyEpoch,
  certifyWriter,
  createWriter,
  encodeClear,
  type SealedSegment,
  type WriterCredential,
  WriterSession,
} from '@tacet/seal';
import { encodeEnd, encodeSent, encodeStart, SEALED_ROUTES, SEGMENTS_TYPE } from '@tacet/search/wire';
import { decodeEntry } from '@tacet/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAuthority } from '../authority.ts';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

let test: TestServer;
let writer: WriterCredential;
let session: WriterSession;
let now = Date.UTC(2026, 5, 1);

const rootHash = () => new Uint8Array(Buffer.from(test.server.config.rootHash, 'hex'));
const authority = () => loadAuthority(test.server.stores.control, 'acme', rootHash());

async function certified(name: string, days = 30): Promise<WriterCredential> {
  const made = await createWriter('acme', name);
  const issuer = { identity: test.identity, authority: await authority(), now };
  const record = await certifyWriter(issuer, { ...made, days });
  await test.server.stores.control.appendRecord('acme', 'writers', record);
  return made;
}

const start = async (by: WriterCredential) =>
  WriterSession.start({ workspace: 'acme', authority: await authority(), writer: by, now });

beforeAll(async () => {
  test = await testServer({ now: () => now });
  writer = await certified('shop');
  session = await start(writer);
});
afterAll(() => test.remove());

function event(text: string): Event {
  const names = { service: 'shop', operation: '', severity: '', status: '', provider: '', model: '' };
  return { time: `${now}000000`, kind: 'log', ...names, body: text };
}

function seal(by: WriterSession, texts: string[], supersedes: Uint8Array[] = []): Promise<SealedSegment> {
  by.advance(now);
  const events = texts.map(event);
  const clear = clearColumns(events.map((one) => clearFacts(one, Math.random)));
  return by.seal({
    rows: new TextEncoder().encode(events.map(encodeRow).join('\n')),
    count: events.length,
    clear,
    timeMin: Math.min(...clear.time),
    timeMax: Math.max(...clear.time),
    share: crypto.getRandomValues(new Uint8Array(32)),
    trapdoors: new Uint8Array(0),
    supersedes,
  });
}

const wire = (segment: SealedSegment, change: Partial<Record<string, Uint8Array>> = {}) =>
  encodeSent({ ...segment, clear: encodeClear(segment.clear), batches: new Uint8Array(16), ...change });

const post = (path: string, body: Uint8Array, type = 'application/octet-stream') =>
  test.ingest(path, body as Uint8Array<ArrayBuffer>, { 'Content-Type': type });
const open = (by: WriterSession) => post(SEALED_ROUTES.sessions, by.record);
const send = (...frames: Uint8Array[]) =>
  post(
    SEALED_ROUTES.segments,
    Buffer.concat([encodeStart(), ...frames, encodeEnd(frames.length)]),
    SEGMENTS_TYPE,
  );
const outcome = async (answer: Promise<Response>) => {
  const response = await answer;
  return response.ok ? response.status : codeIn(response);
};
const stored = async () => (await test.server.stores.log.stats('acme')).events;
const entries = async (kind: string) => {
  const found = [];
  for await (const leaf of test.server.trail.leaves()) found.push(decodeEntry(leaf));
  return found.filter((entry) => entry.kind === kind);
};

describe('sessions of writers far away', () => {
  it('begin once their record is durable and in the trail, and once only', async () => {
    expect(await outcome(send(wire(await seal(await start(writer), ['early']))))).toBe('SESSION_INVALID');
    const before = (await entries('session')).length;
    expect([await outcome(open(session)), await outcome(open(session))]).toEqual([204, 204]);
    expect((await entries('session')).length).toBe(before + 1);
  });

  it('are refused to writers that nobody certified, or whose time has ended', async () => {
    const stranger = await createWriter('acme', 'stranger');
    const records = await authority();
    const [real] = records.writers;
    const own = { ...records, writers: [{ ...real!, key: stranger.publicKey }] };
    const forged = await WriterSession.start({ workspace: 'acme', authority: own, writer: stranger, now });
    expect(await outcome(open(forged))).toBe('WRITER_INVALID');

    const brief = await start(await certified('brief', 1));
    await open(brief);
    const segment = await seal(brief, ['in time']);
    now += 2 * 86_400_000;
    expect(await outcome(open(await start(writer)))).toBe(204);
    expect(await outcome(open(brief))).toBe(204);
    expect(await outcome(send(wire(segment)))).toBe('SESSION_INVALID');
    session = await start(writer);
    await open(session);
  });

  it('begin now: neither yesterday nor tomorrow, and not changed on the way', async () => {
    const early = await start(writer);
    now += 3_600_000;
    expect(await outcome(open(early))).toBe('SESSION_INVALID');
    const bad = (await start(writer)).record.slice();
    bad[bad.length - 1]! ^= 1;
    expect(await outcome(post(SEALED_ROUTES.sessions, bad))).toBe('SESSION_INVALID');
    expect(await outcome(post(SEALED_ROUTES.sessions, bad.subarray(0, 50)))).toBe('SESSION_MALFORMED');
    expect(await outcome(post(SEALED_ROUTES.sessions, new Uint8Array(70_000)))).toBe('BODY_TOO_LARGE');
  });
});

describe('segments from far away', () => {
  it('are stored, once however often they are sent', async () => {
    const before = await stored();
    const segment = await seal(session, ['one', 'two']);
    for (let i = 0; i < 3; i++) expect(await outcome(send(wire(segment)))).toBe(204);
    expect(await stored()).toBe(before + 2);
    const shares = await test.server.stores.control.shares('acme', [segment.id]);
    expect([...shares.values()]).toEqual([segment.share]);
  });

  it('are refused whole when anything of one was changed', async () => {
    const before = await stored();
    const good = await seal(session, ['good']);
    const bad = await seal(session, ['bad']);
    const flipped = (bytes: Uint8Array, at = 0) => {
      const out = bytes.slice();
      out[at]! ^= 1;
      return out;
    };
    const lying = { ...bad.clear, status: textColumn(['ok']) };
    const cases: [string, Partial<Record<string, Uint8Array>>][] = [
      ['SEGMENT_SIGNATURE', { ciphertext: flipped(bad.ciphertext) }],
      ['SEGMENT_SIGNATURE', { signature: flipped(bad.signature) }],
      ['SEGMENT_SIGNATURE', { salt: flipped(bad.salt) }],
      ['SEGMENT_SIGNATURE', { filter: new Uint8Array(0) }],
      ['SEGMENT_MALFORMED', { id: flipped(bad.id) }],
      ['SEGMENT_MALFORMED', { share: new Uint8Array(31) }],
      ['SEGMENT_MALFORMED', { batches: new Uint8Array(15) }],
      ['SEGMENT_MALFORMED', { header: new Uint8Array(0) }],
      ['CLEAR_MISMATCH', { clear: encodeClear(lying) }],
      ['FILTER_MALFORMED', { filter: new Uint8Array(7) }],
    ];
    for (const [code, change] of cases)
      expect(await outcome(send(wire(good), wire(bad, change))), Object.keys(change)[0]).toBe(code);
    expect(await stored()).toBe(before);
  });

  it('are for the services that the token may write for', async () => {
    const made = await test.server.app.request('http://localhost/v1/tokens', {
      method: 'POST',
      headers: { Authorization: `Bearer ${test.tokens.owner}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ role: 'ingest', services: ['till'] }),
    });
    const { token } = (await made.json()) as { token: string };
    const body = Buffer.concat([encodeStart(), wire(await seal(session, ['shop'])), encodeEnd(1)]);
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': SEGMENTS_TYPE };
    const before = await stored();
    expect(await outcome(test.ingest(SEALED_ROUTES.segments, body, headers))).toBe('NOT_ALLOWED');
    expect(await stored()).toBe(before);
  });

  it('come as a whole stream of bounded length', async () => {
    const whole = Buffer.concat([encodeStart(), wire(await seal(session, ['x'])), encodeEnd(1)]);
    const as = (body: Uint8Array, type = SEGMENTS_TYPE) => outcome(post(SEALED_ROUTES.segments, body, type));
    expect(await as(whole.subarray(0, -3))).toBe('REQUEST_INVALID');
    expect(await as(Buffer.concat([whole, Buffer.of(0)]))).toBe('REQUEST_INVALID');
    expect(await as(whole, 'application/json')).toBe('CONTENT_TYPE_UNSUPPORTED');
    const many = Array.from({ length: 65 }, () => whole.subarray(9, -9));
    expect(await outcome(send(...many))).toBe('REQUEST_INVALID');
  });

  it('replace what the same writer sealed shortly before, and nothing else', async () => {
    const other = await start(await certified('other'));
    await open(other);
    const theirs = await seal(other, ['theirs']);
    const old = await seal(session, ['old']);
    await send(wire(theirs), wire(old));
    now += 2_400_000;
    const [first, second] = [await seal(session, ['a']), await seal(session, ['b', 'c'])];
    await send(wire(first), wire(second));
    const held = async () => {
      const ids = [theirs.id, old.id, first.id, second.id];
      return (await test.server.stores.control.sharesPresent('acme', ids)).size;
    };
    // Neither another writer's, nor of long ago, nor more rows than stand in the new one.
    await send(wire(await seal(session, ['junk'], [theirs.id])));
    await send(wire(await seal(session, ['junk'], [old.id])));
    await send(wire(await seal(session, ['junk'], [first.id, second.id])));
    expect(await held()).toBe(4);
    await send(wire(await seal(session, ['a', 'b', 'c'], [first.id, second.id])));
    expect(await held()).toBe(2);
  });

  it('are both kept, and reported, when a session went on twice', async () => {
    const by = await certified('cloned');
    const random = () => {
      let seed = 7;
      return (length: number) => Uint8Array.from({ length }, () => (seed = (seed * 31 + 11) & 0xff));
    };
    const clone = async () =>
      WriterSession.start({
        workspace: 'acme',
        authority: await authority(),
        writer: by,
        now,
        random: random(),
      });
    const [one, two] = [await clone(), await clone()];
    expect(Buffer.from(one.record)).toEqual(Buffer.from(two.record));
    await open(one);
    const before = await stored();
    await send(wire(await seal(one, ['as it was'])));
    await send(wire(await seal(two, ['and another'])));
    expect(await stored()).toBe(before + 2);
    const [entry] = await entries('forked');
    expect(entry!.facts.segments).toHaveLength(2);
    expect(test.warnings.join()).toContain('SESSION_FORKED');
  });
});

describe('statements from far away', () => {
  it('go to the trail when their writer signed them', async () => {
    const before = (await entries('statement')).length;
    const heartbeat = await session.heartbeat(now);
    const forged = heartbeat.slice();
    forged[forged.length - 1]! ^= 1;
    const state = (record: Uint8Array) => outcome(post(SEALED_ROUTES.statements, record));
    expect(await state(heartbeat)).toBe(204);
    expect(await state(heartbeat)).toBe(204);
    expect(await state(forged)).toBe('SESSION_INVALID');
    expect(await state(new Uint8Array(10))).toBe('RECORD_MALFORMED');
    expect((await entries('statement')).length).toBe(before + 1);
    expect(await state(await session.close(now))).toBe(204);
    expect((await entries('statement')).length).toBe(before + 2);
  });
});

describe('epochs', () => {
  it('are the newest: sessions begin in no older one', async () => {
    const late = await start(writer);
    const issuer = { identity: test.identity, authority: await authority(), now };
    const { record } = await certifyEpoch(issuer);
    await test.server.stores.control.appendRecord('acme', 'epochs', record);
    expect(await outcome(open(late))).toBe('EPOCH_ROLLED_BACK');
    expect(await outcome(open(await start(writer)))).toBe(204);
  });
});
