import { type Form, formsOf } from './forms.ts';
import type { Finding, FormName } from './report.ts';

const HASH_BITS = 23;
/** ASCII lower case; every other byte is itself. */
const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** Patterns found by a hash of `width` (4 or 8) of their bytes: the anchor. */
interface Anchors {
  width: number;
  bitmap: Uint32Array;
  /** First pattern with a hash, and the next with the same; -1 ends the chain. */
  first: Map<number, number>;
}

interface Pattern extends Form {
  canary: number;
  /** `bytes` in ASCII lower case. */
  folded: Uint8Array;
  /** Where the anchor begins within the pattern. */
  anchor: number;
  next: number;
}

function hash(high: number, low: number): number {
  const mixed = Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca77);
  return (mixed ^ (mixed >>> 15)) >>> (32 - HASH_BITS);
}

const word = (bytes: Uint8Array, at: number) =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/**
 * Searches byte streams for every form of every canary at once.
 *
 * Each pattern is known by the hash of its least common eight bytes; a position of the text whose last eight
 * bytes hash to none of them costs one look at a bitmap, however many patterns there are (Karp and Rabin,
 * 1987, for a set). An automaton would need a gigabyte of tables for some thousand canaries.
 */
export class Matcher {
  readonly canaries: readonly string[];
  /** Canaries without any form long enough to search for. */
  readonly tooShort: number[] = [];
  /** Bytes that must be kept from one chunk to the next. */
  readonly overlap: number;
  readonly #patterns: Pattern[] = [];
  readonly #anchors: Anchors[];
  readonly #found = new Map<string, Finding>();

  constructor(canaries: readonly string[]) {
    this.canaries = canaries;
    let longest = 1;
    for (const [canary, text] of canaries.entries()) {
      const forms = formsOf(text);
      if (forms.length === 0) this.tooShort.push(canary);
      for (const form of forms) {
        const folded = form.bytes.map((byte) => FOLD[byte]!);
        this.#patterns.push({ ...form, folded, canary, anchor: 0, next: -1 });
        longest = Math.max(longest, folded.length);
      }
    }
    this.overlap = longest - 1;
    this.#anchors = [this.#index(8, (length) => length >= 8), this.#index(4, (length) => length < 8)].filter(
      (anchors) => anchors.first.size > 0,
    );
  }

  /** One finding for each canary and form, in the order of the canaries. */
  get found(): Finding[] {
    return [...this.#found.values()].sort((a, b) => a.index - b.index);
  }

  /**
   * Looks through `text`. Whoever feeds a stream passes the last `overlap` bytes again before the next
   * ones. `where` is asked for only when something is found.
   */
  search(text: Uint8Array, where: () => string): void {
    for (const anchors of this.#anchors) this.#searchWith(anchors, text, where);
  }

  #searchWith({ width, bitmap, first }: Anchors, text: Uint8Array, where: () => string): void {
    let high = 0;
    let low = 0;
    for (let at = 0; at < text.length; at++) {
      if (width === 8) high = (high << 8) | (low >>> 24);
      low = (low << 8) | FOLD[text[at]!]!;
      const key = hash(high, low);
      if ((bitmap[key >>> 5]! & (1 << (key & 31))) === 0 || at + 1 < width) continue;
      for (let index = first.get(key) ?? -1; index >= 0; index = this.#patterns[index]!.next) {
        const pattern = this.#patterns[index]!;
        this.#verify(pattern, text, at + 1 - width - pattern.anchor, where);
      }
    }
  }

  #verify(pattern: Pattern, text: Uint8Array, start: number, where: () => string): void {
    const { bytes, folded, exact } = pattern;
    if (start < 0 || start + folded.length > text.length) return;
    let same = true;
    for (let offset = 0; offset < folded.length; offset++) {
      const byte = text[start + offset]!;
      if (FOLD[byte] !== folded[offset]) return;
      if (byte !== bytes[offset]) same = false;
    }
    if (exact && !same) return;
    const form: FormName = pattern.name === 'plain' && !same ? 'case-folded' : pattern.name;
    const key = `${pattern.canary} ${form}`;
    if (this.#found.has(key)) return;
    const canary = this.canaries[pattern.canary]!;
    this.#found.set(key, { index: pattern.canary, canary, form, where: where() });
  }

  #index(width: 4 | 8, takes: (length: number) => boolean): Anchors {
    const counts = new Uint16Array(1 << 20);
    const key = (pattern: Pattern, at: number) =>
      width === 8
        ? hash(word(pattern.folded, at), word(pattern.folded, at + 4))
        : hash(0, word(pattern.folded, at));
    const places = (pattern: Pattern) => pattern.folded.length - width + 1;
    const mine = this.#patterns
      .map((pattern, index) => ({ pattern, index }))
      .filter((one) => takes(one.pattern.folded.length));
    for (const { pattern } of mine) {
      for (let at = 0; at < places(pattern); at++) {
        const slot = key(pattern, at) >>> (HASH_BITS - 20);
        if (counts[slot]! < 0xffff) counts[slot]!++;
      }
    }
    const anchors: Anchors = { width, bitmap: new Uint32Array(1 << (HASH_BITS - 5)), first: new Map() };
    for (const { pattern, index } of mine) {
      let rarest = 0x10000;
      for (let at = 0; at < places(pattern); at++) {
        const count = counts[key(pattern, at) >>> (HASH_BITS - 20)]!;
        if (count < rarest) [rarest, pattern.anchor] = [count, at];
      }
      const chosen = key(pattern, pattern.anchor);
      pattern.next = anchors.first.get(chosen) ?? -1;
      anchors.first.set(chosen, index);
      anchors.bitmap[chosen >>> 5]! |= 1 << (chosen & 31);
    }
    return anchors;
  }
}
