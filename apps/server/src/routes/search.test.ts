import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TacetError } from '@tacet/records';
import { decodeSegments, type HitsMessage, type PlanMessage } from '@tacet/search/wire';
import { leafHash } from '@tacet/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
  await test.ingest('/v1/events', '{"msg":"one"}\n{"msg":"two"}');
});
afterAll(() => test.remove());

const SEARCH = 'ab'.repeat(16);
const everything = { formula: { all: true }, keys: { first: 0, tokens: [] }, limit: 10 };

async function hits(): Promise<HitsMessage['hits']> {
  return ((await (await test.read('/v1/match', everything)).json()) as HitsMessage).hits;
}

async function released(response: Response) {
  const segments = [];
  for await (const segment of decodeSegments(response.body as AsyncIterable<Uint8Array>, 10))
    segments.push(segment);
  return segments;
}

async function releases() {
  const leaves = (await Array.fromAsync(test.server.trail.leaves())).map((leaf) => ({
    leaf,
    entry: JSON.parse(Buffer.from(leaf).toString()),
  }));
  return leaves.filter(({ entry }) => entry.kind === 'release');
}

describe('reading', () => {
  it('plans and matches without a word of a query', async () => {
    const plan = (await (await test.read('/v1/plan', {})).json()) as PlanMessage;
    expect(plan).toMatchObject({ segments: 1, events: 2 });
    expect(plan.periods.map(({ session }) => session)).toEqual(plan.sessions.map(({ id }) => id));
    expect(await hits()).toMatchObject([{ count: 2 }]);
  });

  it('releases ciphertext and share, with an entry in the trail', async () => {
    const ids = (await hits()).map(({ id }) => id);
    const before = (await releases()).length;
    const response = await test.read('/v1/release', { ids, search: SEARCH });
    expect(response.headers.get('Content-Type')).toBe('application/vnd.tacet.segments');
    const [segment] = await released(response);
    expect(segment?.share).toHaveLength(32);
    const entries = await releases();
    expect(entries).toHaveLength(before + 1);
    const { leaf, entry } = entries.at(-1)!;
    expect(entry).toMatchObject({ workspace: 'acme', facts: { search: SEARCH, segments: ids } });
    expect(test.tokens.reader).not.toContain(entry.actor);
    expect((await test.server.stores.control.findToken(entry.actor))?.role).toBe('reader');
    const openings = await test.server.trail.openings();
    expect(openings.get(Buffer.from(leafHash(leaf)).toString('hex'))?.texts).toEqual({
      purpose: 'ticket 4711: refund',
    });
  });

  it('releases nothing that the trail does not have', async () => {
    const ids = (await hits()).map(({ id }) => id);
    const { trail } = test.server;
    const append = trail.append;
    trail.append = () => Promise.reject(new TacetError('TRAIL_UNAVAILABLE', 'the trail cannot be written'));
    try {
      const response = await test.read('/v1/release', { ids, search: SEARCH });
      expect([response.status, response.headers.has('Retry-After')]).toEqual([503, true]);
      expect(await codeIn(response)).toBe('TRAIL_UNAVAILABLE');
    } finally {
      trail.append = append;
    }
  });

  it('leaves no purpose readable in the directory', async () => {
    const ids = (await hits()).map(({ id }) => id);
    const purpose = 'Auskunft an Frau Muster';
    await released(
      await test.read(
        '/v1/release',
        { ids, search: SEARCH },
        { 'Tacet-Purpose': encodeURIComponent(purpose) },
      ),
    );
    const folder = join(test.directory, 'trail');
    await test.server.trail.publish();
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(5);
    for (const { parentPath, name } of files)
      expect((await readFile(join(parentPath, name))).includes('Muster')).toBe(false);
  });

  it('refuses what is no request', async () => {
    for (const [path, body, code] of [
      ['/v1/match', { ...everything, limit: 0 }, 'REQUEST_INVALID'],
      ['/v1/match', { ...everything, formula: { sql: '1' } }, 'MATCH_INVALID'],
      ['/v1/release', { ids: [], search: SEARCH }, 'REQUEST_INVALID'],
      ['/v1/release', { ids: ["' OR 1=1"], search: SEARCH }, 'REQUEST_INVALID'],
      ['/v1/plan', [], 'REQUEST_INVALID'],
    ] as const) {
      const response = await test.read(path, body);
      expect([path, response.status, await codeIn(response)]).toEqual([path, 400, code]);
    }
  });
});
