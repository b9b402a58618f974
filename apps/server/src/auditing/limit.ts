/** Whose counts are remembered at a time. */
const MOST = 10_000;

/** So much for each in a span of time, counted in memory. */
export class Allowance {
  readonly #most: number;
  readonly #span: number;
  readonly #now: () => number;
  readonly #counts = new Map<string, { count: number; until: number }>();

  /** `span` in milliseconds; `now` gives milliseconds since 1970. */
  constructor(most: number, span: number, now: () => number) {
    this.#most = most;
    this.#span = span;
    this.#now = now;
  }

  /** Counts one for `who`; false when there is none left. */
  take(who: string): boolean {
    const now = this.#now();
    const counted = this.#counts.get(who);
    if (counted && counted.until > now) return ++counted.count <= this.#most;
    if (this.#counts.size >= MOST) this.#forget(now);
    this.#counts.set(who, { count: 1, until: now + this.#span });
    return true;
  }

  /** What is over, and if that is not enough, the oldest: a map keeps its order. */
  #forget(now: number): void {
    for (const [who, { until }] of this.#counts) if (until <= now) this.#counts.delete(who);
    for (const who of this.#counts.keys()) {
      if (this.#counts.size < MOST) return;
      this.#counts.delete(who);
    }
  }
}
