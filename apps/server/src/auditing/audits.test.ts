import { type Finding, findingOf } from '@tacet/audit/watching';
import { decodeEntry } from '@tacet/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../testing/files.ts';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';
import type { AuditedFinding, Recorded } from './audits.ts';

const DAY = 86_400_000;
const NAME = 'orders-of-the-north';
let clock = Date.parse('2026-11-26T08:00:00Z');
let test: TestServer;
beforeAll(async () => {
  test = await testServer({ now: () => clock });
});
afterAll(() => test.remove());

const check = {
  id: 'redis-open',
  title: 'Redis answers without a password',
  severity: 'critical' as const,
  why: 'Anybody reads it.',
  fix: 'Set requirepass.',
  references: [],
};
const at = (subject: string, more: object = {}): Finding =>
  findingOf(check, { source: 'probe', subject, ...more });
const A = `tcp://${NAME}.internal:6379`;
const B = 'tcp://10.0.0.2:6379';

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await test.administer(path, body);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T;
}

const begin = async (scope = 'shop') => (await post<{ id: string }>('/v1/audit/runs', { scope })).id;

async function run(
  findings: Finding[],
  covered: string[],
  more: object = {},
): Promise<Record<string, string>> {
  const id = await begin();
  const subjects = covered.map((subject) => ({ subject }));
  const end = { id, complete: true, findings, covered: subjects, targets: covered, ...more };
  const { changes } = await post<Recorded>('/v1/audit/runs/finish', end);
  return Object.fromEntries(changes.map(({ fingerprint, change }) => [fingerprint, change]));
}

const list = async () => {
  const response = await test.administer('/v1/audit/findings');
  return ((await response.json()) as { findings: (AuditedFinding & { accepted?: { name: string } })[] })
    .findings;
};
const stateOf = async (finding: Finding) =>
  (await list()).find((one) => one.finding.fingerprint === finding.fingerprint)?.state;

async function entries(): Promise<{ kind: string; facts: Record<string, unknown>; commitments: object }[]> {
  const found = [];
  for await (const leaf of test.server.trail.leaves(0)) found.push(decodeEntry(leaf));
  return found.filter(({ kind }) => kind === 'audit');
}

describe('runs', () => {
  it('say what is new, gone and back, and never that something is gone which they could not see', async () => {
    const [a, b] = [at(A), at(B)];
    expect(await run([a, b], [A, B])).toEqual({ [a.fingerprint]: 'new', [b.fingerprint]: 'new' });
    // Half-way, and without a clear answer.
    expect(await run([], [A, B], { complete: false })).toEqual({});
    expect(await run([a], [A])).toEqual({ [a.fingerprint]: 'still' });
    expect(await stateOf(b)).toBe('open');
    expect(await run([a], [A, B])).toEqual({ [a.fingerprint]: 'still', [b.fingerprint]: 'gone' });
    expect(await stateOf(b)).toBe('gone');
    expect(await run([a, b], [A, B])).toEqual({ [a.fingerprint]: 'still', [b.fingerprint]: 'back' });
    const { runs } = (await (await test.administer('/v1/audit/runs')).json()) as {
      runs: { state: string; open: object; changes: object; targets: string[] }[];
    };
    expect(runs.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'failed', 'done']);
    expect(runs[0]).toMatchObject({ open: { critical: 2 }, changes: { back: 1, new: 0 }, targets: [A, B] });
  });

  it('do not overlap, and one that died ends by itself', async () => {
    const dead = await begin();
    expect(await codeIn(await test.administer('/v1/audit/runs', { scope: 'shop' }))).toBe('AUDIT_RUNNING');
    await begin('elsewhere');
    clock += 100_000;
    await post('/v1/audit/runs/renew', { id: dead });
    clock += 100_000;
    expect(await codeIn(await test.administer('/v1/audit/runs', { scope: 'shop' }))).toBe('AUDIT_RUNNING');
    clock += 100_000;
    const next = await begin();
    const end = { complete: true, findings: [at('x:1')], covered: [], targets: [] };
    const late = await test.administer('/v1/audit/runs/finish', { ...end, id: dead });
    expect(await codeIn(late)).toBe('AUDIT_OVER');
    expect(await stateOf(at('x:1'))).toBeUndefined();
    await post('/v1/audit/runs/finish', { ...end, findings: [], id: next });
  });

  it('keep no secret, though whoever found it forgot to cut it out, and nothing that is readable on disk', async () => {
    const secret = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
    const leaky = at('tcp://10.0.0.3:80', {
      title: `banner ${secret}`,
      proof: { request: 'GET /', reply: `X-Token: ${secret}` },
      readable: [{ kind: 'table', name: secret, count: 3 }],
      causes: [{ file: 'a.conf', line: 3, excerpt: `token ${secret}` }],
    });
    await run([leaky], []);
    const [kept] = (await list()).filter(({ finding }) => finding.fingerprint === leaky.fingerprint);
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(kept?.finding.proof?.reply).toContain('[secret:');
    await test.reopen();
    for (const { path, bytes } of filesBelow(test.directory))
      expect([path, bytes.includes(NAME), bytes.includes(check.title)]).toEqual([path, false, false]);
  });

  it('are recorded by administrators, and read by auditors and responders too', async () => {
    for (const [role, may] of [
      ['auditor', true],
      ['responder', true],
      ['reader', false],
      ['analyst', false],
      ['ingest', false],
    ] as const) {
      const { token } = await post<{ token: string }>('/v1/tokens', { role });
      expect([role, (await test.administer('/v1/audit/findings', undefined, token)).status]).toEqual([
        role,
        may ? 200 : 403,
      ]);
      for (const path of ['/v1/audit/runs', '/v1/audit/self', '/v1/audit/accept'])
        expect([role, path, (await test.administer(path, {}, token)).status]).toEqual([role, path, 403]);
    }
  });
});

describe('an acceptance', () => {
  const a = at(A);
  const accept = (more: object = {}) =>
    test.administer('/v1/audit/accept', {
      fingerprint: a.fingerprint,
      reason: 'behind the VPN until the move',
      until: Math.floor((clock + 10 * DAY) / 1000),
      ...more,
    });

  it('is by a named person, on record, for a time', async () => {
    expect((await accept()).status).toBe(200);
    const [kept] = (await list()).filter(({ state }) => state === 'accepted');
    expect(kept?.finding.fingerprint).toBe(a.fingerprint);
    expect(kept?.accepted).toMatchObject({ name: 'init', reason: 'behind the VPN until the move' });
    const entry = (await entries()).find(({ facts }) => facts.event === 'accepted');
    expect(entry?.facts).toMatchObject({ finding: a.fingerprint });
    expect(Object.keys(entry?.commitments ?? {})).toEqual(['reason']);
    expect(await run([a], [A])).toEqual({ [a.fingerprint]: 'still' });
    clock += 10 * DAY;
    // Over by the clock, whether or not a run has looked since.
    expect(await stateOf(a)).toBe('open');
    expect(await run([a], [A])).toEqual({ [a.fingerprint]: 'lapsed' });
    expect(await stateOf(a)).toBe('open');
  });

  it('is refused without end, for long, in the past, without reason, and of what is not open', async () => {
    const seconds = Math.floor(clock / 1000);
    for (const wrong of [
      { until: seconds },
      { until: seconds + 400 * 86_400 },
      { until: undefined },
      { reason: ' ' },
      { reason: 'two\nlines' },
    ])
      expect(await codeIn(await accept(wrong))).toBe('REQUEST_INVALID');
    expect(await codeIn(await accept({ fingerprint: 'ab'.repeat(16) }))).toBe('FINDING_UNKNOWN');
    await run([], [A]);
    expect(await codeIn(await accept())).toBe('FINDING_UNKNOWN');
  });
});
