import { Automaton, isDead, isDone, isHalf, type State } from './automaton.ts';
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
    const state = this.#automaton.along(this.#automaton.beginning(), text, at, limit, false);
    return isDead(state) ? this.#automaton.reached - 1 : limit;
  }

  /** What was done so far, in steps along texts. */
  get work(): number {
    return this.#automaton.work;
  }

  /**
   * The first place from `from` on at which a match may begin, or one behind the text if there is none. Undefined at
   * half a character, and once `work` is done.
   */
  next(text: string, from: number, work: number): number | undefined {
    const first = this.#automaton.beginning();
    for (let at = from; at <= text.length; at++) {
      if (this.#automaton.work > work || isHalf(text.charCodeAt(at))) return undefined;
      if (isDone(this.#automaton.along(first, text, at, text.length, true))) return at;
    }
    return text.length + 1;
  }

  /** Those of the places at which a match may go on, in time linear in the text: what takes longer may. */
  among(text: string, places: readonly number[]): number[] {
    const first = this.#automaton.beginning();
    let left = FREE_STEPS + STEPS_EACH * text.length;
    return places.filter((at) => {
      if (left <= 0) return true;
      const state = this.#automaton.along(first, text, at, text.length, true);
      left -= this.#automaton.reached - at;
      return isDone(state);
    });
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
      if (isDone(state)) return true;
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
      if (isDead(state)) return false;
    }
    return true;
  }
}
