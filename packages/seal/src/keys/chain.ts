import { TacetError } from '@tacet/records';
import { concat, wipe } from '../encoding/bytes.ts';
import { expand, expandBytes, extract, label } from './derive.ts';

/** A period holds at most this many segments, and lasts at most this long. */
export const PERIOD_SEGMENTS = 4096;
export const PERIOD_MS = 3_600_000;
/** A session has at most this many periods: seven years of hours. A reader derives no further. */
export const SESSION_PERIODS = 65_536;

/** P0 of a session, from SHA-256 of its record and the secret that the record seals. */
export function firstPeriodKey(recordHash: Uint8Array, secret: Uint8Array): Uint8Array {
  return extract(recordHash, secret);
}

export interface SegmentKeys {
  /** AES-256 key, used for one message. */
  key: Uint8Array;
  /** C: 32 bytes that commit to the key (AES-GCM alone does not). */
  commitment: Uint8Array;
}

/** K ‖ C = Expand(Extract(R, L), "segment" ‖ salt, 64). */
export function segmentKeys(link: Uint8Array, share: Uint8Array, salt: Uint8Array): SegmentKeys {
  const extracted = extract(share, link);
  const out = expandBytes(extracted, concat(label('segment'), salt), 64);
  wipe(extracted);
  return { key: out.subarray(0, 32), commitment: out.slice(32) };
}

/**
 * The writer's end of the forward chain: holds one period key and one link, and overwrites each as
 * soon as the next is made, so that a stolen running writer opens nothing it sealed before.
 */
export class WriterChain {
  period = 0;
  number = 0;
  #next: Uint8Array;
  #link: Uint8Array;
  #index: Uint8Array;

  /** Takes ownership of P0 and wipes it. */
  constructor(first: Uint8Array) {
    this.#index = expand(first, 'index');
    this.#link = expand(first, 'link');
    this.#next = expand(first, 'period');
    wipe(first);
  }

  get indexKey(): Uint8Array {
    return this.#index;
  }

  /** The link of the segment to be sealed next; borrowed, it is overwritten by `step`. */
  get link(): Uint8Array {
    return this.#link;
  }

  /** L' = E(L, "next"). */
  step(): void {
    const next = expand(this.#link, 'next');
    wipe(this.#link);
    this.#link = next;
    this.number += 1;
  }

  nextPeriod(): void {
    if (this.period + 1 >= SESSION_PERIODS) {
      throw new TacetError('SESSION_INVALID', 'the session has used up its periods; start another');
    }
    const key = this.#next;
    wipe(this.#link, this.#index);
    this.#index = expand(key, 'index');
    this.#link = expand(key, 'link');
    this.#next = expand(key, 'period');
    wipe(key);
    this.period += 1;
    this.number = 0;
  }

  /** Forgets everything; the session is over. */
  end(): void {
    wipe(this.#link, this.#index, this.#next);
  }
}

const CHECKPOINT = 64;

/** The reader's end: any period, any link, from P0, remembering a link in every 64. */
export class ReaderChain {
  readonly #periods: Uint8Array[];
  readonly #links = new Map<number, Uint8Array[]>();

  constructor(first: Uint8Array) {
    this.#periods = [first];
  }

  #period(period: number): Uint8Array {
    if (!(period >= 0 && period < SESSION_PERIODS)) {
      throw new TacetError('SEGMENT_MALFORMED', 'no session has a period of that number');
    }
    if (this.#periods.length === 0) throw new TacetError('SESSION_INVALID', 'the session was ended');
    for (let i = this.#periods.length; i <= period; i++) {
      this.#periods.push(expand(this.#periods[i - 1]!, 'period'));
    }
    return this.#periods[period]!;
  }

  indexKey(period: number): Uint8Array {
    return expand(this.#period(period), 'index');
  }

  link(period: number, number: number): Uint8Array {
    if (!(number >= 0 && number < PERIOD_SEGMENTS)) {
      throw new TacetError('SEGMENT_MALFORMED', 'no period has a segment of that number');
    }
    let kept = this.#links.get(period);
    if (!kept) {
      kept = [expand(this.#period(period), 'link')];
      this.#links.set(period, kept);
    }
    const start = Math.min(Math.floor(number / CHECKPOINT), kept.length - 1);
    let link = kept[start]!;
    for (let i = start * CHECKPOINT; i < number; ) {
      link = expand(link, 'next');
      i += 1;
      if (i === kept.length * CHECKPOINT) kept.push(link);
    }
    return link;
  }

  /** Overwrites every key that this chain holds. */
  end(): void {
    wipe(...this.#periods);
    for (const links of this.#links.values()) wipe(...links);
    this.#links.clear();
    this.#periods.length = 0;
  }
}
