import type { NamedRule } from '../rule.ts';
import { classOfName, type NameClass, wordsOfName } from './telling.ts';

/** What a name says of its value. */
export interface Telling {
  readonly words: readonly string[];
  /** Undefined for names that only a rule knows. */
  readonly class: NameClass | undefined;
  /** Rules that know values by this name. */
  readonly rules: readonly NamedRule[];
}

const MAX_KNOWN = 4096;

/** What names tell; answers are remembered, for logs repeat their names. */
export class Names {
  readonly #rules: readonly NamedRule[];
  readonly #known = new Map<string, Telling>();

  constructor(rules: readonly NamedRule[]) {
    this.#rules = rules;
  }

  /** `name` as it was written, at most 128 units. */
  of(name: string): Telling {
    const known = this.#known.get(name);
    if (known) return known;
    const words = wordsOfName(name);
    const snake = words.join('_');
    const telling = {
      words,
      class: classOfName(words),
      rules: this.#rules.filter((rule) => rule.name.test(snake)),
    };
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(name, telling);
    return telling;
  }
}

/** The rule that knows `value` by a name that tells this. */
export function ruleFor({ rules }: Telling, value: string): NamedRule | undefined {
  return rules.find((rule) => rule.pattern.test(value) && (!rule.verify || rule.verify(value)));
}
