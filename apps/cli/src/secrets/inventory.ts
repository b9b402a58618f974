import { KINDS, type Severity } from '@tacet/detect';
import type { Event } from '@tacet/records';
import { markersOf } from './markers.ts';

/** One secret, or all of a kind that has no fingerprints, as a store has it. */
export interface Listed {
  kind: string;
  /** 32 hexadecimal digits; absent for what a person may have chosen: then it is all of the kind. */
  fingerprint?: string;
  provider: string;
  severity: Severity;
  /** What it opens. */
  opens: string;
  /** How it is replaced, and where. */
  rotation: string;
  revoke: string;
  count: number;
  /** Nanoseconds since 1970 of the first and last event with it. */
  first: bigint;
  last: bigint;
  services: Set<string>;
}

/** Distinct secrets that are told apart, and services that are named of each; more are counted only. */
const MOST_SECRETS = 100_000;
const MOST_SERVICES = 100;
const RANKS: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** What is known of a kind: of one that rules of a user's own gave, its name. */
export function factsOf(
  kind: string,
): Pick<Listed, 'provider' | 'severity' | 'opens' | 'rotation' | 'revoke'> {
  const { provider, severity, opens, rotation, revoke } = KINDS.get(kind) ?? {
    provider: '',
    severity: 'high' as const,
    opens: '',
    rotation: 'console',
    revoke: '',
  };
  return { provider, severity, opens, rotation, revoke };
}

/** Gathers the secrets of events. */
export class Inventory {
  readonly #listed = new Map<string, Listed>();
  /** Markers of secrets beyond those that are told apart. */
  beyond = 0;

  /** Adds what was cut out of an event: of kinds that detection counted in it, or of `only` one of these. */
  add(event: Event, only?: string): void {
    const time = BigInt(event.time);
    for (const { kind, fingerprint } of markersOf(event)) {
      if (!Object.hasOwn(event.secrets ?? {}, kind) || (only !== undefined && kind !== only)) continue;
      const listed = this.#of(kind, fingerprint, time);
      if (!listed) {
        this.beyond++;
        continue;
      }
      listed.count++;
      if (time < listed.first) listed.first = time;
      if (time > listed.last) listed.last = time;
      if (listed.services.size < MOST_SERVICES) listed.services.add(event.service);
    }
  }

  #of(kind: string, fingerprint: string | undefined, time: bigint): Listed | undefined {
    const name = `${kind}:${fingerprint ?? ''}`;
    const known = this.#listed.get(name);
    if (known || this.#listed.size >= MOST_SECRETS) return known;
    const listed: Listed = {
      kind,
      ...(fingerprint !== undefined && { fingerprint }),
      ...factsOf(kind),
      count: 0,
      first: time,
      last: time,
      services: new Set(),
    };
    this.#listed.set(name, listed);
    return listed;
  }

  /** The worst first, of those the latest. */
  list(): Listed[] {
    return [...this.#listed.values()].sort(
      (a, b) =>
        RANKS[a.severity] - RANKS[b.severity] || Number(b.last - a.last) || (a.kind < b.kind ? -1 : 1),
    );
  }
}
