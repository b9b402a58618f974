/**
 * Aho-Corasick over UTF-16 units: every keyword is reported wherever it stands, also one inside
 * another (Aho and Corasick, 1975). Letters fold to lower case; units that no keyword holds share a
 * class, so the table is dense: one look-up a unit.
 */
export interface Automaton {
  /** Class of every UTF-16 unit; those that no keyword holds share class 0. */
  readonly classes: Uint8Array;
  /** `next[state * width + class]`. */
  readonly next: Uint16Array | Uint32Array;
  readonly width: number;
  /** The words that end in each state, longest first. Undefined for most. */
  readonly ends: readonly (readonly number[] | undefined)[];
}

/** Builds the automaton of `words` (in lower case, not empty); hits give indices into it. */
export function buildAutomaton(words: readonly string[]): Automaton {
  const classes = new Uint8Array(65536);
  let width = 1;
  for (const word of words) {
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i);
      if (unit >= 65 && unit <= 90) throw new RangeError('keywords are in lower case');
      if (classes[unit] === 0) classes[unit] = width++;
    }
  }
  for (let upper = 65; upper <= 90; upper++) classes[upper] = classes[upper + 32]!;

  const goto: Map<number, number>[] = [new Map()];
  const own: number[][] = [[]];
  for (const [index, word] of words.entries()) {
    let state = 0;
    for (let i = 0; i < word.length; i++) {
      const symbol = classes[word.charCodeAt(i)]!;
      let target = goto[state]!.get(symbol);
      if (target === undefined) {
        target = goto.push(new Map()) - 1;
        own.push([]);
        goto[state]!.set(symbol, target);
      }
      state = target;
    }
    own[state]!.push(index);
  }

  const next =
    goto.length < 65536 ? new Uint16Array(goto.length * width) : new Uint32Array(goto.length * width);
  const ends: (readonly number[] | undefined)[] = own.map((list) => (list.length > 0 ? list : undefined));
  const fail = new Uint32Array(goto.length);
  const queue: number[] = [];
  for (const [symbol, target] of goto[0]!) {
    next[symbol] = target;
    queue.push(target);
  }
  // Breadth first, so the state a failure leads to is complete before it is copied.
  for (const state of queue) {
    const suffix = fail[state]!;
    const inherited = ends[suffix];
    if (inherited) ends[state] = [...(ends[state] ?? []), ...inherited];
    for (let symbol = 0; symbol < width; symbol++) {
      const target = goto[state]!.get(symbol);
      const fallback = next[suffix * width + symbol]!;
      next[state * width + symbol] = target ?? fallback;
      if (target !== undefined) {
        fail[target] = fallback;
        queue.push(target);
      }
    }
  }
  return { classes, next, width, ends };
}

/**
 * The same automaton laid out for speed: states that report come last, so one comparison tells them,
 * and a state is the offset of its row.
 */
export class Runner {
  readonly #classes: Uint8Array;
  readonly #next: Int32Array;
  readonly #reporting: number;
  readonly #shift: number;
  readonly #ends: readonly (readonly number[])[];

  constructor({ classes, next, width, ends }: Automaton) {
    const order = [...ends.keys()].sort(
      (a, b) => Number(ends[a] !== undefined) - Number(ends[b] !== undefined),
    );
    const renamed = new Uint32Array(order.length);
    for (const [to, from] of order.entries()) renamed[from] = to;
    this.#shift = Math.ceil(Math.log2(width));
    this.#next = new Int32Array(order.length << this.#shift);
    for (let state = 0; state < order.length; state++) {
      for (let symbol = 0; symbol < width; symbol++) {
        const target = renamed[next[state * width + symbol]!]! << this.#shift;
        this.#next[(renamed[state]! << this.#shift) + symbol] = target;
      }
    }
    this.#classes = classes;
    const reporting = order.filter((state) => ends[state] !== undefined);
    this.#reporting = (order.length - reporting.length) << this.#shift;
    this.#ends = reporting.map((state) => ends[state]!);
  }

  /**
   * Calls `hit(word, end)` for every occurrence, `end` being the index after its last unit; stops and
   * answers true when `hit` does.
   */
  run(text: string, hit: (word: number, end: number) => boolean): boolean {
    const classes = this.#classes;
    const next = this.#next;
    const reporting = this.#reporting;
    const length = text.length;
    let state = 0;
    for (let i = 0; i < length; i++) {
      state = next[state + classes[text.charCodeAt(i)]!]!;
      if (state < reporting) continue;
      const found = this.#ends[(state - reporting) >> this.#shift]!;
      for (let k = 0; k < found.length; k++) if (hit(found[k]!, i + 1)) return true;
    }
    return false;
  }
}
