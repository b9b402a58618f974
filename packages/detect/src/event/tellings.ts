import type { Names, Telling } from '../names/names.ts';
import type { Places } from '../scan/places.ts';

const MAX_NAME = 128;
const MAX_KNOWN = 8192;

/**
 * What the keys of members tell. A key counts only when the keywords would flag it in a row, so that
 * the prefilter stays exact.
 */
export class Tellings {
  readonly #places: Places;
  readonly #names: Names;
  readonly #ofKeys = new Map<string, Telling | undefined>();
  readonly #ofNames = new Map<string, Telling | undefined>();

  constructor(places: Places, names: Names) {
    this.#places = places;
    this.#names = names;
  }

  /** Of the key of a member. */
  ofKey(key: string): Telling | undefined {
    return this.#of(key, ':', this.#ofKeys);
  }

  /** Of a `name` before a `value`, as in `{"name": "Authorization", "value": "…"}`. */
  ofName(name: string): Telling | undefined {
    return this.#of(name, ',"value":', this.#ofNames);
  }

  /** Of an option that stands alone in a list of arguments; the keywords have every such option. */
  ofOption(option: string): Telling | undefined {
    const telling = this.#names.of(option);
    return telling.class && this.#places.mayHold(JSON.stringify(option)) ? telling : undefined;
  }

  #of(name: string, after: string, known: Map<string, Telling | undefined>): Telling | undefined {
    // A key that became a marker tells nothing: else a second scrub would see more than the first.
    if (name.length > MAX_NAME) return undefined;
    const remembered = known.get(name);
    if (remembered !== undefined || known.has(name)) return remembered;
    const tells = !name.includes('[secret:') && this.#places.mayHold(JSON.stringify(name) + after);
    const telling = tells ? this.#names.of(name) : undefined;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, telling);
    return telling;
  }
}
