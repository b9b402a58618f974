import { pairRarity } from '../values/language.ts';

const ANCHOR = 4;
const BITS = 18;
const SHIFT = 32 - BITS;
const MULTIPLIER = 0x9e3779b1;

/** Answers true to stop. `end` is the index after the word's last unit. */
export type Hit = (word: number, end: number) => boolean;

/**
 * Finds every occurrence of many words, whatever stands inside or across another. Four units of each, its
 * anchor, go into a table of bits (after Wu and Manber, 1994): a text is walked with one look-up a unit, and
 * the words themselves are compared only where a bit is set. An automaton of so many words would not fit
 * the processor's caches; for the same reason everything here is in few and small arrays. ASCII case is
 * folded.
 */
export class Finder {
  /** By UTF-16 unit: its class, one a unit that words hold; 0 for all others and past the end. */
  readonly #units = new Uint8Array(65536);
  #classes = 1;
  /** The classes of all words, one word after another, and where each begins. */
  readonly #letters: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #bits = new Int32Array(1 << (BITS - 5));
  /** Places for anchors, by hash, and one more than the first entry of each; 0 for a free place. */
  readonly #anchors: Int32Array;
  readonly #first: Uint16Array;
  readonly #mask: number;
  /** Entries: a word, and how many of its units follow the anchor; -1 for one that must follow the word. */
  readonly #entryWord: Uint16Array;
  readonly #entryBehind: Int8Array;
  readonly #entryNext: Uint16Array;
  #entries = 0;
  /** By pairs of classes, 1 for the few words of two units; and those words. */
  readonly #pairs = new Uint8Array(1 << 16);
  readonly #short = new Map<number, number[]>();

  /** Words are in lower case and have two units or more; throws RangeError for others, or too many. */
  constructor(words: readonly string[]) {
    this.#classify(words);
    this.#letters = Uint8Array.from([...words.join('')], (unit) => this.#units[unit.charCodeAt(0)]!);
    this.#starts = new Uint32Array(words.length + 1);
    for (const [word, { length }] of words.entries()) this.#starts[word + 1] = this.#starts[word]! + length;
    const entries = words.reduce((sum, { length }) => sum + (length === 3 ? this.#classes : 1), 0);
    if (entries > 0xfffe) throw new RangeError('too many keywords');
    const places = 1 << (33 - Math.clz32(entries));
    this.#mask = places - 1;
    this.#anchors = new Int32Array(places);
    this.#first = new Uint16Array(places);
    this.#entryWord = new Uint16Array(entries + 1);
    this.#entryBehind = new Int8Array(entries + 1);
    this.#entryNext = new Uint16Array(entries + 1);
    for (const [word, text] of words.entries()) {
      const classes = this.#letters.subarray(this.#starts[word], this.#starts[word + 1]);
      if (classes.length === 2) this.#addPair(word, classes);
      else if (classes.length === 3) this.#addFollowed(word, classes);
      else {
        const at = rarest(text);
        this.#addAnchor(together(classes.subarray(at, at + ANCHOR)), word, classes.length - at - ANCHOR);
      }
    }
  }

  #classify(words: readonly string[]): void {
    for (const unit of new Set(words.join(''))) {
      const code = unit.charCodeAt(0);
      if (unit.length > 1 || (code >= 65 && code <= 90)) throw new RangeError('keywords are in lower case');
      if (this.#classes > 255) throw new RangeError('keywords hold too many different units');
      this.#units[code] = this.#classes++;
    }
    if (words.some((word) => word.length < 2)) throw new RangeError('keywords have two units at least');
    for (let upper = 65; upper <= 90; upper++) this.#units[upper] = this.#units[upper + 32]!;
  }

  #addPair(word: number, classes: Uint8Array): void {
    const pair = together(classes);
    this.#pairs[pair] = 1;
    append(this.#short, pair, word);
  }

  /** Three units are an anchor together with each unit that may follow. */
  #addFollowed(word: number, classes: Uint8Array): void {
    for (let next = 0; next < this.#classes; next++) {
      this.#addAnchor((together(classes) << 8) | next, word, -1);
    }
  }

  #addAnchor(anchor: number, word: number, behind: number): void {
    const hash = Math.imul(anchor, MULTIPLIER) >>> SHIFT;
    this.#bits[hash >>> 5]! |= 1 << hash;
    const entry = ++this.#entries;
    const place = this.#placeOf(anchor, hash);
    this.#anchors[place] = anchor;
    this.#entryWord[entry] = word;
    this.#entryBehind[entry] = behind;
    this.#entryNext[entry] = this.#first[place]!;
    this.#first[place] = entry;
  }

  /** The place of an anchor, or the free one where it would be. */
  #placeOf(anchor: number, hash: number): number {
    let place = hash & this.#mask;
    while (this.#first[place] !== 0 && this.#anchors[place] !== anchor) place = (place + 1) & this.#mask;
    return place;
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
      const hash = Math.imul(window, MULTIPLIER) >>> SHIFT;
      const anchor = (bits[hash >>> 5]! >>> hash) & 1;
      // One branch, seldom taken, for both.
      if ((anchor | pairs[window & 0xffff]!) === 0) continue;
      if (anchor && this.#anchored(text, hash, window, i, hit)) return true;
      if (this.#paired(window, i, hit)) return true;
    }
    return this.#lastThree(text, window, hit);
  }

  /** The same over bytes, one unit each. */
  runBytes(bytes: Uint8Array, hit: Hit): boolean {
    const units = this.#units;
    const bits = this.#bits;
    const pairs = this.#pairs;
    const length = bytes.length;
    let window = 0;
    for (let i = 0; i < length; i++) {
      window = (window << 8) | units[bytes[i]!]!;
      const hash = Math.imul(window, MULTIPLIER) >>> SHIFT;
      const anchor = (bits[hash >>> 5]! >>> hash) & 1;
      // One branch, seldom taken, for both.
      if ((anchor | pairs[window & 0xffff]!) === 0) continue;
      if (anchor && this.#anchored(bytes, hash, window, i, hit)) return true;
      if (this.#paired(window, i, hit)) return true;
    }
    return this.#lastThree(bytes, window, hit);
  }

  /** What ends the text may be a word of three units, which nothing follows. */
  #lastThree(text: string | Uint8Array, window: number, hit: Hit): boolean {
    const last = window << 8;
    return this.#anchored(text, Math.imul(last, MULTIPLIER) >>> SHIFT, last, text.length, hit);
  }

  #anchored(text: string | Uint8Array, hash: number, window: number, last: number, hit: Hit): boolean {
    let entry = this.#first[this.#placeOf(window, hash)]!;
    for (; entry !== 0; entry = this.#entryNext[entry]!) {
      const word = this.#entryWord[entry]!;
      const end = last + 1 + this.#entryBehind[entry]!;
      if (this.#standsAt(text, word, end) && hit(word, end)) return true;
    }
    return false;
  }

  #paired(window: number, last: number, hit: Hit): boolean {
    if (last === 0 || this.#pairs[window & 0xffff] === 0) return false;
    const list = this.#short.get(window & 0xffff);
    if (list === undefined) return false;
    for (let i = 0; i < list.length; i++) if (hit(list[i]!, last + 1)) return true;
    return false;
  }

  #standsAt(text: string | Uint8Array, word: number, end: number): boolean {
    const first = this.#starts[word]!;
    const length = this.#starts[word + 1]! - first;
    const start = end - length;
    if (start < 0 || end > text.length) return false;
    const letters = this.#letters;
    const units = this.#units;
    for (let i = 0; i < length; i++) {
      const unit = typeof text === 'string' ? text.charCodeAt(start + i) : text[start + i]!;
      if (units[unit] !== letters[first + i]) return false;
    }
    return true;
  }
}

/** At most four classes as one number. */
function together(classes: Uint8Array): number {
  let value = 0;
  for (const one of classes) value = (value << 8) | one;
  return value;
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** How unlikely ordinary text is to hold these four units. */
function rarity(gram: string): number {
  let sum = 0;
  for (let i = 1; i < ANCHOR; i++) sum += pairRarity(gram[i - 1]!, gram[i]!);
  return sum;
}

/** Where the four units begin that ordinary text is least likely to hold. */
function rarest(text: string): number {
  let best = 0;
  for (let at = 1; at + ANCHOR <= text.length; at++) {
    if (rarity(text.slice(at, at + ANCHOR)) > rarity(text.slice(best, best + ANCHOR))) best = at;
  }
  return best;
}
