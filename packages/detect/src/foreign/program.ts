import type { RE2JS } from 're2js';

/** An instruction of a compiled pattern (Cox, 2010, “Regular Expression Matching in the Wild”). */
interface Instruction {
  readonly op: number;
  /** Where it goes on. */
  readonly out: number;
  /** Of an alternative, the other way. */
  readonly arg: number;
  /** Of one that takes a character: that character, or pairs of first and last. */
  readonly runes: Int32Array;
  matchRune(rune: number): boolean;
}

const OP = { alternative: [1, 2], capture: 3, empty: 4, match: 6, nop: 7 } as const;
const TAKES_ANY = [10, 11];
const TAKES = [8, 9, ...TAKES_ANY];
/** Of an empty instruction, what it asks for: the beginning, or the end, of the text. */
const BEGIN_TEXT = 4;
const END_TEXT = 8;
/** Classes of more characters than this are taken for any. */
const MAX_LISTED = 80;
/** So many texts are tried for what a match requires. */
const MAX_REQUIRED = 32;
/** Instructions that are spelled from one of them on. */
const MAX_SPELLED = 40;
/** Pairs of instruction and keyword state beyond which a question stays open. */
const MAX_PAIRS = 2_000_000;
const BEYOND_ASCII = 0x80;
const BEYOND_ONE_UNIT = 0xffff;
/** Beyond ASCII, other cases of ASCII letters: a long s, and the sign for kelvin. */
const SPECIAL_CASES = [0x17f, 0x212a];

/** Which ends of the text may be here. */
interface Where {
  readonly begin: boolean;
  readonly end: boolean;
}

const ANYWHERE: Where = { begin: true, end: true };

/** What can be said of a pattern's matches without any text. */
export class Program {
  readonly #instructions: readonly Instruction[];
  readonly #start: number;
  /** Where the units of each class begin, and the classes of ASCII. */
  readonly #cuts: readonly number[];
  readonly #ascii: Uint16Array;

  constructor(pattern: RE2JS) {
    const { inst, start } = pattern.re2().prog as { inst: Instruction[]; start: number };
    this.#instructions = inst;
    this.#start = start;
    this.#cuts = [...new Set([0, ...inst.flatMap(cutsOf)])].sort((a, b) => a - b);
    this.#ascii = Uint16Array.from({ length: BEYOND_ASCII }, (_, unit) => this.#classOf(unit));
  }

  /** How many classes there are of units that no instruction tells apart. */
  get classes(): number {
    return this.#cuts.length;
  }

  /** The class of a unit. */
  classOf(unit: number): number {
    return unit < BEYOND_ASCII ? this.#ascii[unit]! : this.#classOf(unit);
  }

  #classOf(unit: number): number {
    let low = 0;
    let high = this.#cuts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#cuts[middle]! <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The most UTF-16 units that a match can have; Infinity where there is no limit. */
  longest(): number {
    const longest = new Map<number, number>();
    const open = new Set<number>();
    // Depth first without recursion: a program may have thousands of instructions in a row.
    const stack: number[] = [this.#start];
    while (stack.length > 0) {
      const at = stack.at(-1)!;
      const ways = this.#ways(at);
      if (!open.has(at) && !longest.has(at)) {
        open.add(at);
        for (const way of ways) {
          if (open.has(way)) return Number.POSITIVE_INFINITY;
          if (!longest.has(way)) stack.push(way);
        }
        continue;
      }
      stack.pop();
      if (longest.has(at)) continue;
      open.delete(at);
      longest.set(at, this.#units(at) + Math.max(0, ...ways.map((way) => longest.get(way)!)));
    }
    return longest.get(this.#start)!;
  }

  /** Whether every match holds one of `keywords` (lower case), whatever the case of its letters. */
  alwaysHolds(keywords: readonly string[]): boolean {
    return this.beforeKeyword(keywords) !== undefined;
  }

  /**
   * Where a match may be when the first keyword in it begins: instructions that take a letter. Undefined when a match
   * need hold none.
   */
  beforeKeyword(keywords: readonly string[]): number[] | undefined {
    const automaton = new KeywordAutomaton(keywords);
    const { size } = automaton;
    const letters = new Map<number, readonly number[]>();
    const before = new Set<number>();
    const seen = new Set<number>();
    const queue = [this.#start * size];
    for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
      if (seen.has(pair)) continue;
      seen.add(pair);
      if (seen.size > MAX_PAIRS) return undefined;
      const at = Math.floor(pair / size);
      const state = pair % size;
      const instruction = this.#instructions[at]!;
      if (instruction.op === OP.match) return undefined;
      if (!TAKES.includes(instruction.op)) {
        for (const way of this.#ways(at)) queue.push(way * size + state);
        continue;
      }
      before.add(at);
      // A keyword that is complete ends the search: that way holds one.
      const taken = letters.get(at) ?? automaton.lettersOf(charactersOf(instruction));
      letters.set(at, taken);
      for (const letter of taken) {
        const next = automaton.after(state, letter);
        if (next !== automaton.found) queue.push(instruction.out * size + next);
      }
    }
    return [...before].sort((a, b) => a - b);
  }

  /** Whether every match begins with one of `keywords` (lower case), whatever the case of its letters. */
  beginsWith(keywords: readonly string[]): boolean {
    const seen = new Set<string>();
    const queue = [{ at: this.#start, text: '' }];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { at, text } = next;
      const key = `${at} ${text}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const instruction = this.#instructions[at]!;
      if (instruction.op === OP.match) return false;
      if (!TAKES.includes(instruction.op)) {
        for (const way of this.#ways(at)) queue.push({ at: way, text });
        continue;
      }
      const characters = charactersOf(instruction);
      if (!characters) return false;
      for (const character of characters) {
        const longer = text + character;
        if (keywords.includes(longer)) continue;
        if (!keywords.some((keyword) => keyword.startsWith(longer))) return false;
        queue.push({ at: instruction.out, text: longer });
      }
    }
    return true;
  }

  /** The longest text, in lower case, that stands in every match, if it has three letters or more. */
  literal(): string | undefined {
    let best = '';
    for (const text of this.#literals())
      if (text.length >= 3 && text.length > best.length && this.alwaysHolds([text])) best = text;
    return best === '' ? undefined : best;
  }

  /** Texts in lower case, the longest there are, one of which stands in every match beside any of `known`. */
  required(known: readonly string[]): string[] | undefined {
    const all = [...new Set(this.#literals())].filter(
      (text) => text.length >= 2 && !known.some((keyword) => keyword.includes(text)),
    );
    const texts = all.filter((text) => !all.some((other) => other !== text && other.endsWith(text)));
    if (texts.length > MAX_REQUIRED || !this.alwaysHolds(texts)) return undefined;
    return texts
      .toSorted((a, b) => a.length - b.length)
      .reduce((left, text) => {
        const others = left.filter((one) => one !== text);
        return this.alwaysHolds(others) ? others : left;
      }, texts);
  }

  /** What instructions in a row spell, in lower case, from each of them on; by all ways where that is one letter. */
  *#literals(): Generator<string> {
    for (let first = 0; first < this.#instructions.length; first++) {
      const open = [{ at: first, text: '' }];
      for (let left = MAX_SPELLED; left > 0 && open.length > 0; left--) {
        const { at, text } = open.pop()!;
        const letter = this.#spelled(at);
        const ways = letter === undefined ? [] : this.#ways(at);
        const parts =
          ways.length > 1 && (text.length > 1 || ways.some((way) => this.#spelled(way) === undefined));
        if (ways.length === 0 || (parts && text !== '') || left === 1) yield text;
        else for (const way of ways) open.push({ at: way, text: text + letter });
      }
    }
  }

  /** The letter that an instruction takes; empty when it takes none, undefined when it may take several. */
  #spelled(at: number): string | undefined {
    const instruction = this.#instructions[at]!;
    return TAKES.includes(instruction.op) ? onlyLetter(instruction) : '';
  }

  /**
   * Where a match begins: instructions that take a letter, or end it, or wait for the end of the text. Boundaries are
   * passed over, but for the ends of the text where `where` says that there is none.
   */
  beginning(where: Where = ANYWHERE): number[] {
    return this.#closure([this.#start], where);
  }

  /** The same after `unit` was taken by any of `instructions`, together with `others`. */
  after(
    instructions: readonly number[],
    unit: number,
    others: readonly number[] = [],
    where: Where = ANYWHERE,
  ): number[] {
    const taken: number[] = [...others];
    for (const at of instructions) {
      const instruction = this.#instructions[at]!;
      const { op, out } = instruction;
      if (TAKES_ANY.includes(op) || (TAKES.includes(op) && instruction.matchRune(unit))) taken.push(out);
    }
    return this.#closure(taken, where);
  }

  ends(instructions: readonly number[]): boolean {
    return instructions.some((at) => this.#instructions[at]!.op === OP.match);
  }

  /** Whether they end a match where the text ends. */
  endsAtEnd(instructions: readonly number[]): boolean {
    return this.ends(this.#closure(instructions, ANYWHERE));
  }

  #closure(from: readonly number[], where: Where): number[] {
    const without = (where.begin ? 0 : BEGIN_TEXT) | (where.end ? 0 : END_TEXT);
    const seen = new Set<number>();
    const queue = [...from];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const { op, arg } = this.#instructions[at]!;
      if (!TAKES.includes(op) && !(op === OP.empty && arg & without)) queue.push(...this.#ways(at));
    }
    return [...seen]
      .filter((at) => {
        const { op, arg } = this.#instructions[at]!;
        return op === OP.match || TAKES.includes(op) || (op === OP.empty && (arg & without) === END_TEXT);
      })
      .sort((a, b) => a - b);
  }

  #ways(at: number): number[] {
    const { op, out, arg } = this.#instructions[at]!;
    if (OP.alternative.includes(op as 1)) return [out, arg];
    if (op === OP.capture || op === OP.empty || op === OP.nop || TAKES.includes(op)) return [out];
    return [];
  }

  #units(at: number): number {
    const instruction = this.#instructions[at]!;
    if (!TAKES.includes(instruction.op)) return 0;
    const last = TAKES_ANY.includes(instruction.op) ? Number.POSITIVE_INFINITY : instruction.runes.at(-1)!;
    return last > BEYOND_ONE_UNIT ? 2 : 1;
  }
}

/** The units at which what an instruction says of them changes. */
function cutsOf(instruction: Instruction): number[] {
  const { op, runes } = instruction;
  if (!TAKES.includes(op) || TAKES_ANY.includes(op)) return [];
  // One character stands for all that are its other case.
  const [only, ...more] = runes;
  if (more.length === 0) {
    const alike = new Set([only!, ...SPECIAL_CASES]);
    const text = String.fromCodePoint(only!);
    for (const other of [text.toLowerCase(), text.toUpperCase()]) alike.add(other.codePointAt(0)!);
    if (only! >= BEYOND_ASCII)
      for (let unit = BEYOND_ASCII; unit <= BEYOND_ONE_UNIT; unit++)
        if (instruction.matchRune(unit)) alike.add(unit);
    return [...alike].flatMap((unit) => [unit, unit + 1]);
  }
  return Array.from(runes, (rune, index) => rune + (index % 2));
}

/** The characters that an instruction takes, in lower case; undefined for any, or for too many. */
function charactersOf({ op, runes }: Instruction): Set<string> | undefined {
  if (TAKES_ANY.includes(op)) return undefined;
  if (runes.length === 1) return new Set([String.fromCodePoint(runes[0]!).toLowerCase()]);
  const characters = new Set<string>();
  for (let pair = 0; pair + 1 < runes.length; pair += 2) {
    for (let rune = runes[pair]!; rune <= runes[pair + 1]!; rune++) {
      characters.add(String.fromCodePoint(rune).toLowerCase());
      if (characters.size > MAX_LISTED) return undefined;
      // Keywords are ASCII: one beyond stands for all.
      if (rune >= BEYOND_ASCII) break;
    }
  }
  return characters;
}

/** The one ASCII letter or sign that an instruction takes, whatever its case; none that JSON escapes. */
function onlyLetter(instruction: Instruction): string | undefined {
  const [letter, ...more] = charactersOf(instruction) ?? [];
  return letter !== undefined && more.length === 0 && /^[ !#-[\]-~]$/.test(letter) ? letter : undefined;
}

/** Follows a text and tells when a keyword is complete (Aho and Corasick, 1975). */
class KeywordAutomaton {
  /** State 0 is the beginning; `found` stands for every complete keyword. */
  readonly found: number;
  readonly size: number;
  readonly #keywords: readonly string[];
  readonly #letters: readonly string[];
  /** By state, then by letter; one more letter stands for all that are in no keyword. */
  readonly #steps: readonly (readonly number[])[];

  constructor(keywords: readonly string[]) {
    this.#keywords = keywords;
    this.#letters = [...new Set(keywords.join(''))];
    const prefixes = new Set(['']);
    for (const keyword of keywords)
      for (let length = 1; length < keyword.length; length++) prefixes.add(keyword.slice(0, length));
    this.found = prefixes.size;
    this.size = this.found + 1;
    const numbers = new Map([...prefixes].map((prefix, number) => [prefix, number]));
    this.#steps = [...prefixes].map((prefix) => [
      ...this.#letters.map((letter) => this.#step(prefix + letter, numbers)),
      0,
    ]);
  }

  /** Numbers of the letters among `characters`, or of all; and the one for others. */
  lettersOf(characters: ReadonlySet<string> | undefined): number[] {
    const numbers: number[] = [];
    for (const [number, letter] of this.#letters.entries())
      if (characters === undefined || characters.has(letter)) numbers.push(number);
    if (characters === undefined || characters.size > numbers.length) numbers.push(this.#letters.length);
    return numbers;
  }

  /** The state after `state` when a letter comes. */
  after(state: number, letter: number): number {
    return this.#steps[state]![letter]!;
  }

  #step(text: string, numbers: ReadonlyMap<string, number>): number {
    if (this.#keywords.some((keyword) => text.endsWith(keyword))) return this.found;
    for (let from = 0; ; from++) {
      const number = numbers.get(text.slice(from));
      if (number !== undefined) return number;
    }
  }
}
