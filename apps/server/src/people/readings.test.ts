import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role } from '@tacet/access';
import type { HitsMessage } from '@tacet/search/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

let test: TestServer;
let now = Date.parse('2026-01-05T12:00:00Z');

/** A budget small enough for a test, beside the shipped policies. */
const BUDGET = `
@id("small-budget")
@code("APPROVAL_NEEDED")
@message("six rows a day")
forbid (principal, action == Action::"release", resource)
when { context has reading && context.reading.today > 6 + context.reading.approved };
`;

beforeAll(async () => {
  test = await testServer({ now: () => now });
  await writeFile(join(test.directory, 'policy', 'budget.cedar'), BUDGET);
  await test.reopen();
  // One session, and so one segment, for each service: within a session small segments are sealed together.
  for (const [service, count] of [
    ['chat', 4],
    ['billing', 3],
  ] as const) {
    const lines = Array.from({ length: count }, (_, at) =>
      JSON.stringify({ service, msg: `${service} ${at}` }),
    );
    await test.ingest('/v1/events', lines.join('\n'));
    if (service === 'chat') await test.reopen();
  }
}, 180_000);
afterAll(() => test.remove());

const everything = { formula: { all: true }, keys: { first: 0, tokens: [] }, limit: 10 };

/** A token of its own, and what it can do with it. */
async function somebody(role: Role, services?: string[]) {
  const made = await test.administer('/v1/tokens', { role, ...(services && { services }) });
  const { token, id } = (await made.json()) as { token: string; id: string };
  const headers = { Authorization: `Bearer ${token}` };
  return {
    id,
    token,
    hits: async () =>
      ((await (await test.read('/v1/match', everything, headers)).json()) as HitsMessage).hits,
    release: (ids: string[], purpose = 'ticket 4711') =>
      test.read(
        '/v1/release',
        { ids, search: 'ab'.repeat(16) },
        { ...headers, 'Tacet-Purpose': encodeURIComponent(purpose) },
      ),
    get: (path: string) => test.administer(path, undefined, token),
    decide: (request: string, rows: number) => test.administer('/v1/approvals', { id: request, rows }, token),
  };
}

type Listed = { id: string; reader: string; state: string; rows: number; purpose: string };
const approvals = async () =>
  ((await (await test.administer('/v1/approvals')).json()) as { approvals: Listed[] }).approvals;
const ids = (hits: HitsMessage['hits']) => hits.map(({ id }) => id);
const entries = async (kind: string) =>
  (await Array.fromAsync(test.server.trail.leaves()))
    .map((leaf) => JSON.parse(Buffer.from(leaf).toString()))
    .filter((entry) => entry.kind === kind);

describe('a reading budget', () => {
  it('stops a release that goes beyond it, and asks for a second person', async () => {
    const reader = await somebody('reader');
    const both = ids(await reader.hits());
    expect(both).toHaveLength(2);
    const before = (await entries('release')).length;
    const refused = await reader.release(both, 'Auskunft an Frau Muster');
    expect(refused.status).toBe(403);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('APPROVAL_NEEDED');
    const [request] = await approvals();
    expect(request).toMatchObject({
      reader: reader.id,
      state: 'waiting',
      rows: 7,
      purpose: 'Auskunft an Frau Muster',
    });
    expect(error.message).toBe(`six rows a day (request ${request!.id.slice(0, 12)})`);
    expect(await entries('release')).toHaveLength(before);

    // What was refused does not count, and asking again makes no second request.
    expect((await reader.release([both[0]!])).status).toBe(200);
    expect((await reader.release(both)).status).toBe(403);
    expect(await approvals()).toHaveLength(1);

    const admin = await somebody('admin');
    expect((await admin.decide(request!.id, 10)).status).toBe(200);
    expect((await reader.release(both)).status).toBe(200);
    expect(await codeIn(await admin.decide(request!.id, 10))).toBe('APPROVAL_UNKNOWN');
    expect((await entries('approval')).map(({ facts }) => facts.event)).toEqual(['asked', 'approved']);
  });

  it('begins anew each day, and an approval ends', async () => {
    const reader = await somebody('reader');
    const both = ids(await reader.hits());
    expect((await reader.release(both)).status).toBe(403);
    const request = (await approvals()).find((one) => one.reader === reader.id)!;
    expect((await test.administer('/v1/approvals', { id: request.id, rows: 1 })).status).toBe(200);
    expect((await reader.release(both)).status).toBe(200);
    expect((await reader.release(both.slice(0, 1))).status).toBe(403);
    now += 86_400_000;
    expect((await reader.release(both)).status).toBe(403);
    expect((await reader.release(both.slice(0, 1))).status).toBe(200);
  });

  it('counts releases at the same time together', async () => {
    const reader = await somebody('reader');
    const [one] = ids(await reader.hits());
    const answers = await Promise.all(Array.from({ length: 6 }, () => reader.release([one!])));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThan(3);
  });

  it('is not lifted by the one who asks, nor by who may not', async () => {
    const owner = await somebody('owner');
    const both = ids(await owner.hits());
    await owner.release(both);
    const request = (await approvals()).find((one) => one.reader === owner.id)!;
    expect(await codeIn(await owner.decide(request.id, 100))).toBe('NOT_ALLOWED');
    const reader = await somebody('reader');
    expect(await codeIn(await reader.decide(request.id, 100))).toBe('NOT_ALLOWED');
    expect((await test.administer('/v1/approvals', { id: request.id, rows: 0 })).status).toBe(200);
    expect((await owner.release(both)).status).toBe(403);
    expect(
      (await approvals()).filter(({ reader }) => reader === owner.id).map(({ state }) => state),
    ).toContain('denied');
  });

  it('leaves no purpose readable in the directory', async () => {
    const { execFileSync } = await import('node:child_process');
    expect(() => execFileSync('grep', ['-rlF', 'Muster', test.directory])).toThrow();
  });
});

describe('somebody who is limited to services', () => {
  it('opens segments of those only, and is shown no others', async () => {
    now += 86_400_000;
    const all = ids(await (await somebody('reader')).hits());
    const chat = await somebody('reader', ['chat']);
    const shown = ids(await chat.hits());
    expect(shown).toHaveLength(1);
    expect((await chat.release(shown)).status).toBe(200);
    for (const asked of [all, all.filter((id) => !shown.includes(id))])
      expect(await codeIn(await chat.release(asked))).toBe('NOT_ALLOWED');
  });

  it('counts events of those only', async () => {
    const facts = async (services?: string[]) => {
      const analyst = await somebody('analyst', services);
      const answer = await (await analyst.get('/v1/facts?by=service')).json();
      return (answer as { facts: { value: string; events: number }[] }).facts.map(({ value, events }) => [
        value,
        events,
      ]);
    };
    expect(await facts()).toEqual([
      ['chat', 4],
      ['billing', 3],
    ]);
    expect(await facts(['billing'])).toEqual([['billing', 3]]);
    expect(await facts(['other'])).toEqual([]);
  });
});

describe('facts', () => {
  it('are for analysts without a purpose, and not for writers', async () => {
    const analyst = await somebody('analyst');
    expect((await analyst.get('/v1/facts?by=day')).status).toBe(200);
    for (const path of ['/v1/plan', '/v1/authority', '/v1/tokens', '/v1/approvals'])
      expect((await analyst.get(path)).status).toBeGreaterThanOrEqual(403);
    expect(await codeIn(await (await somebody('ingest')).get('/v1/facts'))).toBe('NOT_ALLOWED');
    for (const query of ['by=ciphertext', 'by=__proto__', 'limit=0', 'limit=x', 'from=1e99', 'to=%27'])
      expect([query, await codeIn(await analyst.get(`/v1/facts?${query}`))]).toEqual([
        query,
        'REQUEST_INVALID',
      ]);
  });
});

describe('a changed policy', () => {
  it('is in the trail, with what it was before', async () => {
    const changes = await entries('policy');
    expect(changes).toHaveLength(2);
    expect(changes[1].facts).toMatchObject({
      before: changes[0].facts.hash,
      files: ['budget.cedar', 'limits.cedar', 'roles.cedar'],
    });
  });

  it('keeps the server from starting when it is wrong', async () => {
    await writeFile(
      join(test.directory, 'policy', 'more.cedar'),
      'permit (principal in Role::"boss", action, resource);',
    );
    await test.server.close();
    const { openServer } = await import('../open.ts');
    await expect(openServer({ directory: test.directory })).rejects.toMatchObject({ code: 'POLICY_INVALID' });
    const { rm } = await import('node:fs/promises');
    await rm(join(test.directory, 'policy', 'more.cedar'));
    test.server = await openServer({ directory: test.directory, now: () => now });
  });
});
