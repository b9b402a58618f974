import { codeOf, type Event } from '@tacet/records';
import { certifyWriter, createIdentity, createWriter, type SealedSegment, toHex } from '@tacet/seal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitQuery, ReaderKeys, type SearchOptions, type SearchRun, search } from '../src/client/index.ts';
import { Stage, type Workspace } from './workspace.ts';

/** 2025-01-06T00:00:00Z. */
const START = 1_736_121_600;
const TRACE = '0af7651916cd43dd8448eb211c80319c';

function event(second: number, body: string, more: Partial<Event> = {}): Event {
  return {
    time: `${START + second}${String((second * 7919) % 1_000_000_000).padStart(9, '0')}`,
    kind: 'log',
    service: 'api',
    operation: '',
    severity: 'info',
    status: '',
    provider: '',
    model: '',
    body,
    ...more,
  };
}

let stage: Stage;
let alpha: Workspace;
let segments: SealedSegment[];
/** Sessions stay open between searches, as they do while an identity is unlocked. */
let keys: ReaderKeys;

beforeAll(async () => {
  stage = await Stage.open();
  alpha = await stage.found('alpha', START * 1000);
  keys = new ReaderKeys(alpha.founded.identity);
  const first = await alpha.session();
  const second = await alpha.session();
  segments = [
    // Overlapping in time on purpose: even and odd seconds in different segments.
    await alpha.write(first, [
      event(0, 'connection refused by db-1'),
      event(2, 'pool timeout after 30 s'),
      event(4, '数据库连接错误'),
    ]),
    await alpha.write(second, [
      event(1, 'refused the connection'),
      event(3, 'timeout of the pool'),
      event(5, 'hello', { severity: 'error', trace_id: TRACE, user_id: 'alice' }),
    ]),
    await alpha.write(
      first,
      [event(100, 'unfiltered timeout'), event(101, 'slow', { kind: 'span', duration_ns: 6_000_000_000 })],
      { unfiltered: true },
    ),
  ];
  const flood: SealedSegment[] = [];
  for (let i = 0; i < 60; i++) flood.push(await alpha.seal(first, [event(1_000 + i * 10, `flood ${i}`)]));
  await alpha.store(flood);
});

afterAll(() => stage?.close());

function start(query: string, options: Partial<SearchOptions> = {}): SearchRun {
  return search({
    server: stage.server('alpha'),
    identity: alpha.founded.identity,
    query,
    purpose: '测试 the search',
    ...(options.identity ? {} : { keys }),
    ...options,
  });
}

async function collect(run: SearchRun) {
  const results = [];
  for await (const result of run) results.push(result);
  return results;
}

async function bodies(query: string, options: Partial<SearchOptions> = {}) {
  return (await collect(start(query, options))).map((result) => result.event.body);
}

describe('a search from words to verified rows', () => {
  it.each([
    ['refused', ['refused the connection', 'connection refused by db-1']],
    ['"connection refused"', ['connection refused by db-1']],
    ['数据库', ['数据库连接错误']],
    ['"连接错误"', ['数据库连接错误']],
    [`trace_id:${TRACE.toUpperCase()}`, ['hello']],
    ['user.id:alice', ['hello']],
    ['severity:error', ['hello']],
    ['duration>5s', ['slow']],
    ['timeout -after', ['unfiltered timeout', 'timeout of the pool']],
    ['/time.*pool/', ['timeout of the pool']],
    ['/ timeout after \\d+/', ['pool timeout after 30 s']],
    ['refused OR hello', ['hello', 'refused the connection', 'connection refused by db-1']],
    [
      'NOT flood',
      [
        'slow',
        'unfiltered timeout',
        'hello',
        '数据库连接错误',
        'timeout of the pool',
        'pool timeout after 30 s',
        'refused the connection',
        'connection refused by db-1',
      ],
    ],
  ])('finds %s, newest first', async (query, expected) => {
    expect(await bodies(query)).toEqual(expected);
  });

  it('keeps to the range of time, both ends included', async () => {
    expect(await bodies('pool', { from: START + 2, to: START + 2 })).toEqual(['pool timeout after 30 s']);
    expect(await bodies('pool', { from: START + 3 })).toEqual(['timeout of the pool']);
    expect(await bodies('pool', { to: START + 1 })).toEqual([]);
  });

  it('releases only candidates, and says who, why and which', async () => {
    stage.trail.entries.length = 0;
    const run = start('数据库');
    const [result] = await collect(run);
    expect(result).toMatchObject({ segment: toHex(segments[0]!.id), event: { body: '数据库连接错误' } });
    const name = toHex(segments[0]!.id);
    // Two false positives in 60 segments would be one in many millions.
    const released = stage.trail.releases.flatMap((entry) => entry.facts.segments);
    expect(released).toContain(name);
    expect(released.length).toBeLessThanOrEqual(3);
    const { summary } = run;
    expect(stage.trail.releases[0]).toMatchObject({
      kind: 'release',
      workspace: 'alpha',
      facts: { search: summary.search, query: summary.query.commitment },
      texts: { purpose: '测试 the search' },
    });
    // The match before it is a search of its own.
    expect(stage.trail.entries[0]).toMatchObject({
      kind: 'search',
      facts: { search: summary.search, query: summary.query.commitment, tokens: 2 },
      texts: { purpose: '测试 the search' },
    });
    expect(commitQuery('数据库', summary.query.salt)).toEqual(summary.query);
    expect(JSON.stringify(stage.trail.entries)).not.toContain('数据库');
    expect(summary).toMatchObject({ complete: true, limited: false, scans: false, shown: 1, problems: [] });
  });

  it('tells the server no word, field or value of a query', async () => {
    stage.sent.length = 0;
    const queries = [
      'refused -secret1',
      '"数据库连接"',
      'user.id:alice',
      'note~secret2',
      '/secret3 alice x/',
      'service:secret4',
      'status:secret5',
    ];
    for (const query of queries) await bodies(query);
    expect(stage.sent.length).toBeGreaterThan(queries.length * 3);
    expect(stage.sent.join('\n')).not.toMatch(/refused|secret|数据|alice|user|note/);
    // What it does tell, so that the test would notice a word: see docs/search.md.
    await bodies('duration>4242s severity:fatal');
    expect(stage.sent.join('\n')).toMatch(/4242000000000.*fatal|fatal.*4242000000000/s);
  });

  it('stops releasing when it has enough, and starts small', async () => {
    stage.trail.entries.length = 0;
    const run = start('flood', { limit: 3 });
    expect((await collect(run)).map(({ event }) => event.body)).toEqual(['flood 59', 'flood 58', 'flood 57']);
    expect(run.summary).toMatchObject({ limited: true, complete: true, shown: 3 });
    expect(run.summary.released).toBeLessThanOrEqual(6);
    expect(stage.trail.releases[0]!.facts.segments).toHaveLength(2);
  });

  it('releases nothing more once nobody iterates', async () => {
    stage.trail.entries.length = 0;
    for await (const { event } of start('flood', { limit: 60 })) {
      expect(event.body).toBe('flood 59');
      break;
    }
    expect(stage.trail.releases.flatMap(({ facts }) => facts.segments)).toHaveLength(2);
  });

  it('scans with progress when the index cannot help', async () => {
    const reached: (number | undefined)[] = [];
    const run = start('/^flood [0-9]$/', { onProgress: (progress) => reached.push(progress.reached) });
    expect(await collect(run)).toHaveLength(10);
    expect(run.summary).toMatchObject({ scans: true, segments: 63, events: 68, opened: 63, candidates: 63 });
    expect(reached.filter((second) => second !== undefined)).toEqual(reached.slice(1).toSorted().reverse());
    expect(reached.at(-1)).toBeLessThan(START + 1_000);
  });

  it('gives a page of matches after another', async () => {
    const server = stage.server('alpha');
    const call = { purpose: 'paging' };
    const order = { formula: { all: true } as const, keys: { first: 0, tokens: [] }, limit: 25 };
    const pages = [];
    let page = await server.match(order, call);
    for (pages.push(page); page.next; pages.push(page))
      page = await server.match({ ...order, before: page.next }, call);
    expect(pages.map(({ hits }) => hits.length)).toEqual([25, 25, 13]);
    expect(new Set(pages.flatMap(({ hits }) => hits.map(({ id }) => toHex(id)))).size).toBe(63);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const run = start('flood', { signal: stop.signal, limit: 60 });
    const iterate = async () => {
      for await (const _ of run) stop.abort(new Error('enough'));
    };
    await expect(iterate()).rejects.toThrow('enough');
    expect(run.summary.complete).toBe(false);
  });

  it('throws at once for a query or a range that makes no sense', () => {
    const code = (query: string, options: Partial<SearchOptions> = {}) => {
      try {
        start(query, options);
      } catch (error) {
        return codeOf(error);
      }
    };
    expect(code('(')).toBe('QUERY_SYNTAX');
    expect(code('a', { from: 2, to: 1 })).toBe('QUERY_TIME');
    expect(code('a', { from: 1.5 })).toBe('QUERY_TIME');
    expect(code('a', { limit: 0 })).toBe('QUERY_RANGE');
  });
});

describe('what must not be read', () => {
  it('shows another workspace nothing', async () => {
    const beta = await stage.found('beta', START * 1000);
    await beta.write(await beta.session(), [event(0, 'refused in beta')]);
    const asBeta = { server: stage.server('beta'), identity: beta.founded.identity };
    expect(await bodies('refused', asBeta)).toEqual(['refused in beta']);
    // A token of beta with the identity of alpha, and the other way round.
    const reason = (options: Partial<SearchOptions>) => bodies('refused', options).catch(codeOf);
    expect(await reason({ server: asBeta.server })).toBe('ROOT_MISMATCH');
    expect(await reason({ identity: beta.founded.identity })).toBe('ROOT_MISMATCH');

    stage.trail.entries.length = 0;
    const released = [];
    const order = { ids: segments.map(({ id }) => toHex(id)), search: '00'.repeat(16) };
    for await (const segment of asBeta.server.release(order, { purpose: 'to see more' }))
      released.push(segment);
    expect(released).toEqual([]);
    expect(stage.trail.entries).toEqual([]);
    const hits = await asBeta.server.match(
      { formula: { all: true }, keys: { first: 0, tokens: [] }, limit: 1000 },
      { purpose: 'to see more' },
    );
    expect(hits.hits).toHaveLength(1);
  });

  it('gives an ingest token and an empty purpose nothing', async () => {
    const reason = (options: Partial<SearchOptions>) => bodies('refused', options).catch(codeOf);
    expect(await reason({ server: stage.server('alpha', 'ingest') })).toBe('NOT_ALLOWED');
    expect(await reason({ purpose: '' })).toBe('PURPOSE_MISSING');
  });

  it('releases nothing when the trail fails', async () => {
    stage.trail.entries.length = 0;
    stage.trail.failing = true;
    try {
      expect(await bodies('refused').catch(codeOf)).toBe('TRAIL_UNAVAILABLE');
      const answer = await stage.app.request('/v1/release', {
        method: 'POST',
        headers: { Authorization: 'Bearer token-0', 'Tacet-Purpose': 'bytes' },
        body: JSON.stringify({ ids: segments.map(({ id }) => toHex(id)), search: '00'.repeat(16) }),
      });
      expect(answer.status).toBe(503);
      expect((await answer.text()).length).toBeLessThan(200);
    } finally {
      stage.trail.failing = false;
    }
  });

  it('says that a reader without the grant cannot open a session', async () => {
    const identity = await createIdentity();
    identity.pins.push(...alpha.founded.identity.pins);
    const run = start('refused', { identity });
    expect(await collect(run)).toEqual([]);
    expect(run.summary.complete).toBe(false);
    expect(run.summary.problems.map(({ code }) => code)).toEqual(['GRANT_MISSING', 'GRANT_MISSING']);
  });
});

describe('what somebody changed', () => {
  const spoilt: [string, string, (sealed: SealedSegment) => void][] = [
    [
      'the ciphertext',
      'SEGMENT_SIGNATURE',
      (sealed) => {
        sealed.ciphertext[40]! ^= 1;
      },
    ],
    [
      'the share',
      'SEGMENT_COMMITMENT',
      (sealed) => {
        sealed.share[0]! ^= 1;
      },
    ],
    [
      'a clear column',
      'CLEAR_MISMATCH',
      (sealed) => {
        sealed.clear.service.texts[0] = 'billing';
      },
    ],
    [
      'the time range',
      'MATCH_MISMATCH',
      (sealed) => {
        sealed.timeMax += 5;
      },
    ],
  ];

  it('is reported and not shown, while all else is', async () => {
    const gamma = await stage.found('gamma', START * 1000);
    const session = await gamma.session();
    const sealed = [await gamma.seal(session, [event(0, 'needle first')])];
    for (const [i, [what, , tamper]] of spoilt.entries())
      sealed.push(
        await gamma.seal(session, [event(10 * i + 1, `needle ${what}`), event(10 * i + 2, 'x')], { tamper }),
      );
    sealed.push(await gamma.seal(session, [event(90, 'needle last')]));
    await gamma.store(sealed);
    const problems: unknown[] = [];
    const run = start('needle', {
      server: stage.server('gamma'),
      identity: gamma.founded.identity,
      onProblem: (problem) => problems.push(problem),
    });
    expect((await collect(run)).map(({ event }) => event.body)).toEqual(['needle last', 'needle first']);
    const expected = spoilt.map(([, code], i) => ({ code, segment: toHex(sealed[i + 1]!.id) }));
    expect(problems).toMatchObject(expected.toReversed());
    expect(run.summary).toMatchObject({ complete: false, problems });
  });

  it('is noticed when the server leaves segments out of a release', async () => {
    const server = stage.server('alpha');
    const run = start('refused', {
      server: {
        ...server,
        async *release(order, call) {
          for await (const segment of server.release(order, call))
            if (toHex(segment.id) !== toHex(segments[0]!.id)) yield segment;
        },
      },
    });
    expect((await collect(run)).map(({ event }) => event.body)).toEqual(['refused the connection']);
    expect(run.summary.problems).toMatchObject([{ code: 'SHARE_MISSING', segment: toHex(segments[0]!.id) }]);
  });

  it('is noticed when the server mixes up the order of candidates', async () => {
    const server = stage.server('alpha');
    const mixed = {
      ...server,
      match: async (...order: Parameters<typeof server.match>) => {
        const page = await server.match(...order);
        return { ...page, hits: page.hits.reverse() };
      },
    };
    expect(await bodies('flood', { server: mixed }).catch(codeOf)).toBe('RESULT_INCOMPLETE');
  });
});

describe('segments that replace others', () => {
  const rows = [event(0, 'needle one'), event(1, 'needle two')];
  const again = ['needle two', 'needle one'];

  it('show their rows once, and erased ones not at all', async () => {
    const delta = await stage.found('delta', START * 1000);
    const session = await delta.session();
    const small = [await delta.write(session, [rows[0]!]), await delta.write(session, [rows[1]!])];
    const asDelta = { server: stage.server('delta'), identity: delta.founded.identity };
    expect(await bodies('needle', asDelta)).toEqual(again);
    const supersedes = small.map(({ id }) => id).sort(Buffer.compare);
    await delta.write(session, rows, { supersedes });
    expect(await bodies('needle', asDelta)).toEqual(again);
    await stage.control.dropShares('delta', supersedes);
    const run = start('needle', asDelta);
    expect((await collect(run)).map(({ event }) => event.body)).toEqual(again);
    expect(run.summary).toMatchObject({ released: 1, complete: true });
  });

  it('hide nothing that another writer wrote', async () => {
    const epsilon = await stage.found('epsilon', START * 1000);
    const other = await createWriter('epsilon', 'other');
    const { identity, authority } = epsilon.founded;
    const record = await certifyWriter({ identity, authority: epsilon.authority, now: epsilon.now }, other);
    await stage.control.appendRecord('epsilon', 'writers', record);
    authority.writers.push(record);
    const theirs = await epsilon.write(await epsilon.session(), [rows[0]!]);
    const renewed = await stage.renewed(epsilon);
    await renewed.write(await renewed.session(other), [rows[1]!], { supersedes: [theirs.id] });
    expect(await bodies('needle', { server: stage.server('epsilon'), identity })).toEqual(again);
  });
});
