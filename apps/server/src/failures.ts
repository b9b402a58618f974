import type { Trail } from '@tacet/trail';

/** Kinds of failures by source that one entry each tells apart in a minute; the rest is counted together. */
const MOST = 16;

interface Count {
  code: string;
  source: string;
  count: number;
  first: number;
}

/**
 * Counts refused attempts and enters them in the trail, a minute's worth at a time: whoever guesses is on
 * record, and cannot fill the disk by it. Where attempts come from stands in the entry as a commitment.
 */
export class FailureLog {
  readonly #workspace: string;
  readonly #trail: Pick<Trail, 'append'>;
  readonly #now: () => number;
  #counts = new Map<string, Count>();

  /** `now` gives milliseconds since 1970. */
  constructor(options: { workspace: string; trail: Pick<Trail, 'append'>; now: () => number }) {
    this.#workspace = options.workspace;
    this.#trail = options.trail;
    this.#now = options.now;
  }

  /** Counts an attempt that was refused with `code`; `source` is an address, '' when there is none. */
  note(code: string, source: string): void {
    const from = this.#counts.has(`${code} ${source}`) || this.#counts.size < MOST ? source : 'elsewhere';
    const key = `${code} ${from}`;
    const counted = this.#counts.get(key);
    if (counted) counted.count++;
    else this.#counts.set(key, { code, source: from, count: 1, first: Math.floor(this.#now() / 1000) });
  }

  /** Enters what was counted since the last time. Call each minute, and before the trail is closed. */
  async flush(): Promise<void> {
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    await Promise.all(
      counts.map(({ code, source, count, first }) =>
        this.#trail.append({
          kind: 'failure',
          workspace: this.#workspace,
          actor: 'unknown',
          facts: { code, count, first },
          ...(source !== '' && { texts: { source } }),
        }),
      ),
    );
  }
}
