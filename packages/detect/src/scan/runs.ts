import { bitsOf } from '../keywords/classes.ts';

interface Stretch {
  from: number;
  to: number;
}

/**
 * Where runs of a class begin and end, remembered: a text in which every tenth unit is a hit inside
 * one run of megabytes is still walked once.
 */
export class Runs {
  readonly #text: string;
  /** By class, the last stretch known to hold nothing else; it may begin inside its run. */
  readonly #inside = new Map<number, Stretch>();
  readonly #whole = new Map<number, Stretch>();
  readonly #found = new Map<string, { from: number; index: number }>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The first index at or after `at` whose unit has none of `bits` (see classes.ts). */
  end(bits: number, at: number): number {
    const known = this.#inside.get(bits);
    if (known && known.from <= at && at <= known.to) return known.to;
    let to = at;
    while (bitsOf(this.#text.charCodeAt(to)) & bits) to++;
    this.#inside.set(bits, { from: at, to });
    return to;
  }

  /** The whole run of `bits` around `at`; empty when the unit there has none of them. */
  around(bits: number, at: number): Readonly<Stretch> {
    const known = this.#whole.get(bits);
    if (known && known.from <= at && at < known.to) return known;
    let from = at;
    while (from > 0 && bitsOf(this.#text.charCodeAt(from - 1)) & bits) from--;
    const whole = { from, to: this.end(bits, at) };
    this.#whole.set(bits, whole);
    return whole;
  }

  /** `text.indexOf(part, at)`, remembered: linear over all calls with growing `at`. */
  indexOf(part: string, at: number): number {
    const known = this.#found.get(part);
    if (known && known.from <= at && (known.index === -1 || known.index >= at)) return known.index;
    const index = this.#text.indexOf(part, at);
    this.#found.set(part, { from: at, index });
    return index;
  }
}
