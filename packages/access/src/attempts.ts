import { createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { TacetError } from '@tacet/records';

/** Buckets that names and addresses fall into: memory has a bound, and nobody can push another's count out. */
const BUCKETS = 1 << 16;
/** The first wait, and the longest, in milliseconds. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15 * 60_000;

interface Count {
  failures: number;
  /** Milliseconds since 1970 until which nothing more is tried. */
  until: number;
}

/**
 * Slows guessing down: after some failures in a row each further attempt has to wait twice as long, up
 * to a quarter of an hour. An attempt counts when it begins, so that many at once are no way around.
 * Kept in memory; a restart forgets it.
 */
export class Attempts {
  readonly #key = randomBytes(32);
  readonly #counts = new Map<number, Count>();
  readonly #free: number;
  readonly #now: () => number;

  /** `free`: attempts without a wait. `now` gives milliseconds since 1970. */
  constructor(free: number, now: () => number) {
    this.#free = free;
    this.#now = now;
  }

  /** Counts an attempt for `who`. Throws SIGNIN_LIMITED while it has to wait; that does not count. */
  begin(who: string): void {
    const bucket = this.#bucket(who);
    const now = this.#now();
    let count = this.#counts.get(bucket);
    // Long after the last wait ended, what was before is forgotten.
    if (!count || count.until + LONGEST_WAIT < now) count = { failures: 0, until: 0 };
    if (count.until > now)
      throw new TacetError(
        'SIGNIN_LIMITED',
        `too many attempts: wait ${Math.ceil((count.until - now) / 1000)} seconds`,
      );
    const failures = count.failures + 1;
    const over = failures - this.#free;
    const wait = over < 0 ? 0 : Math.min(FIRST_WAIT * 2 ** Math.min(over, 30), LONGEST_WAIT);
    this.#counts.set(bucket, { failures, until: now + wait });
  }

  /** The attempt was a good one: what was counted for `who` is forgotten. */
  succeeded(who: string): void {
    this.#counts.delete(this.#bucket(who));
  }

  #bucket(who: string): number {
    return createHmac('sha256', this.#key).update(who).digest().readUInt16BE() % BUCKETS;
  }
}

/** What of an address counts as one guesser: an IPv6 network of 64 bits is somebody's own. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  if (address.startsWith('::ffff:')) return address.slice(7);
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
