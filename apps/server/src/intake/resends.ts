import { createHash } from 'node:crypto';
import { batchId, batchKeys } from '@tacet/receive';

const HOUR_MS = 3_600_000;

const hourOf = (now: number) => Math.floor(now / HOUR_MS);

/** The first byte of a mark says, modulo 256, of which hour it is: others need not be remembered. */
function dated(mark: Uint8Array, hour: number): Uint8Array {
  mark[0] = hour & 0xff;
  return mark;
}

/**
 * The marks a batch may have been stored under: this hour's (for a new one), then the last hour's.
 * See `batchId` for what they are made of; `now` is milliseconds since 1970.
 */
export function batchMarks(
  secret: Uint8Array,
  now: number,
  source: string,
  content: Uint8Array,
): [current: Uint8Array, previous: Uint8Array] {
  const { current, previous } = batchKeys(secret, now);
  const hour = hourOf(now);
  const digest = createHash('sha256').update(content).digest();
  return [dated(batchId(current, source, digest), hour), dated(batchId(previous, source, digest), hour - 1)];
}

const keyOf = (mark: Uint8Array) => Buffer.from(mark).toString('latin1');

/** What is known of a batch that arrived once before. */
type Known<Answer> = Promise<Answer> | 'stored' | 'uncertain';

/**
 * Which batches are stored, on their way, or uncertain: a client that lost an answer and sends again
 * gets the first answer. Marks older than two hours can never match again and are forgotten.
 */
export class ResendRegister<Answer> {
  readonly #hours = new Map<number, Map<string, Known<Answer>>>();

  /** Takes in what a store holds: of all its marks those of this hour and the last, which can recur. */
  restore(marks: Iterable<Uint8Array>, now: number): void {
    const hours = new Set([hourOf(now) & 0xff, (hourOf(now) - 1) & 0xff]);
    for (const mark of marks) if (hours.has(mark[0]!)) this.stored([mark], now);
  }

  /** The batches of these marks are durable now. */
  stored(marks: Iterable<Uint8Array>, now: number): void {
    const current = this.#hour(now);
    for (const mark of marks) {
      const key = keyOf(mark);
      const found = this.#find([key]);
      // A batch on its way stays so until its own promise settles; the answer is then at hand.
      if (found?.known instanceof Promise) continue;
      (found ? this.#hours.get(found.hour)! : current).set(key, 'stored');
    }
  }

  /** Whether a batch of this mark is stored, on its way or uncertain. */
  isKnown(mark: Uint8Array): boolean {
    return this.#find([keyOf(mark)]) !== undefined;
  }

  /** Whether a batch of this mark is durable. */
  isStored(mark: Uint8Array): boolean {
    return this.#find([keyOf(mark)])?.known === 'stored';
  }

  /**
   * Runs `store` (with the mark to store it under) for a batch that is new; waits for the same promise
   * for one on its way; gives undefined for one that is stored. `marks` as from `batchMarks`.
   *
   * When `store` failed with a failure that leaves the outcome open (`mayBeStored`), a resend first
   * calls `settle`, after which either `stored` was called for it or it never will be.
   */
  async once(
    marks: readonly [Uint8Array, ...Uint8Array[]],
    now: number,
    store: (mark: Uint8Array) => Promise<Answer>,
    outcome: { mayBeStored: (error: unknown) => boolean; settle: () => Promise<void> },
  ): Promise<Answer | undefined> {
    const keys = marks.map(keyOf);
    let found = this.#find(keys);
    if (found?.known === 'uncertain') {
      await outcome.settle();
      found = this.#find(keys);
      if (found?.known === 'uncertain') this.#hours.get(found.hour)?.delete(found.key);
    }
    if (found?.known === 'stored') return undefined;
    if (found?.known instanceof Promise) return found.known;
    const hour = this.#hour(now);
    const key = keyOf(marks[0]);
    const answer = store(marks[0]);
    hour.set(key, answer);
    try {
      const given = await answer;
      hour.set(key, 'stored');
      return given;
    } catch (error) {
      if (outcome.mayBeStored(error)) hour.set(key, 'uncertain');
      else hour.delete(key);
      throw error;
    }
  }

  #find(keys: string[]): { hour: number; key: string; known: Known<Answer> } | undefined {
    for (const [hour, marks] of this.#hours) {
      for (const key of keys) {
        const known = marks.get(key);
        if (known !== undefined) return { hour, key, known };
      }
    }
    return undefined;
  }

  /** The marks of this hour; drops those of hours that no resend can name any more. */
  #hour(now: number): Map<string, Known<Answer>> {
    const number = hourOf(now);
    for (const old of this.#hours.keys()) if (old < number - 2) this.#hours.delete(old);
    let marks = this.#hours.get(number);
    if (!marks) {
      marks = new Map();
      this.#hours.set(number, marks);
    }
    return marks;
  }
}
