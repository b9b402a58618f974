import type { Principal } from '@tacet/access';
import { clearColumns, codeOf, TacetError } from '@tacet/records';
import type { MatchHit, MatchQuery, SegmentRow } from '@tacet/store';
import { describe, expect, it } from 'vitest';
import { decodeSegments } from '../wire/segments.ts';
import { toBase64 } from '../wire/text.ts';
import type { ReadingEntry } from './ports.ts';
import { searchRoutes } from './routes.ts';
import { type SearchParts, SearchService } from './service.ts';

const READER: Principal = { type: 'token', id: 't1', role: 'reader', workspace: 'w', purpose: 'to test' };
const bytes = (value: number, length: number) => new Uint8Array(length).fill(value);
const hex = (value: number, length = 16) => Buffer.from(bytes(value, length)).toString('hex');

function row(value: number): SegmentRow {
  const times = { timeMin: value, timeMax: value };
  const parts = {
    header: bytes(1, 8),
    salt: bytes(2, 32),
    commitment: bytes(3, 32),
    signature: bytes(4, 64),
  };
  const content = { ciphertext: bytes(5, 99), filter: bytes(0, 0), clear: clearColumns([]) };
  const lists = { batches: [], supersedes: [] };
  const place = {
    id: bytes(value, 16),
    workspace: 'w',
    periodNo: 0,
    number: value,
    receivedDay: 1,
    count: 1,
  };
  return { ...place, ...times, ...parts, ...content, ...lists };
}

function hit({ id, periodNo, number, timeMin, timeMax, count }: SegmentRow): MatchHit {
  return { id, periodNo, number, timeMin, timeMax, count, bytes: 99 };
}

/** Stores with segments 1 to 20, of which 13 has lost its share. */
function stage(change: Partial<SearchParts> = {}) {
  const order: string[] = [];
  const entries: ReadingEntry[] = [];
  const queries: MatchQuery[] = [];
  const rows = Array.from({ length: 20 }, (_, i) => row(20 - i));
  const shared = (ids: Uint8Array[]) => ids.filter((id) => id[0] !== 13).map((id) => hex(id[0]!));
  const service = new SearchService({
    logs: {
      match: async (query) => {
        queries.push(query);
        return rows
          .filter(({ number }) => number < (query.before?.number ?? 99))
          .slice(0, query.limit)
          .map(hit);
      },
      fetch: async (_, ids) => {
        order.push('fetch');
        return ids.flatMap((id) => rows.filter(({ number }) => number === id[0]));
      },
      stats: async () => ({ segments: 20, events: 20, bytes: 1 }),
    },
    control: {
      records: async (_, kind) => [new TextEncoder().encode(kind)],
      sessions: async () => [
        { id: bytes(7, 16), workspace: 'w', epoch: 1, record: bytes(1, 3) },
        { id: bytes(8, 16), workspace: 'w', epoch: 1, record: bytes(1, 3) },
      ],
      periods: async () => [{ periodNo: 3, session: bytes(7, 16), period: 0, timeMin: 0, timeMax: 9 }],
      shares: async (_, ids) => {
        order.push('shares');
        return new Map(shared(ids).map((id) => [id, bytes(6, 32)]));
      },
      sharesPresent: async (_, ids) => new Set(shared(ids)),
    },
    trail: {
      append: async (entry) => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('trail');
        entries.push(entry);
      },
    },
    policy: { authorize: () => {} },
    readings: { admit: async () => {} },
    ...change,
  });
  return { service, order, entries, queries };
}

const match = (more: object = {}) => ({
  formula: { all: true },
  keys: { first: 0, tokens: [] },
  limit: 5,
  ...more,
});
const token = (periods: number) => toBase64(bytes(1, periods * 16));

async function idsOf(stream: AsyncIterable<Uint8Array>): Promise<number[]> {
  const ids: number[] = [];
  for await (const segment of decodeSegments(stream, 100)) ids.push(segment.id[0]!);
  return ids;
}

describe('the server side of a search', () => {
  it('gives records, and the sessions that the periods name', async () => {
    const { service } = stage();
    expect(await service.authority(READER)).toMatchObject({ root: [btoa('root')], grants: [btoa('grants')] });
    expect(await service.plan(READER, { from: 0, to: 9 })).toEqual({
      sessions: [{ id: hex(7), record: toBase64(bytes(1, 3)) }],
      periods: [{ periodNo: 3, session: hex(7), period: 0 }],
      segments: 20,
      events: 20,
    });
  });

  it('leaves out candidates without a share and still leads to the next page', async () => {
    const { service } = stage();
    const page = await service.match(
      READER,
      match({ limit: 9, before: { timeMax: 16, periodNo: 0, number: 16 } }),
    );
    expect(page.hits.map(({ number }) => number)).toEqual([15, 14, 12, 11, 10, 9, 8, 7]);
    expect(page.next).toEqual({ timeMax: 7, periodNo: 0, number: 7 });
    expect((await service.match(READER, match({ limit: 50 }))).next).toBeUndefined();
  });

  it('matches in the workspace of the token, whatever the request says', async () => {
    const { service, queries } = stage();
    await service.match(READER, match({ workspace: 'other' }));
    expect(queries[0]).toEqual({ ...match(), workspace: 'w' });
  });

  it('has the release on record before it reads a share or a segment', async () => {
    const { service, order, entries } = stage();
    const ids = [1, 13, 2, 1, 99].map((value) => hex(value));
    const stream = await service.release(READER, { ids, search: hex(9), query: hex(9, 32) });
    expect(order).toEqual(['trail']);
    expect(await idsOf(stream)).toEqual([1, 2]);
    expect(order[0]).toBe('trail');
    expect(entries).toEqual([
      {
        kind: 'release',
        workspace: 'w',
        actor: 't1',
        // What is unknown may be named; what has no share is not released.
        facts: { search: hex(9), query: hex(9, 32), segments: [1, 2, 99].map((value) => hex(value)) },
        texts: { purpose: 'to test' },
      },
    ]);
  });

  it('releases in chunks', async () => {
    const { service, order } = stage();
    const ids = Array.from({ length: 20 }, (_, i) => hex(i + 1));
    const stream = await service.release(READER, { ids, search: hex(9) });
    expect(await idsOf(stream)).toHaveLength(19);
    expect(order.filter((step) => step === 'fetch')).toHaveLength(3);
  });

  it.each([
    ['an unknown error', new Error('disk'), 'TRAIL_UNAVAILABLE'],
    ['its own error', new TacetError('TRAIL_CORRUPT', 'damaged'), 'TRAIL_CORRUPT'],
  ])('releases nothing when the trail fails with %s', async (_, error, code) => {
    const { service, order } = stage({ trail: { append: () => Promise.reject(error) } });
    await expect(service.release(READER, { ids: [hex(1)], search: hex(9) })).rejects.toMatchObject({ code });
    expect(order).toEqual([]);
  });

  it('releases nothing without a purpose', async () => {
    const { service, order } = stage();
    const { purpose: _, ...silent } = READER;
    await expect(service.release(silent, { ids: [hex(1)], search: hex(9) })).rejects.toMatchObject({
      code: 'PURPOSE_MISSING',
    });
    expect(order).toEqual([]);
  });

  it('tells the reader when a store fails on the way', async () => {
    const { service } = stage({
      logs: {
        match: async () => [],
        fetch: () => Promise.reject(new TacetError('STORE_UNAVAILABLE', 'stopped')),
        stats: async () => ({ segments: 0, events: 0, bytes: 0 }),
      },
    });
    const stream = await service.release(READER, { ids: [hex(1)], search: hex(9) });
    expect(await idsOf(stream).catch(codeOf)).toBe('STORE_UNAVAILABLE');
  });

  it('asks the policy first, for every action', async () => {
    const asked: string[] = [];
    const { service, order, queries } = stage({
      policy: {
        authorize: (_, action, resource) => {
          asked.push(`${action} ${resource.workspace}`);
          throw new TacetError('NOT_ALLOWED', 'no');
        },
      },
    });
    const calls = [
      service.authority(READER),
      service.plan(READER, {}),
      service.match(READER, match()),
      service.release(READER, { ids: [hex(1)], search: hex(9) }),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(asked).toEqual(['authority w', 'plan w', 'match w', 'release w']);
    expect([...order, ...queries]).toEqual([]);
  });

  it('refuses a plan of too much or of no time', async () => {
    const period = { periodNo: 3, session: bytes(7, 16), period: 0, timeMin: 0, timeMax: 9 };
    const { service } = stage({
      control: {
        records: async () => [],
        sessions: async () => [],
        periods: async () => Array(200_001).fill(period),
        shares: async () => new Map(),
        sharesPresent: async () => new Set(),
      },
    });
    await expect(service.plan(READER, {})).rejects.toMatchObject({ code: 'QUERY_RANGE' });
    await expect(service.plan(READER, { from: 'x' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('a match request', () => {
  const nested = (depth: number): object => (depth === 0 ? { all: true } : { and: [nested(depth - 1)] });
  const wide = (parts: number) => ({ or: Array.from({ length: parts }, () => ({ all: true })) });

  it.each([
    ['64 tokens', match({ keys: { first: 0, tokens: Array(64).fill(token(1)) } })],
    ['20,000 periods', match({ keys: { first: 0, tokens: [token(20_000)] } })],
    ['256 parts', match({ formula: wide(255) })],
    ['32 levels', match({ formula: nested(31) })],
    ['a clear test', match({ formula: { clear: { column: 'duration_ns', op: '>', value: 5 } } })],
  ])('may have %s', async (_, body) => {
    await expect(stage().service.match(READER, body)).resolves.toBeDefined();
  });

  it.each<[string, unknown, string?]>([
    ['nothing', undefined, 'REQUEST_INVALID'],
    ['a list', [], 'REQUEST_INVALID'],
    ['no keys', match({ keys: undefined }), 'REQUEST_INVALID'],
    ['65 tokens', match({ keys: { first: 0, tokens: Array(65).fill(token(1)) } })],
    ['too many periods', match({ keys: { first: 0, tokens: [token(20_001)] } })],
    ['keys of different lengths', match({ keys: { first: 0, tokens: [token(1), token(2)] } })],
    ['half a key', match({ keys: { first: 0, tokens: [btoa('half')] } })],
    ['keys that are no base64', match({ keys: { first: 0, tokens: ['!!!!'] } })],
    ['a negative period', match({ keys: { first: -1, tokens: [] } })],
    ['257 parts', match({ formula: wide(256) })],
    ['33 levels', match({ formula: nested(32) })],
    ['a token without keys', match({ formula: { token: 0 } })],
    ['two kinds in one part', match({ formula: { all: true, and: [] } })],
    ['an unknown kind', match({ formula: { not: { all: true } } })],
    ['an unknown column', match({ formula: { clear: { column: 'body', op: '=', value: 'x' } } })],
    ['an unknown operator', match({ formula: { clear: { column: 'service', op: 'LIKE', value: 'x' } } })],
    ['a text for a number', match({ formula: { clear: { column: 'time', op: '=', value: '1 OR 1' } } })],
    ['a number for a text', match({ formula: { clear: { column: 'service', op: '=', value: 1 } } })],
    ['no limit', match({ limit: undefined }), 'REQUEST_INVALID'],
    ['a limit of 1,001', match({ limit: 1001 }), 'REQUEST_INVALID'],
    ['half a second', match({ from: 0.5 }), 'REQUEST_INVALID'],
    ['a broken cursor', match({ before: { timeMax: 1 } }), 'REQUEST_INVALID'],
  ])('may not have %s', async (_, body, code = 'MATCH_INVALID') => {
    const { service, queries } = stage();
    await expect(service.match(READER, body)).rejects.toMatchObject({ code });
    expect(queries).toEqual([]);
  });

  it.each([
    ['no ids', { ids: [], search: hex(9) }],
    ['too many ids', { ids: Array(10_001).fill(hex(1)), search: hex(9) }],
    ['an id that is none', { ids: ['../..'], search: hex(9) }],
    ['no search', { ids: [hex(1)] }],
    ['a query in words', { ids: [hex(1)], search: hex(9), query: 'alice' }],
  ])('nor a release %s', async (_, body) => {
    await expect(stage().service.release(READER, body)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('the search routes', () => {
  const post = (path: string, body: BodyInit, authenticate = () => READER) => {
    const app = searchRoutes(stage().service, authenticate);
    app.onError((error, c) => c.text(codeOf(error) ?? 'other'));
    return app.request(path, { method: 'POST', body });
  };

  it('refuse what is no JSON, and bodies past their cap', async () => {
    expect(await (await post('/v1/match', '{')).text()).toBe('JSON_INVALID');
    expect(await (await post('/v1/match', Uint8Array.of(0xff))).text()).toBe('JSON_INVALID');
    expect(await (await post('/v1/release', ' '.repeat(1024 * 1024 + 1))).text()).toBe('BODY_TOO_LARGE');
  });

  it('answer nothing before the authentication', async () => {
    const denied = () => {
      throw new TacetError('TOKEN_MISSING', 'no token');
    };
    for (const path of ['/v1/plan', '/v1/match', '/v1/release'])
      expect(await (await post(path, '{', denied)).text()).toBe('TOKEN_MISSING');
  });

  it('stop reading the stores when the client leaves', async () => {
    const { service, order } = stage();
    const app = searchRoutes(service, () => READER);
    const ids = Array.from({ length: 20 }, (_, i) => hex(i + 1));
    const answer = await app.request('/v1/release', {
      method: 'POST',
      body: JSON.stringify({ ids, search: hex(9) }),
    });
    expect(answer.headers.get('content-type')).toBe('application/vnd.tacet.segments');
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(order.filter((step) => step === 'fetch').length).toBeLessThan(3);
  });
});
