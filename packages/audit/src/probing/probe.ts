import type { Check, Proof, Readable } from '../finding.ts';
import type { Wire } from './wire.ts';

/**
 * What a probe makes of an endpoint.
 *
 * - `open`: answers without authentication, and it is shown by more than a greeting.
 * - `asks-auth`: the service itself, and it wants to know who asks.
 * - `other-service`: something answers, but not this.
 * - `closed`: nothing answers.
 * - `indeterminate`: looks like it, but the answer neither shows it open nor guarded.
 */
export type Verdict = 'open' | 'asks-auth' | 'other-service' | 'closed' | 'indeterminate';

export interface Examination {
  readonly verdict: Verdict;
  /** As the service says it, when it does. */
  readonly version?: string;
  /** The exchange that the verdict rests on; there whenever the verdict is not `other-service`. */
  readonly proof?: Proof;
  /** Names and counts of what an outsider could read, at most 100, largest first. */
  readonly readable?: readonly Readable[];
  /** On this port it talks behind TLS only, though it greets in the clear. */
  readonly upgrades?: true;
  /** Findings of their own, beside being open: a guarded service with a door left ajar. */
  readonly beside?: readonly { readonly check: Check; readonly proof: Proof }[];
}

/** How one kind of service is recognised, by its replies and never by its port. */
export interface Probe {
  /** [a-z0-9-]+: `clickhouse-http`, `redis`. */
  readonly service: string;
  /** As its makers write it. */
  readonly name: string;
  /** Where it usually listens: tried there first, and on any other port that the owner lists. */
  readonly ports: readonly number[];
  readonly speaks: 'http' | 'tcp';
  /** Sends a user name or an empty password, which may be logged as a failed login: only when asked for. */
  readonly optIn?: true;
  /** What is reported when it is open. */
  readonly check: Check;
  /** What it sends, in order, as a person reads it: printed by a dry run, and held to by a test. */
  readonly packets: readonly string[];
  examine(wire: Wire): Promise<Examination>;
}
