import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_ROOT, leafHash, MerkleTree, nodeHash, verifyConsistency, verifyInclusion } from './merkle.ts';

/** RFC 6962 section 2.1 as written: splits at the largest power of two below the size. */
function reference(hashes: Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT;
  if (hashes.length === 1) return hashes[0]!;
  const half = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return nodeHash(reference(hashes.slice(0, half)), reference(hashes.slice(half)));
}

/** PATH(m, D[n]) of RFC 6962 section 2.1.1. */
function path(index: number, hashes: Uint8Array[]): Uint8Array[] {
  if (hashes.length <= 1) return [];
  const half = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return index < half
    ? [...path(index, hashes.slice(0, half)), reference(hashes.slice(half))]
    : [...path(index - half, hashes.slice(half)), reference(hashes.slice(0, half))];
}

/** PROOF(m, D[n]) of RFC 6962 section 2.1.2. */
function consistency(older: number, hashes: Uint8Array[], whole = true): Uint8Array[] {
  if (older === hashes.length) return whole ? [] : [reference(hashes)];
  const half = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return older <= half
    ? [...consistency(older, hashes.slice(0, half), whole), reference(hashes.slice(half))]
    : [...consistency(older - half, hashes.slice(half), false), reference(hashes.slice(0, half))];
}

const hashesOf = (count: number) =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`leaf ${at}`)));

describe('Merkle tree', () => {
  it('hashes leaves as RFC 6962 does', () => {
    // The empty leaf, from the RFC's reference implementation.
    expect(Buffer.from(leafHash(new Uint8Array())).toString('hex')).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
    expect(Buffer.from(EMPTY_ROOT).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('has, grown leaf by leaf, the root of the definition', () => {
    const tree = new MerkleTree();
    const hashes = hashesOf(130);
    expect(tree.root()).toEqual(reference([]));
    hashes.forEach((hash, at) => {
      tree.append(hash);
      expect(tree.size).toBe(at + 1);
      expect(tree.root()).toEqual(reference(hashes.slice(0, at + 1)));
    });
  });

  it('proves every leaf and every prefix, and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, a, b) => {
        const hashes = hashesOf(size);
        const root = reference(hashes);
        const index = a % size;
        const proof = path(index, hashes);
        expect(verifyInclusion(BigInt(index), BigInt(size), hashes[index]!, proof, root)).toBe(true);
        const other = b % size;
        if (other !== index)
          expect(verifyInclusion(BigInt(other), BigInt(size), hashes[index]!, proof, root)).toBe(false);
        const older = 1 + (b % size);
        const olderRoot = reference(hashes.slice(0, older));
        const steps = consistency(older, hashes);
        expect(verifyConsistency(BigInt(older), BigInt(size), olderRoot, root, steps)).toBe(true);
        expect(verifyConsistency(BigInt(older), BigInt(size), hashes[0]!, root, steps)).toBe(older === 1);
      }),
    );
  });
});

interface InclusionVector {
  name: string;
  leafIdx: bigint;
  treeSize: bigint;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}
interface ConsistencyVector {
  name: string;
  size1: bigint;
  size2: bigint;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

const vectors = join(import.meta.dirname, '../../../../../shared/vectors');
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
/** Numbers in these files go up to 2^64 - 1: taken from the source text, not as doubles. */
function load<T>(name: string): T[] {
  return JSON.parse(
    readFileSync(join(vectors, name), 'utf8'),
    (_key, value, context?: { source?: string }) =>
      typeof value === 'number' ? BigInt(context?.source ?? value) : value,
  );
}

describe.skipIf(!existsSync(join(vectors, 'merkle-inclusion.json')))(
  'published vectors (absent: skipped)',
  () => {
    it('inclusion', () => {
      for (const v of load<InclusionVector>('merkle-inclusion.json')) {
        const proof = (v.proof ?? []).map(bytes);
        const result = verifyInclusion(v.leafIdx, v.treeSize, bytes(v.leafHash), proof, bytes(v.root));
        expect(result, v.name).toBe(!v.wantErr);
      }
    });

    it('consistency', () => {
      for (const v of load<ConsistencyVector>('merkle-consistency.json')) {
        const proof = (v.proof ?? []).map(bytes);
        const result = verifyConsistency(v.size1, v.size2, bytes(v.root1), bytes(v.root2), proof);
        expect(result, v.name).toBe(!v.wantErr);
      }
    });
  },
);
