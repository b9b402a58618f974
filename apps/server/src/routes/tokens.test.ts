import { issueToken, parseToken, ROLES, type Role } from '@tacet/access';
import { createDetector } from '@tacet/detect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

let test: TestServer;
let now = Date.parse('2026-01-05T12:00:00Z');
beforeAll(async () => {
  test = await testServer({ now: () => now });
});
afterAll(() => test.remove());

interface Made {
  id: string;
  token: string;
}

const create = async (body: unknown, token?: string) => test.administer('/v1/tokens', body, token);
const made = async (role: Role, more = {}) => (await (await create({ role, ...more })).json()) as Made;
const list = async () =>
  ((await (await test.administer('/v1/tokens')).json()) as { tokens: Record<string, unknown>[] }).tokens;
const send = (token: string, service = 'chat') =>
  test.ingest('/v1/events', JSON.stringify({ service, msg: `${Math.random()}` }), {
    Authorization: `Bearer ${token}`,
  });
const kinds = async () =>
  (await Array.fromAsync(test.server.trail.leaves())).map((leaf) => JSON.parse(Buffer.from(leaf).toString()));

describe('tokens', () => {
  it('are made with a role, listed without a secret, and end when revoked', async () => {
    const { id, token } = await made('ingest', { label: 'chat backend' });
    expect(token).toMatch(/^tacet_i_/);
    expect((await send(token)).status).toBe(200);
    const listed = (await list()).find((one) => one.id === id);
    expect(listed).toMatchObject({ role: 'ingest', label: 'chat backend', created: now / 1000 });
    expect(JSON.stringify(await list())).not.toMatch(/hash|secret/);
    const entries = (await kinds()).filter(({ facts }) => facts.token === id);
    expect(entries).toMatchObject([{ kind: 'token', facts: { event: 'created', role: 'ingest' } }]);

    expect((await test.administer('/v1/tokens/revoke', { id })).status).toBe(200);
    const refused = await send(token);
    expect([refused.status, await codeIn(refused)]).toEqual([401, 'TOKEN_INVALID']);
    expect((await kinds()).at(-1)).toMatchObject({ kind: 'token', facts: { event: 'revoked', token: id } });
    expect(await codeIn(await test.administer('/v1/tokens/revoke', { id }))).toBe('TOKEN_UNKNOWN');
  });

  it('are found by our own detection, whatever their role', async () => {
    const detector = createDetector({ fingerprintKey: new Uint8Array(32) });
    for (const role of ROLES) {
      const { text, found } = detector.scrubText(`export T="${(await made(role)).token}" # mine`);
      expect(found.map(({ kind }) => kind)).toEqual(['tacet-token']);
      expect(text).not.toMatch(/tacet_._/);
    }
  });

  it('carry the newest epoch, so that a writer accepts no older one', async () => {
    expect(parseToken((await made('ingest')).token).lowestEpoch).toBe(1);
  });

  it('expire, and cannot be made expired', async () => {
    const { token } = await made('ingest', { expires: now / 1000 + 60 });
    expect((await send(token)).status).toBe(200);
    now += 61_000;
    expect(await codeIn(await send(token))).toBe('TOKEN_EXPIRED');
    expect(await codeIn(await create({ role: 'ingest', expires: now / 1000 - 1 }))).toBe('REQUEST_INVALID');
  });

  it('show when they were last used, to the minute', async () => {
    const { id, token } = await made('ingest');
    const used = async () => (await list()).find((one) => one.id === id)?.used;
    let touched = 0;
    const { control } = test.server.stores;
    const touch = control.touchToken.bind(control);
    control.touchToken = async (...args) => {
      if (args[0] === id) touched++;
      return touch(...args);
    };
    const first = Math.floor(now / 1000);
    for (let n = 0; n < 5; n++) await send(token);
    await expect.poll(used).toBe(first);
    now += 30_000;
    await send(token);
    expect(touched).toBe(1);
    now += 31_000;
    await send(token);
    await expect.poll(used).toBe(first + 61);
    expect(touched).toBe(2);
  });

  it('limited to services write of those only', async () => {
    const { token } = await made('ingest', { services: ['chat', 'billing'] });
    expect((await send(token, 'billing')).status).toBe(200);
    const refused = await send(token, 'admin');
    expect([refused.status, await codeIn(refused)]).toEqual([403, 'NOT_ALLOWED']);
  });

  it('of administrators are made and revoked by owners only', async () => {
    const admin = await made('admin');
    expect((await create({ role: 'reader' }, admin.token)).status).toBe(200);
    for (const role of ['admin', 'owner'])
      expect(await codeIn(await create({ role }, admin.token))).toBe('NOT_ALLOWED');
    const owner = (await list()).find(({ role }) => role === 'owner')!;
    expect(await codeIn(await test.administer('/v1/tokens/revoke', { id: owner.id }, admin.token))).toBe(
      'NOT_ALLOWED',
    );
    for (const role of ['ingest', 'analyst', 'reader', 'responder', 'auditor'] as const)
      expect(await codeIn(await create({ role: 'ingest' }, (await made(role)).token))).toBe('NOT_ALLOWED');
  });

  it('of another workspace are neither listed, nor revoked, nor let in', async () => {
    const { control } = test.server.stores;
    const foreign = issueToken({
      role: 'owner',
      workspace: 'other',
      rootHash: new Uint8Array(32),
      lowestEpoch: 1,
      now: 0,
    });
    await control.addToken(foreign.record);
    expect((await list()).map(({ id }) => id)).not.toContain(foreign.record.id);
    expect(await codeIn(await test.administer('/v1/tokens/revoke', { id: foreign.record.id }))).toBe(
      'TOKEN_UNKNOWN',
    );
    expect(await codeIn(await test.administer('/v1/tokens', undefined, foreign.token))).toBe('NOT_ALLOWED');
  });

  it('are not made when the trail cannot say so', async () => {
    const { trail } = test.server;
    const append = trail.append;
    const before = (await list()).length;
    trail.append = () => Promise.reject(new Error('full'));
    try {
      expect((await create({ role: 'ingest' })).status).toBe(500);
    } finally {
      trail.append = append;
    }
    expect(await list()).toHaveLength(before);
  });

  it.each([
    ['no role', {}],
    ['an unknown role', { role: 'root' }],
    ['a label of two lines', { role: 'ingest', label: 'a\nb' }],
    ['too many services', { role: 'ingest', services: Array(101).fill('x') }],
    ['what nobody asked for', { role: 'ingest', workspace: 'other' }],
  ])('are refused with %s', async (_, body) => {
    expect(await codeIn(await create(body))).toBe('REQUEST_INVALID');
  });
});
