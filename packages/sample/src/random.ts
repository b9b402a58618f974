/**
 * A small seeded generator (sfc32, Chris Doty-Humphrey's PractRand): the sample must be the same bytes on
 * every machine, and fast. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `seed` is any number or text; equal seeds give equal sequences. */
  constructor(seed: number | string) {
    const text = String(seed);
    const mix = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
    for (let index = 0; index < text.length; index++) {
      for (let lane = 0; lane < 3; lane++) {
        mix[lane] = Math.imul(mix[lane]! ^ (text.charCodeAt(index) + lane), 0x85ebca6b + 2 * lane) >>> 0;
        mix[lane] = (mix[lane]! ^ (mix[lane]! >>> 13)) >>> 0;
      }
    }
    [this.#a, this.#b, this.#c] = mix as [number, number, number];
    for (let round = 0; round < 12; round++) this.next();
  }

  /** Uniform in 0 … 2^32 - 1. */
  next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    return result >>> 0;
  }

  /** Uniform integer in 0 … limit - 1 (limit up to 2^32). */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** Uniform integer, both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability * 0x1_0000_0000;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** A positive number with the given median and a long tail, as durations and token counts have. */
  skewed(median: number): number {
    const normal = (this.next() + this.next() + this.next()) / 0x1_0000_0000 - 1.5;
    return Math.round(median * Math.exp(normal * 1.8));
  }

  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) {
      const word = this.next();
      text += HEX[word >>> 16]! + HEX[word & 0xffff]!;
    }
    return text.length === length ? text : text.slice(0, length);
  }

  /** `length` characters of `alphabet`. */
  string(length: number, alphabet: string): string {
    let text = '';
    for (let index = 0; index < length; index++) text += alphabet[this.below(alphabet.length)];
    return text;
  }

  /** A version 4 UUID in its usual spelling. */
  uuid(): string {
    const hex = this.hex(31);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  }
}

const HEX = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));
