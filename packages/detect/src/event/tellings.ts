import { classOfName, type NameClass, wordsOfName } from '../names/telling.ts';
import type { Scanner } from '../scan/scanner.ts';

/** What a member's key says of its value. */
export interface Telling {
  readonly words: readonly string[];
  /** Undefined for names that only a rule knows. */
  readonly class: NameClass | undefined;
}

const MAX_NAME = 128;
const MAX_KNOWN = 8192;

/**
 * What keys tell. A key counts only when the keywords would flag it in a row, so that the prefilter
 * stays exact; answers are remembered, for logs repeat their keys.
 */
export class Tellings {
  readonly #scanner: Scanner;
  readonly #known = new Map<string, Telling | undefined>();

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** Of the key of a member. */
  ofKey(key: string): Telling | undefined {
    return this.#of(key, `${JSON.stringify(key)}:`);
  }

  /** Of a `name` before a `value`, as in `{"name": "Authorization", "value": "…"}`. */
  ofName(name: string): Telling | undefined {
    return this.#of(name, `${JSON.stringify(name)},"value":`);
  }

  #of(name: string, context: string): Telling | undefined {
    // A key that became a marker tells nothing: else a second scrub would see more than the first.
    if (name.length > MAX_NAME || name.includes('[secret:')) return undefined;
    const known = this.#known.get(context);
    if (known !== undefined || this.#known.has(context)) return known;
    const telling = this.#scanner.mayHold(context) ? tellingOf(name) : undefined;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(context, telling);
    return telling;
  }
}

function tellingOf(name: string): Telling | undefined {
  const words = wordsOfName(name);
  return words.length > 0 ? { words, class: classOfName(words) } : undefined;
}
