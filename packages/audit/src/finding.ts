import { createHash } from 'node:crypto';

/** What somebody outside gains: `critical` is content or control without a password. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * Where a finding comes from: a live service that was asked, a configuration file, a cloud's policy,
 * this installation itself, or a person outside who wrote.
 */
export type Source = 'probe' | 'configuration' | 'cloud' | 'self' | 'report';

/** A place in a file. `line` and `column` count from 1; `setting` is its path within the file. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly setting?: string;
  /** What stands there, without secrets, at most 200 characters. */
  readonly excerpt?: string;
}

/** How an exposure was proven: what was sent, and the telling part of the answer, without secrets. */
export interface Proof {
  readonly request: string;
  readonly reply: string;
}

/** What could be read: its name and how much of it, never what it holds. */
export interface Readable {
  /** The service's own word: database, table, index, bucket, collection, topic, model. */
  readonly kind: string;
  readonly name: string;
  /** Rows, documents, objects, messages: whatever the service counts. */
  readonly count?: number;
  readonly bytes?: number;
}

/** What every finding of one check has in common. */
export interface Check {
  /** [a-z0-9-]+, stable: it stands in baselines, SARIF and acceptances. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** What follows from it, for the person who must decide. */
  readonly why: string;
  /** How it is closed, with the setting by name. */
  readonly fix: string;
  /** Pages of whoever makes the software, or of a standard. */
  readonly references: readonly string[];
}

export interface Finding extends Omit<Check, 'id'> {
  readonly check: string;
  /** The same finding has the same one in every run: 32 hexadecimal digits; see `fingerprintOf`. */
  readonly fingerprint: string;
  readonly source: Source;
  /** What it is about, as an address: `tcp://10.0.0.5:9000`, `s3://bucket`, `file:users.xml`. */
  readonly subject: string;
  readonly proof?: Proof;
  readonly readable?: readonly Readable[];
  /** The settings that cause it, when the configuration was given too. */
  readonly causes?: readonly Place[];
}

/**
 * What a run looked at and had an answer from: findings of this check, about this subject, or both. What
 * was asked and remained unclear is not among them.
 */
export type Covered = { readonly check: string; readonly subject?: string } | { readonly subject: string };

/** What two runs know a finding by: the check and what it is about, not its wording or its line. */
export function fingerprintOf(check: string, subject: string, within = ''): string {
  return createHash('sha256')
    .update(JSON.stringify([check, subject, within]))
    .digest('hex')
    .slice(0, 32);
}

/** What one run adds to what the check says of itself. */
export type Told = Pick<Finding, 'source' | 'subject'> &
  Partial<Pick<Finding, 'severity' | 'title' | 'proof' | 'readable' | 'causes'>> & {
    /** What tells two findings of one check about one subject apart, such as a setting's path. */
    readonly within?: string;
  };

export function findingOf({ id, ...facts }: Check, { within, ...told }: Told): Finding {
  return { ...facts, ...told, check: id, fingerprint: fingerprintOf(id, told.subject, within) };
}

/** Each finding once: the worst first, then what was seen from outside, then by subject and line. */
export function ranked(findings: Iterable<Finding>): Finding[] {
  const distinct = new Map<string, Finding>();
  for (const finding of findings)
    if (!distinct.has(finding.fingerprint)) distinct.set(finding.fingerprint, finding);
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  const inside = ({ source }: Finding) => Number(source !== 'probe');
  const line = ({ causes }: Finding) => causes?.[0]?.line ?? 0;
  return [...distinct.values()].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      inside(a) - inside(b) ||
      (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : line(a) - line(b)),
  );
}
