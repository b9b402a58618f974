import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TileEdge } from '../log/edge.ts';
import { leafHash, verifyConsistency, verifyInclusion } from './merkle.ts';
import { tileProver } from './prove.ts';
import { utf8 } from './text.ts';
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  isTilePath,
  TILE_WIDTH,
  type TileSource,
  tilePath,
} from './tiles.ts';

/** The tiles of a log, in memory, and the root that it had at each size asked for. */
function logOf(size: number, sizes: readonly number[]) {
  const files = new Map<string, Uint8Array>();
  const roots = new Map<number, Uint8Array>();
  const edge = new TileEdge();
  const put = ({ level, index, hashes }: ReturnType<TileEdge['partial']>[number]) =>
    files.set(tilePath(level, index, hashes.length), new Uint8Array(Buffer.concat(hashes)));
  for (let at = 0; at <= size; at++) {
    if (sizes.includes(at)) roots.set(at, edge.tree.root());
    if (at < size) edge.append(leaf(at)).forEach(put);
  }
  edge.partial().forEach(put);
  const source: TileSource = { read: async (path) => files.get(path) };
  return { source, files, root: (at: number) => roots.get(at)! };
}

const leaf = (at: number) => leafHash(utf8(`leaf ${at}`));
const SIZE = 70_000;
const BORDERS = [0, 256, 512, 65_536, 65_792];
const OLDER = [1, 256, 300, 65_536, 65_537, 69_999];
const big = logOf(SIZE, [...BORDERS, ...BORDERS.map((size) => size + 1), ...OLDER, SIZE]);

describe('tiles', () => {
  it('have the paths of the specification', () => {
    expect(tilePath(2, 1_234_067, 256)).toBe('tile/2/x001/x234/067');
    expect(tilePath(0, 5, 17)).toBe('tile/0/005.p/17');
    expect(bundlePath(1_000, 256)).toBe('tile/entries/x001/000');
    for (const path of ['tile/2/x001/x234/067', 'tile/0/005.p/17', 'tile/entries/x001/000'])
      expect(isTilePath(path), path).toBe(true);
  });

  it.each([
    'checkpoint',
    'tile/0/../../head',
    'tile/0/5',
    'tile/7/000',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000/',
    'tile/entries/x001',
    '/tile/0/000',
    'tile/0/000\n',
  ])('have no path %j', (path) => {
    expect(isTilePath(path)).toBe(false);
  });

  it('of 70,000 entries are those that the specification counts', () => {
    const names = [...big.files.keys()];
    const full = (level: number) => names.filter((name) => new RegExp(`^tile/${level}/[x/\\d]+$`).test(name));
    expect([full(0).length, full(1).length]).toEqual([273, 1]);
    for (const name of ['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1'])
      expect(names).toContain(name);
    expect(names.length).toBe(277);
  });

  it('are restored from full ones, at every border', async () => {
    for (const size of BORDERS) {
      const edge = await TileEdge.restore(big.source, size);
      expect([edge.tree.size, edge.tree.root()]).toEqual([size, big.root(size)]);
      edge.append(leaf(size));
      expect(edge.tree.root()).toEqual(big.root(size + 1));
    }
  });

  it('prove every entry and every older size, across levels', async () => {
    const prover = tileProver(big.source, SIZE);
    const root = big.root(SIZE);
    for (const index of [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      const proof = await prover.inclusion(index, SIZE);
      expect(verifyInclusion(BigInt(index), BigInt(SIZE), leaf(index), proof, root), `${index}`).toBe(true);
    }
    for (const older of OLDER) {
      const proof = await prover.consistency(older, SIZE);
      expect(await prover.root(older)).toEqual(big.root(older));
      expect(verifyConsistency(BigInt(older), BigInt(SIZE), big.root(older), root, proof), `${older}`).toBe(
        true,
      );
    }
  });

  it('prove between any two sizes of a small log', async () => {
    const { source } = logOf(600, []);
    const prover = tileProver(source, 600);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 600 }), fc.nat(), async (newer, draw) => {
        const index = draw % newer;
        const root = await prover.root(newer);
        const hash = leaf(index);
        const path = await prover.inclusion(index, newer);
        expect(verifyInclusion(BigInt(index), BigInt(newer), hash, path, root)).toBe(true);
        const steps = await prover.consistency(index + 1, newer);
        const olderRoot = await prover.root(index + 1);
        expect(verifyConsistency(BigInt(index + 1), BigInt(newer), olderRoot, root, steps)).toBe(true);
      }),
    );
  });
});

describe('bundles', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: TILE_WIDTH });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(decodeBundle(encodeBundle(list))).toEqual(list);
      }),
    );
  });

  it('are refused when cut anywhere, or with more entries than fit', () => {
    const whole = encodeBundle([utf8('one'), utf8('three')]);
    for (const end of [1, 3, 6, 8, whole.length - 1])
      expect(decodeBundle(whole.slice(0, end))).toBeUndefined();
    expect(decodeBundle(encodeBundle(Array(257).fill(new Uint8Array(1))))).toBeUndefined();
  });
});
