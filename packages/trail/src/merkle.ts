import { createHash } from 'node:crypto';

/** SHA-256(0x00 ‖ leaf): RFC 6962, section 2.1. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Uint8Array.of(0)).update(leaf).digest());
}

/** SHA-256(0x01 ‖ left ‖ right): RFC 6962, section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest());
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = new Uint8Array(createHash('sha256').digest());

/**
 * A Merkle tree that only grows and keeps only its right edge: one hash for each bit set in its size
 * (at most 53), the roots of the perfect subtrees that RFC 6962 splits the leaves into.
 */
export class MerkleTree {
  #size = 0;
  #edge: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  /** Adds the hash of the next leaf (see `leafHash`). */
  append(hash: Uint8Array): void {
    let node = hash;
    // Each trailing one bit of the old size is a perfect subtree that the new leaf completes.
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      node = nodeHash(this.#edge.pop()!, node);
    }
    this.#edge.push(node);
    this.#size++;
  }

  /** The tree's root: MTH of RFC 6962. */
  root(): Uint8Array {
    if (this.#size === 0) return EMPTY_ROOT;
    return this.#edge.reduceRight((right, left) => nodeHash(left, right));
  }
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const isHash = (bytes: Uint8Array): boolean => bytes.length === 32;

/**
 * Whether `proof` shows that `hash` is leaf number `index` of the tree of `size` leaves with `root`
 * (RFC 9162, section 2.1.3.2). Indices and sizes are foreign input: bigints, any value.
 */
export function verifyInclusion(
  index: bigint,
  size: bigint,
  hash: Uint8Array,
  proof: Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0n || index >= size || !isHash(hash) || !isHash(root)) return false;
  let at = index;
  let last = size - 1n;
  let node = hash;
  for (const sibling of proof) {
    if (last === 0n || !isHash(sibling)) return false;
    if ((at & 1n) === 1n || at === last) {
      node = nodeHash(sibling, node);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      node = nodeHash(node, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(node, root);
}

/**
 * Whether `proof` shows that the tree of `older` leaves with `olderRoot` is a prefix of the tree of
 * `newer` leaves with `newerRoot` (RFC 9162, section 2.1.4.2). An empty older tree proves nothing and
 * is refused.
 */
export function verifyConsistency(
  older: bigint,
  newer: bigint,
  olderRoot: Uint8Array,
  newerRoot: Uint8Array,
  proof: Uint8Array[],
): boolean {
  if (older <= 0n || newer < older) return false;
  if (older === newer) return proof.length === 0 && equal(olderRoot, newerRoot);
  if (!isHash(olderRoot) || !isHash(newerRoot)) return false;
  if (proof.length === 0 || !proof.every(isHash)) return false;
  // An older tree that is perfect is itself the first node of the path.
  const path = (older & (older - 1n)) === 0n ? [olderRoot, ...proof] : proof;
  let at = older - 1n;
  let last = newer - 1n;
  while ((at & 1n) === 1n) {
    at >>= 1n;
    last >>= 1n;
  }
  let olderNode = path[0]!;
  let newerNode = path[0]!;
  for (const sibling of path.slice(1)) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      olderNode = nodeHash(sibling, olderNode);
      newerNode = nodeHash(sibling, newerNode);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      newerNode = nodeHash(newerNode, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(olderNode, olderRoot) && equal(newerNode, newerRoot);
}
