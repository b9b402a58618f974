import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opens, type TrailEntry } from './entry.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { openTrail } from './trail.ts';

const key = new Uint8Array(randomBytes(32));
let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'tacet-trail-')), 'trail');
});
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }));

const open = () => openTrail({ path, key });
const failure = (promise: Promise<unknown>) => promise.then(() => undefined, codeOf);
const release = (number: number): TrailEntry => ({
  kind: 'release',
  workspace: 'acme',
  actor: 'ab'.repeat(16),
  facts: { segments: [`${number}`] },
  texts: { purpose: `Ticket ${number}: 调查` },
});
async function filled(count: number) {
  const trail = await open();
  await Promise.all(Array.from({ length: count }, (_, number) => trail.append(release(number))));
  await trail.close();
  return readFile(join(path, 'entries'));
}

describe('trail', () => {
  it('gives each entry its place and hash, and the tree over them', async () => {
    const trail = await open();
    const places = await Promise.all(
      Array.from({ length: 40 }, (_, number) => trail.append(release(number))),
    );
    expect(places.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    const tree = new MerkleTree();
    for (const leaf of await trail.leaves()) tree.append(leafHash(leaf));
    expect((await trail.leaves()).map(leafHash)).toEqual(places.map(({ hash }) => hash));
    expect([trail.size, trail.root()]).toEqual([40, tree.root()]);
    await trail.close();
  });

  it('goes on after a restart where it stopped', async () => {
    await filled(3);
    const trail = await open();
    expect(trail.size).toBe(3);
    expect((await trail.append(release(3))).index).toBe(3);
    await trail.close();
  });

  it('keeps free text out of the leaves and out of the files, yet provable', async () => {
    await filled(2);
    const trail = await open();
    const openings = await trail.openings();
    for (const [number, leaf] of (await trail.leaves()).entries()) {
      const entry = JSON.parse(Buffer.from(leaf).toString());
      const opening = openings.get(Buffer.from(leafHash(leaf)).toString('hex'))!;
      expect(opening.texts).toEqual({ purpose: `Ticket ${number}: 调查` });
      expect(opens(entry.commitments, opening)).toBe(true);
      expect(opens(entry.commitments, { ...opening, texts: { purpose: 'Another' } })).toBe(false);
      expect(opens(entry.commitments, { ...opening, texts: {} })).toBe(false);
    }
    await trail.close();
    for (const name of ['entries', 'openings', 'head'])
      expect((await readFile(join(path, name))).includes('Ticket')).toBe(false);
  });

  it('does not open texts with another key', async () => {
    await filled(1);
    const trail = await openTrail({ path, key: new Uint8Array(32) });
    expect(await failure(trail.openings())).toBe('TRAIL_CORRUPT');
    await trail.close();
  });

  it('cuts an entry that a crash left half-written, wherever it was cut', async () => {
    const whole = await filled(3);
    await rm(join(path, 'head'));
    const third = whole.length - (await lastLength(whole));
    for (const end of [third + 1, third + 4, third + 8, whole.length - 1]) {
      await writeFile(join(path, 'entries'), whole.subarray(0, end));
      const trail = await open();
      expect(trail.size).toBe(2);
      await trail.close();
      expect(await readFile(join(path, 'entries'))).toEqual(whole.subarray(0, third));
      await rm(join(path, 'head'), { force: true });
    }
  });

  it('cuts zeros that a crash left where an entry was to be', async () => {
    const whole = await filled(3);
    await writeFile(join(path, 'entries'), Buffer.concat([whole, Buffer.alloc(70_000)]));
    const trail = await open();
    expect(trail.size).toBe(3);
    await trail.close();
  });

  it('refuses every flipped bit', async () => {
    const whole = await filled(2);
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      await writeFile(join(path, 'entries'), changed);
      expect(await failure(open()), `byte ${at}`).toBe('TRAIL_CORRUPT');
    }
  });

  it('refuses a trail that lost acknowledged entries, even at their border', async () => {
    const whole = await filled(3);
    await truncate(join(path, 'entries'), whole.length - (await lastLength(whole)));
    expect(await failure(open())).toBe('TRAIL_CORRUPT');
    await rm(join(path, 'entries'));
    expect(await failure(open())).toBe('TRAIL_CORRUPT');
  });

  it('refuses a head that it did not write', async () => {
    await filled(1);
    for (const text of ['{', '{"size":-1,"root":""}', `{"size":1,"root":"${'0'.repeat(64)}"}`]) {
      await writeFile(join(path, 'head'), text);
      expect(await failure(open())).toBe('TRAIL_CORRUPT');
    }
  });

  it('refuses what has no canonical form or no room, and goes on', async () => {
    const trail = await open();
    expect(await failure(trail.append({ ...release(0), facts: { text: '\ud800' } }))).toBe('REQUEST_INVALID');
    expect(await failure(trail.append({ ...release(0), facts: { text: 'x'.repeat(5_000_000) } }))).toBe(
      'REQUEST_INVALID',
    );
    expect((await trail.append(release(1))).index).toBe(0);
    await trail.close();
    expect(await failure(trail.append(release(2)))).toBe('TRAIL_UNAVAILABLE');
  });

  it('says so when its folder cannot be made', async () => {
    await writeFile(path, 'a file');
    expect(await failure(open())).toBe('TRAIL_UNAVAILABLE');
  });
});

async function lastLength(whole: Buffer): Promise<number> {
  let last = 0;
  for (let at = 0; at < whole.length; at += last) last = 8 + whole.readUInt32BE(at);
  return last;
}
