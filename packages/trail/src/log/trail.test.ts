import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../proof/checkpoint.ts';
import { decodeEntry, opens, type TrailEntry } from '../proof/entry.ts';
import { leafHash, MerkleTree, verifyConsistency, verifyInclusion } from '../proof/merkle.ts';
import { readUpTo } from './files.ts';
import { trailKey } from './key.ts';
import { openTrail } from './open.ts';

const key = new Uint8Array(randomBytes(32));
const log = await trailKey(new Uint8Array(randomBytes(32)), new Uint8Array(32));
let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'tacet-trail-')), 'trail');
});
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }));

const open = () => openTrail({ path, key, log });
const leavesOf = (trail: Awaited<ReturnType<typeof open>>) => Array.fromAsync(trail.leaves());
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
  return readFile(join(path, 'journal.0'));
}

describe('trail', () => {
  it('gives each entry its place and hash, and the tree over them', async () => {
    const trail = await open();
    const places = await Promise.all(
      Array.from({ length: 40 }, (_, number) => trail.append(release(number))),
    );
    expect(places.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    const tree = new MerkleTree();
    for (const leaf of await leavesOf(trail)) tree.append(leafHash(leaf));
    expect((await leavesOf(trail)).map(leafHash)).toEqual(places.map(({ hash }) => hash));
    expect([trail.size, trail.root()]).toEqual([40, tree.root()]);
    await trail.close();
  });

  it('takes an entry that comes as soon as the one before is durable', async () => {
    const trail = await open();
    const chain = async (first: number) => {
      for (let number = first; number < first + 20; number++) await trail.append(release(number));
    };
    await Promise.all([chain(0), chain(100), chain(200)]);
    expect(trail.size).toBe(60);
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
    for (const [number, leaf] of (await leavesOf(trail)).entries()) {
      const entry = decodeEntry(leaf);
      const opening = openings.get(Buffer.from(leafHash(leaf)).toString('hex'))!;
      expect(opening.texts).toEqual({ purpose: `Ticket ${number}: 调查` });
      expect(opens(entry.commitments, opening)).toBe(true);
      expect(opens(entry.commitments, { ...opening, texts: { purpose: 'Another' } })).toBe(false);
      expect(opens(entry.commitments, { ...opening, texts: {} })).toBe(false);
    }
    await trail.close();
    for (const name of ['journal.0', 'openings', 'head', 'tile/entries/000.p/2', 'checkpoint'])
      expect((await readFile(join(path, name))).includes('Ticket')).toBe(false);
  });

  it('does not open texts with another key', async () => {
    await filled(1);
    const trail = await openTrail({ path, key: new Uint8Array(32), log });
    expect(await failure(trail.openings())).toBe('TRAIL_CORRUPT');
    await trail.close();
  });

  it('cuts an entry that a crash left half-written, wherever it was cut', async () => {
    const whole = await filled(3);
    await forget();
    const third = whole.length - (await lastLength(whole));
    for (const end of [third + 1, third + 4, third + 8, whole.length - 1]) {
      await writeFile(join(path, 'journal.0'), whole.subarray(0, end));
      const trail = await open();
      expect(trail.size).toBe(2);
      await trail.close();
      expect(await readFile(join(path, 'journal.0'))).toEqual(whole.subarray(0, third));
      await forget();
    }
  });

  it('cuts zeros that a crash left where an entry was to be', async () => {
    const whole = await filled(3);
    await writeFile(join(path, 'journal.0'), Buffer.concat([whole, Buffer.alloc(70_000)]));
    const trail = await open();
    expect(trail.size).toBe(3);
    await trail.close();
  });

  it('refuses every flipped bit', async () => {
    const whole = await filled(2);
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      await writeFile(join(path, 'journal.0'), changed);
      expect(await failure(open()), `byte ${at}`).toBe('TRAIL_CORRUPT');
    }
  });

  it('refuses a trail that lost acknowledged entries, even at their border', async () => {
    const whole = await filled(3);
    await truncate(join(path, 'journal.0'), whole.length - (await lastLength(whole)));
    expect(await failure(open())).toBe('TRAIL_CORRUPT');
    await rm(join(path, 'journal.0'));
    expect(await failure(open())).toBe('TRAIL_CORRUPT');
  });

  it('refuses a head that it did not write', async () => {
    await filled(1);
    for (const text of ['{', '{"size":-1,"root":""}', `{"size":1,"root":"${'0'.repeat(64)}"}`]) {
      await writeFile(join(path, 'head'), text);
      expect(await failure(open())).toBe('TRAIL_CORRUPT');
    }
  });

  it('publishes every entry and proves it, and each older size', async () => {
    await filled(300);
    const trail = await open();
    const places = await Promise.all([...Array(20).keys()].map((number) => trail.append(release(number))));
    const checkpoint = await trail.publish();
    const text = Buffer.from((await trail.source.read('checkpoint', 1_000))!).toString();
    expect(await openCheckpoint(text, log.key)).toEqual(checkpoint);
    expect([checkpoint.size, checkpoint.root]).toEqual([320, trail.root()]);
    const prover = await trail.prover();
    for (const { index, hash } of places) {
      const proof = await prover.inclusion(index, 320);
      expect(verifyInclusion(BigInt(index), 320n, hash, proof, checkpoint.root)).toBe(true);
    }
    for (const older of [1, 255, 256, 257, 300, 319]) {
      const [root, proof] = [await prover.root(older), await prover.consistency(older, 320)];
      expect(verifyConsistency(BigInt(older), 320n, root, checkpoint.root, proof), `${older}`).toBe(true);
    }
    await trail.close();
  });

  it('keeps partial files for older checkpoints until the full ones are there', async () => {
    const trail = await open();
    const width = async (name: string) => (await readUpTo(join(path, name), 1 << 20))?.length;
    await trail.append(release(0));
    await trail.publish();
    await trail.append(release(1));
    await trail.publish();
    expect([await width('tile/0/000.p/1'), await width('tile/0/000.p/2')]).toEqual([32, 64]);
    await Promise.all([...Array(254).keys()].map((number) => trail.append(release(number))));
    await trail.publish();
    expect(await width('tile/0/000.p/1')).toBeUndefined();
    expect([await width('tile/0/000'), await width('tile/1/000.p/1')]).toEqual([8192, 32]);
    await trail.close();
  });

  it('goes on from full tiles when its journal was begun anew', async () => {
    const big = (number: number): TrailEntry => ({ ...release(number), facts: { text: 'x'.repeat(40_000) } });
    let trail = await open();
    const add = async (count: number) => {
      await Promise.all([...Array(count).keys()].map((number) => trail.append(big(number))));
      return trail.publish();
    };
    await add(300);
    await add(3);
    const root = (await add(5)).root;
    await trail.close();
    const journals = (await readdir(path)).filter((name) => name.startsWith('journal'));
    expect(journals).toEqual(['journal.256']);
    trail = await open();
    expect([trail.size, trail.root()]).toEqual([308, root]);
    const tree = new MerkleTree();
    for (const leaf of await leavesOf(trail)) tree.append(leafHash(leaf));
    expect(tree.root()).toEqual(root);
    await trail.close();
    await rm(join(path, 'tile/0/000'));
    expect(await failure(open())).toBe('TRAIL_CORRUPT');
    await rm(join(path, 'journal.256'));
    expect(await failure(open())).toBe('TRAIL_CORRUPT');
  });

  it('refuses a checkpoint that its key did not sign', async () => {
    await filled(2);
    const text = await readFile(join(path, 'checkpoint'), 'utf8');
    await writeFile(join(path, 'checkpoint'), text.replace('\n2\n', '\n1\n'));
    expect(await failure(open())).toBe('TRAIL_CORRUPT');
  });

  it('refuses what has no canonical form or no room, and goes on', async () => {
    const trail = await open();
    expect(await failure(trail.append({ ...release(0), facts: { text: '\ud800' } }))).toBe('REQUEST_INVALID');
    expect(await failure(trail.append({ ...release(0), facts: { text: 'x'.repeat(66_000) } }))).toBe(
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

/** What a crash right after the write leaves: no head yet, no checkpoint. */
async function forget(): Promise<void> {
  for (const name of ['head', 'checkpoint', 'tile'])
    await rm(join(path, name), { recursive: true, force: true });
}

async function lastLength(whole: Buffer): Promise<number> {
  let last = 0;
  for (let at = 0; at < whole.length; at += last) last = 8 + whole.readUInt32BE(at);
  return last;
}
