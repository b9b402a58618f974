import { equalBytes, platform } from '@tacet/seal';

const LEAF = Uint8Array.of(0);
const NODE = 1;

/** SHA-256(0x00 ‖ leaf): RFC 6962, section 2.1. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return platform.sha256(LEAF, leaf);
}

/** SHA-256(0x01 ‖ left ‖ right): RFC 6962, section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  // One buffer for all: three updates of a hash cost three times as much in Node.
  const bytes = new Uint8Array(65);
  bytes[0] = NODE;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return platform.sha256(bytes);
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = platform.sha256(new Uint8Array());

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
    this.appendPerfect(hash, 1);
  }

  /**
   * Adds the root of a perfect subtree of `leaves` leaves: a power of two that divides the size so far.
   */
  appendPerfect(root: Uint8Array, leaves: number): void {
    let node = root;
    // Each trailing one bit of the old size is a perfect subtree that the new one completes.
    for (let size = this.#size / leaves; size % 2 === 1; size = Math.floor(size / 2)) {
      node = nodeHash(this.#edge.pop()!, node);
    }
    this.#edge.push(node);
    this.#size += leaves;
  }

  /** The tree's root: MTH of RFC 6962. */
  root(): Uint8Array {
    if (this.#size === 0) return EMPTY_ROOT;
    return this.#edge.reduceRight((right, left) => nodeHash(left, right));
  }
}

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
  return last === 0n && equalBytes(node, root);
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
  if (older === newer) return proof.length === 0 && equalBytes(olderRoot, newerRoot);
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
  return last === 0n && equalBytes(olderNode, olderRoot) && equalBytes(newerNode, newerRoot);
}
