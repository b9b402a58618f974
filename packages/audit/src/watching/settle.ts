import { type Covered, type Finding, SEVERITIES, type Severity } from '../finding.ts';

/** A finding as it was left by the runs before. Times are seconds since 1970. */
export interface Known {
  readonly finding: Finding;
  readonly state: 'open' | 'gone';
  readonly first: number;
  readonly last: number;
  readonly gone?: number;
  /** How often it came back. */
  readonly returns: number;
  /** Until when somebody accepted it. */
  readonly acceptedUntil?: number;
}

export interface Outcome {
  /** Seconds since 1970. */
  readonly time: number;
  /** False when the run ended before its end: what it did not find may be there still. */
  readonly complete: boolean;
  readonly findings: readonly Finding[];
  readonly covered: readonly Covered[];
}

/**
 * What became of a finding: `new`; `back`, after it was gone; `gone`; `worse` than before; `lapsed`, the time is
 * over for which somebody accepted it; `still` there.
 */
export type Change = 'new' | 'back' | 'gone' | 'worse' | 'lapsed' | 'still';

export interface Settled extends Known {
  readonly change: Change;
}

/** Whether the first is worse than the second. */
export function isWorse(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other);
}

/**
 * Holds what a run found against what was known; gives every finding that the run says something about, and those
 * whose acceptance is over. A finding is gone when the run came to its end, covered it, and did not find it.
 */
export function settle(known: readonly Known[], { time, complete, findings, covered }: Outcome): Settled[] {
  const before = new Map(known.map((one) => [one.finding.fingerprint, one]));
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const other = found.get(finding.fingerprint);
    if (!other || isWorse(finding.severity, other.severity)) found.set(finding.fingerprint, finding);
  }
  const settled = [...found.values()].map((finding) => seen(before.get(finding.fingerprint), finding, time));
  const isCovered = coverage(covered);
  for (const one of known) {
    if (one.state === 'gone' || found.has(one.finding.fingerprint)) continue;
    if (complete && isCovered(one.finding))
      settled.push({ ...one, state: 'gone', gone: time, change: 'gone' });
    else if (isOver(one, time)) settled.push({ ...withoutAcceptance(one), change: 'lapsed' });
  }
  return settled;
}

function seen(before: Known | undefined, finding: Finding, time: number): Settled {
  if (!before) return { finding, state: 'open', first: time, last: time, returns: 0, change: 'new' };
  const { gone: _, ...kept } = before;
  const now = { ...kept, finding, state: 'open' as const, last: time };
  const worse = isWorse(finding.severity, before.finding.severity);
  // Somebody accepted it as it was, and for a time.
  const left = worse || isOver(before, time) ? withoutAcceptance(now) : now;
  if (before.state === 'gone') return { ...left, returns: before.returns + 1, change: 'back' };
  if (worse) return { ...left, change: 'worse' };
  return { ...left, change: left === now ? 'still' : 'lapsed' };
}

const isOver = ({ acceptedUntil }: Known, time: number) =>
  acceptedUntil !== undefined && acceptedUntil <= time;

function withoutAcceptance({ acceptedUntil: _, ...rest }: Known): Known {
  return rest;
}

function coverage(covered: readonly Covered[]): (finding: Finding) => boolean {
  const key = (check: string, subject: string) => JSON.stringify([check, subject]);
  const keys = new Set(
    covered.map((one) => key('check' in one ? one.check : '', 'subject' in one ? (one.subject ?? '') : '')),
  );
  return ({ check, subject }) =>
    keys.has(key(check, subject)) || keys.has(key(check, '')) || keys.has(key('', subject));
}
