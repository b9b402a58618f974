import { tooManyKeywords } from './keyword.ts';
import { TYPICAL } from './typical.ts';

const ANCHOR = 4;
/** Words of the table of anchors, and bits of each. */
const BITS = 32;
const WORD_BITS = 13;
const SHIFT = 32 - WORD_BITS;
const MULTIPLIER = 0x9e3779b1;
/** An anchor of three units: whatever follows. */
const THREE = 0xffffff00;

/** Answers true to stop. `end` is the index after the word's last unit. */
export type Hit = (word: number, end: number) => boolean;

/** What stands at an anchor's bit: the word, and where in it the anchor is. */
interface Entry {
  readonly word: number;
  readonly anchor: number;
  readonly place: number;
}

/**
 * Finds every occurrence of many words, whatever stands inside or across another. Four units of each, its
 * anchor, go into a table of bits (after Wu and Manber, 1994): three choose a word of it, the fourth a bit. A text is
 * walked with one look-up a unit, and the words themselves are compared only where a bit is set. An automaton of
 * so many words would not fit the processor's caches; for the same reason everything here is in few and small
 * arrays. ASCII case is folded.
 */
export class Finder {
  /** By UTF-16 unit: its class, one a unit that words hold; 0 for all others and past the end. */
  readonly #units = new Uint8Array(65536);
  #classes = 1;
  /** The classes of all words, one word after another, and where each begins. */
  readonly #letters: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #bits = new Int32Array(1 << WORD_BITS);
  /** How many bits stand before each word of the table, and by that rank, the first entry of each bit. */
  readonly #ranks = new Uint16Array(1 << WORD_BITS);
  readonly #first: Uint16Array;
  /** Of each entry the anchor, the word, where in it the anchor is, and whether it is the last of its bit. */
  readonly #anchors: Int32Array;
  readonly #entryWord: Uint16Array;
  readonly #entryPlace: Uint8Array;
  readonly #entryLast: Uint8Array;
  /** By pairs of classes, a bit for the few words of two units; and those words. */
  readonly #pairs = new Int32Array(65536 / BITS);
  readonly #short = new Map<number, number[]>();

  /** Words are in lower case and have two units or more; throws RangeError for others, RULES_INVALID for too many. */
  constructor(words: readonly string[]) {
    this.#classify(words);
    this.#letters = Uint8Array.from([...words.join('')], (unit) => this.#units[unit.charCodeAt(0)]!);
    this.#starts = new Uint32Array(words.length + 1);
    for (const [word, { length }] of words.entries()) this.#starts[word + 1] = this.#starts[word]! + length;
    const byBit = new Map<number, Entry[]>();
    const frequency = this.#frequencies();
    for (const word of words.keys()) {
      const classes = this.#letters.subarray(this.#starts[word], this.#starts[word + 1]);
      if (classes.length === 2) this.#addPair(word, classes);
      else if (classes.length === 3) {
        const anchor = together(classes) << 8;
        for (let bit = 0; bit < BITS; bit++)
          append(byBit, (bitOf(anchor) & -BITS) + bit, { word, anchor, place: 0 });
      } else {
        const place = rarest(classes, frequency);
        const anchor = together(classes.subarray(place, place + ANCHOR));
        append(byBit, bitOf(anchor), { word, anchor, place });
      }
    }
    const entries = [...byBit.values()].reduce((sum, list) => sum + list.length, 0);
    if (entries > 0xffff) throw tooManyKeywords();
    this.#first = new Uint16Array(byBit.size);
    this.#anchors = new Int32Array(entries);
    this.#entryWord = new Uint16Array(entries);
    this.#entryPlace = new Uint8Array(entries);
    this.#entryLast = new Uint8Array(entries);
    this.#write(byBit);
  }

  #classify(words: readonly string[]): void {
    for (const unit of new Set(words.join(''))) {
      const code = unit.charCodeAt(0);
      if (unit.length > 1 || (code >= 65 && code <= 90)) throw new RangeError('keywords are in lower case');
      if (this.#classes > 255) throw new RangeError('keywords hold too many different units');
      this.#units[code] = this.#classes++;
    }
    if (words.some(({ length }) => length < 2 || length > 255))
      throw new RangeError('keywords have 2 to 255 units');
    for (let upper = 65; upper <= 90; upper++) this.#units[upper] = this.#units[upper + 32]!;
  }

  /** How often a text of the usual kind has each bit. */
  #frequencies(): Uint16Array {
    const counts = new Uint16Array(BITS << WORD_BITS);
    let window = 0;
    for (let i = 0; i < TYPICAL.length; i++) {
      window = (window << 8) | this.#units[TYPICAL.charCodeAt(i)]!;
      counts[bitOf(window)]!++;
    }
    return counts;
  }

  #addPair(word: number, classes: Uint8Array): void {
    const pair = together(classes);
    this.#pairs[pair >>> 5]! |= 1 << pair;
    append(this.#short, pair, word);
  }

  #write(byBit: ReadonlyMap<number, readonly Entry[]>): void {
    let rank = 0;
    let written = 0;
    for (const bit of [...byBit.keys()].sort((a, b) => a - b)) {
      this.#bits[bit >>> 5]! |= 1 << bit;
      this.#first[rank++] = written;
      for (const { word, anchor, place } of byBit.get(bit)!) {
        this.#anchors[written] = anchor;
        this.#entryWord[written] = word;
        this.#entryPlace[written++] = place;
      }
      this.#entryLast[written - 1] = 1;
    }
    rank = 0;
    for (let word = 0; word < 1 << WORD_BITS; word++) {
      this.#ranks[word] = rank;
      rank += ones(this.#bits[word]!);
    }
  }

  /** Calls `hit` for every occurrence, in no order; true when it was stopped. */
  run(text: string, hit: Hit): boolean {
    const units = this.#units;
    const bits = this.#bits;
    const pairs = this.#pairs;
    const length = text.length;
    let window = 0;
    for (let i = 0; i < length; i++) {
      window = (window << 8) | units[text.charCodeAt(i)]!;
      const anchor = bits[Math.imul(window & THREE, MULTIPLIER) >>> SHIFT]! >>> window;
      const pair = pairs[(window & 0xffff) >>> 5]! >>> window;
      // One branch, seldom taken, for both.
      if (((anchor | pair) & 1) === 0) continue;
      if (anchor & 1 && this.#anchored(text, window, i + 1 - ANCHOR, hit)) return true;
      if (pair & 1 && i > 0 && this.#paired(window, i, hit)) return true;
    }
    // What ends the text may be a word of three units, which nothing follows.
    return this.#anchored(text, window << 8, length + 1 - ANCHOR, hit);
  }

  /** The words whose anchor is `window`, which stands at `at`. */
  #anchored(text: string, window: number, at: number, hit: Hit): boolean {
    const index = Math.imul(window & THREE, MULTIPLIER) >>> SHIFT;
    const bits = this.#bits[index]!;
    if (((bits >>> window) & 1) === 0) return false;
    let entry = this.#first[this.#ranks[index]! + ones(bits & ((1 << window) - 1))]!;
    for (; ; entry++) {
      const anchor = this.#anchors[entry]!;
      const word = this.#entryWord[entry]!;
      // The classes of letters are never 0: an anchor that ends in it has three.
      if (window === anchor || ((anchor & 0xff) === 0 && (window & THREE) === anchor)) {
        const start = at - this.#entryPlace[entry]!;
        if (this.#standsAt(text, word, start) && hit(word, start + this.#lengthOf(word))) return true;
      }
      if (this.#entryLast[entry] === 1) return false;
    }
  }

  #paired(window: number, last: number, hit: Hit): boolean {
    for (const word of this.#short.get(window & 0xffff) ?? []) if (hit(word, last + 1)) return true;
    return false;
  }

  #lengthOf(word: number): number {
    return this.#starts[word + 1]! - this.#starts[word]!;
  }

  #standsAt(text: string, word: number, start: number): boolean {
    const first = this.#starts[word]!;
    const length = this.#lengthOf(word);
    if (start < 0 || start + length > text.length) return false;
    const letters = this.#letters;
    const units = this.#units;
    for (let i = 0; i < length; i++) {
      if (units[text.charCodeAt(start + i)] !== letters[first + i]) return false;
    }
    return true;
  }
}

/** At most four classes as one number, in 32 bits. */
function together(classes: Uint8Array): number {
  let value = 0;
  for (const one of classes) value = (value << 8) | one;
  return value;
}

/** The number of an anchor's bit. */
function bitOf(anchor: number): number {
  return (Math.imul(anchor & THREE, MULTIPLIER) >>> SHIFT) * BITS + (anchor & (BITS - 1));
}

/** How many bits are set. */
function ones(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Where the four units begin that ordinary text is least likely to hold. */
function rarest(classes: Uint8Array, frequency: Uint16Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + ANCHOR <= classes.length; at++) {
    const count = frequency[bitOf(together(classes.subarray(at, at + ANCHOR)))]!;
    if (count < least) [best, least] = [at, count];
  }
  return best;
}
