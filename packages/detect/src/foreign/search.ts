import { Automaton, isHalf, MAX_MADE } from './automaton.ts';
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
    const most = this.#automaton.made + MAX_MADE;
    let state = this.#automaton.beginning();
    for (let index = 0; index < text.length && !state.done; index++) {
      if (state.instructions.length === 0) return false;
      const unit = text.charCodeAt(index);
      if (isHalf(unit) || this.#automaton.made > most) return true;
      state = this.#automaton.after(state, unit);
    }
    return state.doneAtEnd;
  }
}
