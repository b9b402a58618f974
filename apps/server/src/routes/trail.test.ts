import { codeOf } from '@tacet/records';
import { httpSearchServer, type SearchServer, search } from '@tacet/search/client';
import { decodeEntry, type LoggedEntry, parseVerifierKey, trailKey, verifyTrail } from '@tacet/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

let test: TestServer;
let reader: SearchServer;
beforeAll(async () => {
  test = await testServer();
  const lines = ['refund for alice', 'nothing of interest'].map((body) => JSON.stringify({ body }));
  await test.ingest('/v1/events', `${lines.join('\n')}\n`);
  await (await test.server.intake()).budget;
  reader = httpSearchServer({
    url: 'http://localhost',
    token: test.tokens.reader,
    fetch: async (request) => test.server.app.fetch(request),
  });
});
afterAll(() => test.remove());

const key = () => parseVerifierKey(test.server.config.trailVerifier!);
const audit = (path: string, body?: unknown) =>
  test.request(`/v1/trail/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${test.tokens.owner}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
async function entries(kind: string): Promise<LoggedEntry[]> {
  const all = (await Array.fromAsync(test.server.trail.leaves())).map(decodeEntry);
  return all.filter((entry) => entry.kind === kind);
}
async function found(server: SearchServer, trail = key()) {
  const run = search({
    server,
    identity: test.identity,
    query: 'refund',
    purpose: 'ticket 4711',
    trailKey: trail,
  });
  const bodies = [];
  for await (const { event } of run) bodies.push(event.body);
  return { bodies, codes: run.summary.problems.map(({ code }) => code), summary: run.summary };
}

describe('the trail of a server', () => {
  it('names the segments it stores, and readers see that it does', async () => {
    const [manifest] = await entries('segments');
    expect(manifest).toMatchObject({ actor: 'server', facts: { segments: [{ rows: 2, number: 0 }] } });
    expect(await found(reader)).toMatchObject({ bodies: ['refund for alice'], codes: [] });
  });

  it('has the signs of life of its writer', async () => {
    await test.server.gateway()!.heartbeat();
    const [sign, ...others] = await entries('statement');
    expect([others, sign!.actor]).toEqual([[], 'server']);
    const [session] = await entries('session');
    const record = Buffer.from(String(sign!.facts.record), 'base64');
    expect(record.includes(Buffer.from(String(session!.facts.session), 'hex'))).toBe(true);
  });

  it('has every search, also one that finds nothing', async () => {
    const before = (await entries('search')).length;
    const run = search({ server: reader, identity: test.identity, query: 'absent', purpose: 'ticket 4711' });
    expect(await Array.fromAsync(run)).toEqual([]);
    const after = await entries('search');
    expect(after.length).toBe(before + 1);
    expect(after.at(-1)).toMatchObject({
      facts: { search: run.summary.search, query: run.summary.query.commitment, tokens: 1 },
      commitments: { purpose: expect.any(String) },
    });
    expect(JSON.stringify(after)).not.toContain('absent');
  });

  it.each([
    [
      'no manifest',
      async () => ({ checkpoint: (await proofs()).checkpoint, entries: [] }),
      'MANIFEST_MISSING',
    ],
    [
      'a manifest of another segment',
      async () => {
        const {
          checkpoint,
          entries: [entry],
        } = await proofs();
        return {
          checkpoint,
          entries: [
            {
              ...entry!,
              leaf: Buffer.from(
                Buffer.from(entry!.leaf)
                  .toString()
                  .replace(/"hash":"../, '"hash":"00'),
              ),
            },
          ],
        };
      },
      'PROOF_INVALID',
    ],
    [
      'a checkpoint that is cut',
      async () => ({ ...(await proofs()), checkpoint: 'x\n' }),
      'CHECKPOINT_MALFORMED',
    ],
  ])('lets a reader reject what comes with %s', async (_, manifests, code) => {
    const seen = await found({ ...reader, manifests }).catch((error) => ({
      bodies: [],
      codes: [codeOf(error)],
    }));
    expect(seen).toMatchObject({ bodies: [], codes: [code] });
  });

  it('lets a reader reject a server with another key', async () => {
    const other = await trailKey(new Uint8Array(32), new Uint8Array(32));
    await expect(found(reader, other.key)).rejects.toMatchObject({ code: 'CHECKPOINT_UNSIGNED' });
  });

  it('verifies over its routes, and holds what is stored against it', async () => {
    const report = async () =>
      verifyTrail({
        source: {
          read: async (path) => {
            const response = await audit(path);
            return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
          },
        },
        key: key(),
        stored: async (ids) =>
          new Set(((await (await audit('segments', { ids })).json()) as { stored: string[] }).stored),
      });
    expect((await report()).problems).toEqual([]);
    // Somebody with the database removes a segment.
    const [manifest] = await entries('segments');
    const [{ id }] = manifest!.facts.segments as [{ id: string }];
    await test.server.stores.log.remove('acme', [new Uint8Array(Buffer.from(id, 'hex'))]);
    expect((await report()).problems).toMatchObject([{ code: 'SEGMENTS_MISSING' }]);
  });

  it('gives files of the log and nothing else', async () => {
    for (const path of [
      'tile/0/..%2F..%2Fhead',
      'tile/0/000.p/200',
      'tile/entries/999',
      'witnessed/..%2Fhead',
      'witnessed/00000000',
    ])
      expect([path, await codeIn(await audit(path))]).toEqual([path, 'TRAIL_ENTRY_MISSING']);
    expect(await codeIn(await audit('openings?from=x'))).toBe('REQUEST_INVALID');
    expect(await codeIn(await audit('segments', { ids: ['zz'] }))).toBe('REQUEST_INVALID');
    expect(
      (
        await test.request('/v1/trail/checkpoint', {
          headers: { Authorization: `Bearer ${test.tokens.reader}` },
        })
      ).status,
    ).toBe(403);
  });

  it('enters who reads purposes, and gives them', async () => {
    const [release] = await entries('release');
    const size = test.server.trail.size;
    const answer = (await (await audit(`openings?from=0&count=${size}`)).json()) as {
      openings: Record<string, { texts: object }>;
    };
    expect(Object.values(answer.openings).map(({ texts }) => texts)).toContainEqual({
      purpose: 'ticket 4711',
    });
    expect(release!.commitments.purpose).toMatch(/^[0-9a-f]{64}$/);
    expect((await entries('export')).at(-1)).toMatchObject({
      facts: { what: 'trail-texts', from: 0, entries: size },
    });
  });

  it('counts refused attempts, a few entries for however many there are', async () => {
    const guess = (address: string) =>
      test.server.app.request(
        'http://localhost/v1/plan',
        { method: 'POST', headers: { Authorization: 'Bearer guess' } },
        {
          incoming: { socket: { remoteAddress: address } },
        },
      );
    for (let number = 0; number < 60; number++) await guess(`192.0.2.${number % 40}`);
    await test.server.parts.failures.flush();
    const counted = (await entries('failure')).filter(({ facts }) => facts.code === 'TOKEN_INVALID');
    expect(counted.length).toBeLessThanOrEqual(17);
    expect(counted.reduce((sum, { facts }) => sum + Number(facts.count), 0)).toBe(60);
    expect(JSON.stringify(counted)).not.toContain('192.0.2');
  });
});

async function proofs() {
  const [manifest] = await entries('segments');
  const [{ id }] = manifest!.facts.segments as [{ id: string }];
  return reader.manifests([id], { purpose: 'ticket 4711' });
}
