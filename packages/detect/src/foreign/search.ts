import { Automaton, isDone, isDoneAtEnd } from './automaton.ts';
import type { Program } from './program.ts';

const MIDDLE = { begin: false, end: false };

/**
 * Tells most texts in which a pattern has no match, wherever it may begin, sooner than the engine does. Boundaries of
 * words and lines are taken to hold everywhere, so what it lets through has still to be matched.
 */
export class Search {
  readonly #automaton: Automaton;

  constructor(program: Program) {
    const anew = program.beginning(MIDDLE);
    this.#automaton = new Automaton(
      program,
      program.beginning({ begin: true, end: false }),
      (instructions, unit) => program.after(instructions, unit, anew, MIDDLE),
    );
  }

  /** False when there is no match. */
  mayMatch(text: string): boolean {
    const state = this.#automaton.along(this.#automaton.beginning(), text, 0, text.length, true);
    return isDone(state) || isDoneAtEnd(state);
  }
}
