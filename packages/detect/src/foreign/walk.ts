import { Automaton, isHalf, MAX_MADE, type State } from './automaton.ts';
import type { Program } from './program.ts';

/** Gives the unit at an index. */
export type Units = (index: number) => number;

const ASCII = 128;
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
  readonly #automaton: Automaton;

  /** From the beginning of a match, or from where one may be: instructions that take a letter. */
  constructor(program: Program, from: readonly number[] = program.beginning()) {
    this.#automaton = new Automaton(program, from, (instructions, unit) => program.after(instructions, unit));
  }

  /** The index of the unit, of those before `limit`, with which no match that began at `at` goes on; or `limit`. */
  ends(text: string, at: number, limit: number): number {
    const most = this.#automaton.made + MAX_MADE;
    let state = this.#automaton.beginning();
    for (let index = at; index < limit; index++) {
      const unit = text.charCodeAt(index);
      if (isHalf(unit) || this.#automaton.made > most) return limit;
      state = this.#automaton.after(state, unit);
      if (state.instructions.length === 0) return index;
    }
    return limit;
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
    let state = this.#automaton.beginning();
    let index = at;
    while (index < text.length && !state.done) {
      const unit = text.charCodeAt(index++);
      if (isHalf(unit)) return index - at;
      state = this.#automaton.after(state, unit);
      if (state.instructions.length === 0) return at - index;
    }
    return state.done ? index - at : at - index;
  }

  /**
   * False when no match goes on at `at` in the bytes of a text in which escapes may hide signs: read as they stand, or
   * undone, however deep. What is hidden in other ways, and what stands far away or from `end` on, says nothing.
   */
  mayMatchHidden(unitAt: Units, at: number, end: number): boolean {
    return this.#goesOn(this.#automaton.beginning(), unitAt, at, Math.min(end, at + MAX_LENGTH), MAX_ESCAPES);
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
      state = this.#automaton.after(state, unit);
      if (state.instructions.length === 0) return false;
    }
    return true;
  }
}
