import type { Program } from './program.ts';

/** Everything that a match may be at after some letters: instructions of a program. */
export interface State {
  readonly instructions: readonly number[];
  /** Whether a match may have ended, and whether it does if the text ends here. */
  readonly done: boolean;
  readonly doneAtEnd: boolean;
  /** By class of the unit. */
  readonly next: (State | undefined)[];
}

/** When states have more steps than this together, they are forgotten and made anew. */
const MAX_STEPS = 1 << 19;
/** A text for which more must be made is left to the engine. */
export const MAX_MADE = 256;
const SURROGATES = 0xd800;
const BEHIND_SURROGATES = 0xe000;

/** Half a character is none of a pattern's. */
export function isHalf(unit: number): boolean {
  return unit >= SURROGATES && unit < BEHIND_SURROGATES;
}

/**
 * A pattern as a deterministic automaton, whose states are made when a text comes to them (Cox, 2010, “Regular
 * Expression Matching in the Wild”).
 */
export class Automaton {
  readonly #program: Program;
  readonly #from: readonly number[];
  readonly #step: (instructions: readonly number[], unit: number) => readonly number[];
  readonly #states = new Map<string, State>();
  #first: State | undefined;
  #made = 0;

  constructor(
    program: Program,
    from: readonly number[],
    step: (instructions: readonly number[], unit: number) => readonly number[],
  ) {
    this.#program = program;
    this.#from = from;
    this.#step = step;
  }

  /** How many states were made. Each costs as much as its pattern is long: a text may ask for one at every letter. */
  get made(): number {
    return this.#made;
  }

  beginning(): State {
    this.#first ??= this.#state(this.#from);
    return this.#first;
  }

  after(state: State, unit: number): State {
    const of = this.#program.classOf(unit);
    const known = state.next[of];
    if (known) return known;
    const next = this.#state(this.#step(state.instructions, unit));
    state.next[of] = next;
    return next;
  }

  #state(instructions: readonly number[]): State {
    const key = instructions.join();
    const known = this.#states.get(key);
    if (known) return known;
    const { classes } = this.#program;
    if (this.#states.size * classes >= MAX_STEPS) {
      this.#states.clear();
      this.#first = undefined;
    }
    this.#made++;
    const state = {
      instructions,
      done: this.#program.ends(instructions),
      doneAtEnd: this.#program.endsAtEnd(instructions),
      next: new Array<State | undefined>(classes).fill(undefined),
    };
    this.#states.set(key, state);
    return state;
  }
}
