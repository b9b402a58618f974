import type { Program } from './program.ts';

/**
 * Everything that a match may be at after some letters, as a number: the place of its row in the table, and
 * flags below it.
 */
export type State = number;

/** A match may have ended. */
const DONE = 1;
/** No match goes on. */
const DEAD = 2;
/** A match may have ended if the text ends here. */
const DONE_AT_END = 4;
const FLAG_BITS = 3;
/** Too much would have to be made, or the text is none: nothing can be said. */
const GIVEN_UP: State = DONE | DEAD | DONE_AT_END;
const NO_CLASS = -1;
/** In the table: not made yet. No row begins at 0. */
const UNKNOWN: State = 0;

/** When states have more steps than this together, they are forgotten and made anew. */
const MAX_STEPS = 1 << 19;
/** A text for which more must be made is left to the engine. */
const MAX_MADE = 256;
/** Steps along a text that take as long as making a state. */
const MAKING = 200;
/** Rows that a table begins with. */
const FIRST_ROWS = 16;
const ASCII = 0x80;
const SURROGATES = 0xd800;
const BEHIND_SURROGATES = 0xe000;

/** Half a character is none of a pattern's. */
export function isHalf(unit: number): boolean {
  return unit >= SURROGATES && unit < BEHIND_SURROGATES;
}

/** Whether a match may have ended, or nothing can be said of it. */
export function isDone(state: State): boolean {
  return (state & DONE) !== 0;
}

/** Whether no match goes on. */
export function isDead(state: State): boolean {
  return (state & (DONE | DEAD)) === DEAD;
}

/** Whether a match may have ended if the text ends here. */
export function isDoneAtEnd(state: State): boolean {
  return (state & DONE_AT_END) !== 0;
}

/**
 * A pattern as a deterministic automaton, whose states are made when a text comes to them (Cox, 2010, “Regular
 * Expression Matching in the Wild”). Each costs as much to make as its pattern is long, and a hostile text may ask
 * for one at every letter: it gets a few for each text.
 */
export class Automaton {
  readonly #program: Program;
  readonly #from: readonly number[];
  readonly #step: (instructions: readonly number[], unit: number) => readonly number[];
  readonly #ascii: Uint16Array;
  readonly #classes: number;
  /** Rows of the states that they lead to, by class of the unit. */
  #table: Int32Array;
  /** What the states stand for, by number of the row. */
  #instructions: (readonly number[])[] = [[]];
  #states = new Map<string, State>();
  #first: State = UNKNOWN;
  #left = 0;
  /** Where the last walk along a text stopped. */
  reached = 0;
  /** What was done so far: steps along texts, and what states cost to make. */
  work = 0;

  constructor(
    program: Program,
    from: readonly number[],
    step: (instructions: readonly number[], unit: number) => readonly number[],
  ) {
    this.#program = program;
    this.#from = from;
    this.#step = step;
    this.#ascii = Uint16Array.from({ length: ASCII }, (_, unit) => program.classOf(unit));
    this.#classes = program.classes;
    this.#table = new Int32Array(FIRST_ROWS * this.#classes);
  }

  /** Where a text begins. States are good for one text: the next may find them forgotten. */
  beginning(): State {
    if (this.#instructions.length * this.#classes >= MAX_STEPS) {
      this.#states = new Map();
      this.#instructions = [[]];
      this.#table = new Int32Array(FIRST_ROWS * this.#classes);
      this.#first = UNKNOWN;
    }
    this.#left = MAX_MADE;
    if (this.#first === UNKNOWN) this.#first = this.#state(this.#from);
    return this.#first;
  }

  after(state: State, unit: number): State {
    const of = unit < ASCII ? this.#ascii[unit]! : this.#classOf(unit);
    if (of === NO_CLASS) return GIVEN_UP;
    return this.#table[(state >> FLAG_BITS) + of]! || this.#make(state >> FLAG_BITS, unit, of);
  }

  /**
   * The same for the units of `text` in [at, limit) one after another, as long as a match goes on, and none has
   * ended if `short`; `reached` is behind the last of them.
   */
  along(first: State, text: string, at: number, limit: number, short: boolean): State {
    // A call for each unit, and fields read again, would cost more than all the rest.
    const ascii = this.#ascii;
    let table = this.#table;
    const stop = short ? DONE | DEAD : DEAD;
    let state = first;
    let index = at;
    while (index < limit && (state & stop) === 0) {
      const unit = text.charCodeAt(index++);
      const next = unit < ASCII ? table[(state >> FLAG_BITS) + ascii[unit]!]! : UNKNOWN;
      if (next === UNKNOWN) {
        state = this.after(state, unit);
        table = this.#table;
      } else state = next;
    }
    this.reached = index;
    this.work += index - at;
    return state;
  }

  #classOf(unit: number): number {
    return isHalf(unit) ? NO_CLASS : this.#program.classOf(unit);
  }

  #make(row: number, unit: number, of: number): State {
    if (this.#left-- <= 0) return GIVEN_UP;
    this.work += MAKING;
    const next = this.#state(this.#step(this.#instructions[row / this.#classes]!, unit));
    this.#table[row + of] = next;
    return next;
  }

  #state(instructions: readonly number[]): State {
    const key = instructions.join();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const row = this.#instructions.push(instructions) - 1;
    if ((row + 1) * this.#classes > this.#table.length) {
      const table = new Int32Array(2 * this.#table.length);
      table.set(this.#table);
      this.#table = table;
    }
    const state = ((row * this.#classes) << FLAG_BITS) | this.#flagsOf(instructions);
    this.#states.set(key, state);
    return state;
  }

  #flagsOf(instructions: readonly number[]): number {
    if (instructions.length === 0) return DEAD;
    const done = this.#program.ends(instructions) ? DONE : 0;
    return this.#program.endsAtEnd(instructions) ? done | DONE_AT_END : done;
  }
}
