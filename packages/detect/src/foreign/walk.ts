import type { Program } from './program.ts';

/** Gives the unit at an index. */
export type Units = (index: number) => number;

interface State {
  readonly instructions: readonly number[];
  /** Whether a match may have ended. */
  readonly done: boolean;
  /** By unit: of ASCII, and of others. */
  readonly next: (State | undefined)[];
  readonly wide: Map<number, State>;
}

/** More states than this are forgotten and made anew. */
const MAX_STATES = 4000;
/** Steps that a state remembers beyond ASCII. */
const MAX_WIDE = 64;
const ASCII = 128;
const SURROGATES = 0xd800;
const BEHIND_SURROGATES = 0xe000;
/** Steps for all places of a text together: so many, and so many more for each unit. */
const FREE_STEPS = 1 << 15;
const STEPS_EACH = 8;
/** Bytes that are walked over. */
const MAX_LENGTH = 512;
const BACKSLASH = 0x5c;
/** Escapes that are read in both ways, one after another. */
const MAX_ESCAPES = 4;
/** What hides signs: escapes, percent forms, entities, the other half of UTF-16. */
const HIDES = Array.from({ length: ASCII }, (_, unit) => '\\%&\0'.includes(String.fromCharCode(unit)));
/** What an escape stands for when it is this sign. */
const STANDS_FOR_ITSELF = Array.from({ length: ASCII }, (_, unit) =>
  `"'/\`$`.includes(String.fromCharCode(unit)),
);

/**
 * Walks a pattern along a text from one place on, all ways at once, and stops where none goes on: after a few
 * letters, mostly. Boundaries are taken to hold everywhere, so what it lets through has still to be matched.
 */
export class Walk {
  readonly #program: Program;
  readonly #from: readonly number[];
  readonly #states = new Map<string, State>();
  #first: State | undefined;

  /** From the beginning of a match, or from where one may be: instructions that take a letter. */
  constructor(program: Program, from: readonly number[] = program.beginning()) {
    this.#program = program;
    this.#from = from;
  }

  /** Those of the places at which a match may go on, in time linear in the text: what takes longer may. */
  among(text: string, places: readonly number[]): number[] {
    let left = FREE_STEPS + STEPS_EACH * text.length;
    return places.filter((at) => {
      const steps = left > 0 ? this.#stepsTo(text, at) : 0;
      left -= Math.abs(steps);
      return steps >= 0;
    });
  }

  /** How many steps it takes to see that a match may go on at `at`; negative when none does. */
  #stepsTo(text: string, at: number): number {
    let state = this.#beginning();
    let index = at;
    while (index < text.length && !state.done) {
      const unit = text.charCodeAt(index++);
      // Half a character is none of the pattern's.
      if (unit >= SURROGATES && unit < BEHIND_SURROGATES) return index - at;
      state = this.#after(state, unit);
      if (state.instructions.length === 0) return at - index;
    }
    return state.done ? index - at : at - index;
  }

  /**
   * False when no match goes on at `at` in the bytes of a text in which escapes may hide signs: read as they stand, or
   * undone, however deep. What is hidden in other ways, and what stands far away or from `end` on, says nothing.
   */
  mayMatchHidden(unitAt: Units, at: number, end: number): boolean {
    return this.#goesOn(this.#beginning(), unitAt, at, Math.min(end, at + MAX_LENGTH), MAX_ESCAPES);
  }

  #goesOn(first: State, unitAt: Units, at: number, end: number, escapes: number): boolean {
    let state = first;
    let left = escapes;
    for (let index = at; index < end; index++) {
      if (state.done) return true;
      const unit = unitAt(index);
      if (unit >= ASCII) return true;
      if (HIDES[unit]) {
        if (unit !== BACKSLASH || --left < 0) return true;
        let next = index + 1;
        while (next < end && unitAt(next) === BACKSLASH) next++;
        // Of the others the letter stands for another sign.
        if (next === end || !STANDS_FOR_ITSELF[unitAt(next)]) return true;
        if (this.#goesOn(state, unitAt, next, end, left)) return true;
      }
      state = this.#after(state, unit);
      if (state.instructions.length === 0) return false;
    }
    return true;
  }

  #beginning(): State {
    this.#first ??= this.#state(this.#from);
    return this.#first;
  }

  #after(state: State, unit: number): State {
    const known = unit < ASCII ? state.next[unit] : state.wide.get(unit);
    if (known) return known;
    const next = this.#state(this.#program.after(state.instructions, unit));
    if (unit < ASCII) state.next[unit] = next;
    else if (state.wide.size < MAX_WIDE) state.wide.set(unit, next);
    return next;
  }

  #state(instructions: readonly number[]): State {
    const key = instructions.join();
    const known = this.#states.get(key);
    if (known) return known;
    if (this.#states.size >= MAX_STATES) {
      this.#states.clear();
      this.#first = undefined;
    }
    const state = {
      instructions,
      done: this.#program.ends(instructions),
      next: new Array<State | undefined>(ASCII).fill(undefined),
      wide: new Map(),
    };
    this.#states.set(key, state);
    return state;
  }
}
