import type { Program } from './program.ts';

/** Gives the unit at an index. */
export type Units = (index: number) => number;

interface State {
  readonly instructions: readonly number[];
  /** Whether a match may have ended. */
  readonly done: boolean;
  readonly next: (State | undefined)[];
}

/** More states than this are forgotten and made anew. */
const MAX_STATES = 4000;
const ASCII = 128;

/**
 * Walks a pattern along a text from one place on, all ways at once, and stops where none goes on: after a few
 * letters, mostly. Boundaries are taken to hold everywhere, so what it lets through has still to be matched.
 */
export class Walk {
  readonly #program: Program;
  readonly #states = new Map<string, State>();
  #first: State | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  /** False when no match begins at `at`, whatever stands at `end` and after it. */
  mayMatch(unitAt: Units, at: number, end: number): boolean {
    this.#first ??= this.#state(this.#program.beginning());
    let state = this.#first;
    for (let index = at; index < end; index++) {
      if (state.done) return true;
      const unit = unitAt(index);
      if (unit >= ASCII) return true;
      const next = state.next[unit] ?? this.#step(state, unit);
      if (next.instructions.length === 0) return false;
      state = next;
    }
    return true;
  }

  #step(state: State, unit: number): State {
    const next = this.#state(this.#program.after(state.instructions, unit));
    state.next[unit] = next;
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
    };
    this.#states.set(key, state);
    return state;
  }
}
