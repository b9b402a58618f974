import type { NamedRule } from '../rule.ts';
import type { Issued, Issuers } from './issuers.ts';
import { classOfName, type NameClass, wordsOfName } from './telling.ts';

/** What a name says of its value. */
export interface Telling {
  readonly words: readonly string[];
  /** Undefined for names that only a rule knows. */
  readonly class: NameClass | undefined;
  /** Rules that know values by this name. */
  readonly rules: readonly NamedRule[];
  /** Whose key it is, by the name. */
  readonly issuer: Issued | undefined;
}

const MAX_KNOWN = 4096;

/** What names tell; answers are remembered, for logs repeat their names. */
export class Names {
  readonly #rules: readonly NamedRule[];
  readonly #issuers: Issuers;
  readonly #known = new Map<string, Telling>();

  constructor(rules: readonly NamedRule[], issuers: Issuers) {
    this.#rules = rules;
    this.#issuers = issuers;
  }

  /** `name` as it was written, at most 128 units. */
  of(name: string): Telling {
    const known = this.#known.get(name);
    if (known) return known;
    const words = wordsOfName(name);
    const snake = words.join('_');
    const issuer = this.#issuers.inWords(words);
    const telling = {
      words,
      class: classOfName(words, issuer !== undefined && !issuer.name.ordinary),
      rules: this.#rules.filter((rule) => rule.name.test(snake)),
      issuer,
    };
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(name, telling);
    return telling;
  }

  get issuers(): Issuers {
    return this.#issuers;
  }
}

/** The rule that knows `value` by a name that tells this. */
export function ruleFor({ rules }: Telling, value: string): NamedRule | undefined {
  return rules.find((rule) => rule.pattern.test(value) && (!rule.verify || rule.verify(value)));
}
