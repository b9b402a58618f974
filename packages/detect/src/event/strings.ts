import { type Found, marker } from '../marker.ts';
import { ruleFor, type Telling } from '../names/names.ts';
import { type Candidate, type Finding, RANK } from '../scan/finding.ts';
import { kindOf, SCHEME } from '../scan/judge.ts';
import type { Look } from '../scan/places.ts';
import { plausible } from '../scan/plausible.ts';
import type { Scanner } from '../scan/scanner.ts';
import { placeholder } from '../values/none.ts';

/** A replacement can bring two texts together that are a secret at last; after this many it is over. */
const MAX_PASSES = 4;

/** What is known of a string beside its text. */
export interface Around {
  /** What its key says of it, */
  readonly telling?: Telling | undefined;
  /** and that key. */
  readonly key?: string | undefined;
  readonly look?: Look | undefined;
}

const NOTHING: Around = {};

/** Replaces the secrets of single strings. */
export class StringScrubber {
  readonly #scanner: Scanner;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /**
   * `text` without its secrets. Scrubbing the answer again changes nothing.
   */
  scrub(text: string, around: Around = NOTHING): { text: string; found: readonly Found[] } {
    const found: Found[] = [];
    let current = text;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const findings = this.#find(current, around);
      if (findings.length === 0) break;
      current = replace(current, findings, found);
    }
    return { text: current, found };
  }

  #find(text: string, { telling, key = '', look }: Around): Finding[] {
    const also = this.#scanner.member(key, text);
    if (telling === undefined) return this.#scanner.scan(text, { also, look });
    const scheme = telling.class === 'password' || telling.class === 'cookie' ? null : SCHEME.exec(text);
    const start = scheme ? scheme[0].length : text.length - text.trimStart().length;
    const value = text.slice(start).trimEnd();
    const whole = this.#whole(value, start, telling, text.slice(0, start));
    return this.#scanner.scan(text, { also: whole ? [...also, whole] : also, look });
  }

  /** The finding that the key alone makes of the whole value. */
  #whole(value: string, start: number, telling: Telling, before: string): Candidate | undefined {
    const span = { start, end: start + value.length, rank: RANK.name, weak: telling.class === 'connection' };
    const rule = ruleFor(telling, value);
    if (rule && !placeholder(value)) {
      return { ...span, kind: rule.kind, ...(rule.fingerprint ? { secret: value } : {}) };
    }
    if (telling.class === undefined) return undefined;
    if (!plausible(value, telling.class, 'member', false, telling.words)) return undefined;
    const { kind, fingerprint } = kindOf(telling.class, value, before);
    return { ...span, kind, ...(fingerprint ? { secret: value } : {}) };
  }
}

function replace(text: string, findings: readonly Finding[], found: Found[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const finding of findings) {
    parts.push(text.slice(done, finding.start));
    for (const one of finding.inside ?? [finding]) {
      const fact = one.fingerprint ? { kind: one.kind, fingerprint: one.fingerprint } : { kind: one.kind };
      found.push(fact);
      parts.push(marker(fact));
    }
    done = finding.end;
  }
  parts.push(text.slice(done));
  return parts.join('');
}
