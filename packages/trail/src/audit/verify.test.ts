import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TileEdge } from '../log/edge.ts';
import { folderSource } from '../log/files.ts';
import { signingKey, trailKey } from '../log/key.ts';
import { openTrail } from '../log/open.ts';
import { type Bundle, writeGrowth } from '../log/published.ts';
import { checkpointText, cosign, formatCheckpoint, signCheckpoint } from '../proof/checkpoint.ts';
import { encodeEntry } from '../proof/entry.ts';
import { leafHash } from '../proof/merkle.ts';
import { formatNote, SIGNATURE_TYPE } from '../proof/note.ts';
import { formatProof, openProof } from '../proof/proof.ts';
import { tileProver } from '../proof/prove.ts';
import { decodeBundle, encodeBundle, readLeaves } from '../proof/tiles.ts';
import { witnessedPath } from '../witness/feed.ts';
import { readCheckpoint, verifyTrail } from './verify.ts';

const SIZE = 600;
const log = await trailKey(new Uint8Array(randomBytes(32)), new Uint8Array(32));
const witness = await signingKey(
  new Uint8Array(randomBytes(32)),
  SIGNATURE_TYPE.cosignature,
  'witness.example/w',
);
let root: string;
let honest: string;
let copy: string;

const leafOf = (number: number, by = 'reader') =>
  encodeEntry(
    { kind: 'release', workspace: 'acme', actor: by, facts: { number } },
    new Date(1_700_000_000_000 + number),
  ).leaf;
const LEAVES = Array.from({ length: SIZE }, (_, number) => leafOf(number));

/** Writes a log of these entries, signed by its key: what a server that does not behave can do. */
async function writeLog(folder: string, leaves: readonly Uint8Array[]): Promise<string> {
  const edge = new TileEdge();
  const tiles = leaves.flatMap((leaf) => edge.append(leafHash(leaf)));
  const bundles: Bundle[] = [];
  for (let at = 0; at < leaves.length; at += 256)
    bundles.push({ index: at / 256, entries: leaves.slice(at, at + 256) });
  const checkpoint = await signCheckpoint(
    { origin: log.key.name, size: leaves.length, root: edge.tree.root() },
    log.key,
    log.signer,
  );
  await writeGrowth(folder, { tiles: [...tiles, ...edge.partial()], bundles }, checkpoint, 0);
  return formatCheckpoint(checkpoint);
}

const verify = (options: Partial<Parameters<typeof verifyTrail>[0]> = {}) =>
  verifyTrail({ source: folderSource(copy), key: log.key, ...options });
const found = async (options?: Parameters<typeof verify>[0]) =>
  (await verify(options)).problems.map(({ code, entry }) =>
    entry === undefined ? code : `${code} ${entry}`,
  );
const failure = (promise: Promise<unknown>) => promise.then(() => undefined, codeOf);

/** Changes one file of the copy. */
async function change(name: string, by: (bytes: Buffer) => Uint8Array): Promise<void> {
  await writeFile(join(copy, name), by(await readFile(join(copy, name))));
}
const entriesOf = (bytes: Uint8Array) => decodeBundle(bytes)!.map((entry) => entry.slice());

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tacet-verify-'));
  honest = join(root, 'honest');
  await writeLog(honest, LEAVES);
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  copy = join(root, 'copy');
  await rm(copy, { recursive: true, force: true });
  await cp(honest, copy, { recursive: true });
  await mkdir(join(copy, 'witnessed'));
});

describe('a verification with the public key and the files alone', () => {
  it('finds nothing wrong with an honest trail', async () => {
    const report = await verify();
    expect(report).toMatchObject({
      size: SIZE,
      problems: [],
      kinds: { release: SIZE },
      origin: log.key.name,
    });
    expect(report.first).toBe('2023-11-14T22:13:20.000Z');
  });

  it('finds a changed entry, and which', async () => {
    await change('tile/entries/001', (bytes) =>
      encodeBundle(entriesOf(bytes).map((entry, at) => (at === 44 ? leafOf(300, 'somebody else') : entry))),
    );
    expect(await found()).toEqual(['TRAIL_ENTRY_CHANGED 300']);
  });

  it('finds a changed entry whose hash was changed with it', async () => {
    const other = leafOf(300, 'somebody else');
    await change('tile/entries/001', (bytes) =>
      encodeBundle(entriesOf(bytes).map((entry, at) => (at === 44 ? other : entry))),
    );
    await change('tile/0/001', (bytes) => {
      bytes.set(leafHash(other), 44 * 32);
      return bytes;
    });
    expect(await found()).toEqual(['TRAIL_ENTRY_CHANGED 256']);
  });

  it('finds a removed entry, and which', async () => {
    await change('tile/entries/000', (bytes) => encodeBundle(entriesOf(bytes).toSpliced(17, 1)));
    expect(await found()).toEqual(['TRAIL_ENTRY_MISSING 17']);
  });

  it('finds entries in another order', async () => {
    await change('tile/entries/000', (bytes) => {
      const entries = entriesOf(bytes);
      return encodeBundle([...entries.slice(0, 9), entries[10]!, entries[9]!, ...entries.slice(11)]);
    });
    expect(await found()).toEqual(['TRAIL_REORDERED']);
  });

  it('finds added entries', async () => {
    await change('tile/entries/002.p/88', (bytes) =>
      encodeBundle([...entriesOf(bytes).slice(0, 87), leafOf(1), leafOf(2)]),
    );
    expect((await found())[0]).toBe('TRAIL_ENTRY_CHANGED 599');
  });

  it('finds a trail that was rewritten as a whole by somebody without its key', async () => {
    const checkpoint = await readFile(join(copy, 'checkpoint'));
    await writeLog(copy, LEAVES.with(3, leafOf(3, 'somebody else')));
    await writeFile(join(copy, 'checkpoint'), checkpoint);
    expect(await found()).toEqual(['TRAIL_ROOT_MISMATCH']);
  });

  it('believes no checkpoint of another key, or with another size', async () => {
    const other = await trailKey(new Uint8Array(32), new Uint8Array(32));
    expect(await failure(verify({ key: other.key }))).toBe('CHECKPOINT_UNSIGNED');
    await change('checkpoint', (bytes) => Buffer.from(bytes.toString().replace('\n600\n', '\n599\n')));
    expect(await failure(verify())).toBe('CHECKPOINT_UNSIGNED');
    await rm(join(copy, 'checkpoint'));
    expect(await failure(verify())).toBe('TRAIL_ENTRY_MISSING');
  });

  it('finds every file that is missing or cut', async () => {
    const files = (await readdir(copy, { recursive: true, withFileTypes: true }))
      .filter((each) => each.isFile() && each.name !== 'checkpoint')
      .map((each) => join(each.parentPath, each.name));
    expect(files.length).toBe(7);
    for (const file of files) {
      const bytes = await readFile(file);
      await rm(file);
      expect(await found(), file).toContain('TRAIL_ENTRY_MISSING');
      await writeFile(file, bytes.subarray(0, -1));
      expect((await found()).length, file).toBeGreaterThan(0);
      await writeFile(file, bytes);
    }
    expect(await found()).toEqual([]);
  });

  it('says so when nothing is left to go on with', async () => {
    await rm(join(copy, 'tile/0/001'));
    await rm(join(copy, 'tile/entries/001'));
    expect(await failure(verify())).toBe('TRAIL_ENTRY_MISSING');
  });

  it('finds every flipped bit of entries and tree', async () => {
    for (const name of ['tile/entries/001', 'tile/0/000', 'tile/0/002.p/88', 'tile/1/000.p/2']) {
      const whole = await readFile(join(honest, name));
      for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 12)) {
        await change(name, () => whole.with(at, whole[at]! ^ (1 << (at % 8))));
        expect((await found()).length, `${name} ${at}`).toBeGreaterThan(0);
      }
      await change(name, () => whole);
    }
  });
});

describe('a verification with a checkpoint from elsewhere', () => {
  const known = (text: string) => ({ known: [{ name: 'a colleague', text }] });

  it('finds a trail that was rolled back', async () => {
    const later = await readFile(join(honest, 'checkpoint'), 'utf8');
    await rm(copy, { recursive: true });
    await writeLog(copy, LEAVES.slice(0, 500));
    expect(await found()).toEqual([]);
    expect(await found(known(later))).toEqual(['TRAIL_ROLLED_BACK']);
  });

  it('finds a fork shown to two people', async () => {
    const mine = await readFile(join(honest, 'checkpoint'), 'utf8');
    for (const length of [SIZE, SIZE - 100]) {
      const theirs = await writeLog(
        join(root, `fork-${length}`),
        LEAVES.with(3, leafOf(3, 'nobody')).slice(0, length),
      );
      expect(await found(known(theirs))).toEqual(['TRAIL_FORKED']);
    }
    expect(await found(known(mine))).toEqual([]);
  });

  it('goes on from each honest one', async () => {
    for (const length of [1, 255, 256, 300, 599])
      expect(await found(known(await writeLog(join(root, 'older'), LEAVES.slice(0, length))))).toEqual([]);
  });

  it('believes none that the trail’s key did not sign', async () => {
    const text = `${checkpointText({ origin: log.key.name, size: 700, root: new Uint8Array(32) })}\n— x AAAAAAA=\n`;
    expect(await found(known(text))).toEqual(['CHECKPOINT_UNSIGNED']);
  });
});

describe('a verification that demands a witness', () => {
  const cosigned = async (text: string) => {
    const { note } = await readCheckpoint(folderSource(honest), log.key);
    const line = await cosign(text, 1_700_000_000, witness.key, witness.signer);
    return formatNote({ text, signatures: [...note.signatures, line] });
  };

  it('accepts a cosigned checkpoint, and says how far it goes', async () => {
    const { note } = await readCheckpoint(folderSource(honest), log.key);
    await writeFile(join(copy, witnessedPath(witness.key)), await cosigned(note.text));
    const { problems, witnessed } = await verify({ witnesses: [witness.key] });
    expect(problems).toEqual([]);
    expect(witnessed).toEqual([{ name: 'witness.example/w', size: SIZE, time: 1_700_000_000 }]);
  });

  it('is not content without it, nor with that of another', async () => {
    expect(await found({ witnesses: [witness.key] })).toEqual(['TRAIL_NOT_WITNESSED']);
    const { note } = await readCheckpoint(folderSource(honest), log.key);
    await writeFile(join(copy, witnessedPath(witness.key)), await cosigned(note.text));
    const other = await signingKey(new Uint8Array(32), SIGNATURE_TYPE.cosignature, 'witness.example/w');
    expect(await found({ witnesses: [other.key] })).toEqual(['TRAIL_NOT_WITNESSED']);
  });
});

describe('a proof of one entry', () => {
  const proofOf = async (index: number) => {
    const source = folderSource(honest);
    const checkpoint = await readCheckpoint(source, log.key);
    const path = await tileProver(source, SIZE).inclusion(index, SIZE);
    return formatProof({ leaf: LEAVES[index]!, index, path }, checkpoint);
  };

  it('stands on its own', async () => {
    for (const index of [0, 300, 599]) {
      const proof = await openProof(await proofOf(index), log.key);
      expect([proof.index, proof.leaf, proof.checkpoint.size]).toEqual([index, LEAVES[index], SIZE]);
    }
  });

  it('proves nothing else', async () => {
    const text = await proofOf(300);
    const forged = text.replace(/^extra .*$/m, `extra ${Buffer.from(leafOf(300, 'x')).toString('base64')}`);
    expect(await failure(openProof(forged, log.key))).toBe('PROOF_INVALID');
    expect(await failure(openProof(text.replace('index 300', 'index 301'), log.key))).toBe('PROOF_INVALID');
    const lines = text.split('\n');
    expect(await failure(openProof(lines.toSpliced(4, 1).join('\n'), log.key))).toBe('PROOF_INVALID');
    expect(await failure(openProof('', log.key))).toBe('PROOF_INVALID');
    expect(await failure(openProof('x'.repeat(300_000), log.key))).toBe('PROOF_INVALID');
  });
});

describe('the trail of a running server', () => {
  it('verifies while it grows', async () => {
    const path = join(root, 'live');
    const trail = await openTrail({ path, key: new Uint8Array(32), log });
    for (let round = 0; round < 4; round++) {
      await Promise.all(
        [...Array(90).keys()].map((number) =>
          trail.append({ kind: 'search', workspace: 'acme', actor: 'reader', facts: { number } }),
        ),
      );
      await trail.publish();
      const report = await verifyTrail({ source: trail.source, key: log.key });
      expect([report.problems, report.size]).toEqual([[], (round + 1) * 90]);
    }
    expect((await Array.fromAsync(readLeaves(trail.source, 350, 360))).length).toBe(10);
    await trail.close();
  });
});
