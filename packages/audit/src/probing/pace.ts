import { setTimeout as delay } from 'node:timers/promises';

export interface PaceSettings {
  /** New connections a second, over all targets. */
  readonly perSecond: number;
  /** Connections at once, over all targets. */
  readonly atOnce: number;
  /** Connections at once to one address. */
  readonly atOncePerHost: number;
}

export const PACE: PaceSettings = { perSecond: 1000, atOnce: 256, atOncePerHost: 16 };

/** A number of places; whoever finds none waits in line. */
class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async enter(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the place to whoever waits; true when nobody holds or waits for any. */
  leave(all: number): boolean {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
    return this.#free === all;
  }
}

/** How fast the audit goes: a token bucket that holds a tenth of a second, and limits of what is open at once. */
export class Pace {
  readonly #settings: PaceSettings;
  readonly #places: Places;
  readonly #hosts = new Map<string, Places>();
  readonly #burst: number;
  #tokens: number;
  #filled = performance.now();
  /** Those who wait for a token do so one behind the other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(settings: PaceSettings = PACE) {
    this.#settings = settings;
    this.#places = new Places(settings.atOnce);
    this.#burst = Math.max(1, settings.perSecond / 10);
    this.#tokens = this.#burst;
  }

  /** Runs `work`, which makes one connection to `address`, when its turn has come. */
  async run<Answer>(address: string, signal: AbortSignal, work: () => Promise<Answer>): Promise<Answer> {
    const { atOncePerHost } = this.#settings;
    const host = this.#hosts.get(address) ?? new Places(atOncePerHost);
    this.#hosts.set(address, host);
    await host.enter();
    try {
      await this.#places.enter();
      try {
        await this.#token(signal);
        return await work();
      } finally {
        this.#places.leave(this.#settings.atOnce);
      }
    } finally {
      if (host.leave(atOncePerHost)) this.#hosts.delete(address);
    }
  }

  #token(signal: AbortSignal): Promise<void> {
    const turn = this.#queue.then(async () => {
      signal.throwIfAborted();
      this.#fill();
      if (this.#tokens < 1) {
        await delay(((1 - this.#tokens) / this.#settings.perSecond) * 1000, undefined, { signal });
        this.#fill();
      }
      this.#tokens--;
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #fill(): void {
    const now = performance.now();
    const earned = ((now - this.#filled) / 1000) * this.#settings.perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#filled = now;
  }
}
