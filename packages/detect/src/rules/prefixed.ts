import type { RunClass } from '../keywords/keyword.ts';
import type { Draft, PatternRule } from '../rule.ts';

type Row = Pick<PatternRule, 'kind' | 'provider' | 'opens' | 'severity' | 'pattern' | 'positive'> &
  Partial<
    Pick<
      PatternRule,
      'verify' | 'checksum' | 'doubt' | 'normalise' | 'negative' | 'revoke' | 'rotation' | 'shared'
    >
  > & {
    /** What such a secret begins with, letter case included. */
    readonly prefixes: readonly string[];
    /** How many units of `class` follow a prefix at least; for the prefilter, less than the pattern asks. */
    readonly min?: number;
    readonly class?: RunClass;
  };

/** A rule for machine-made secrets that begin with a prefix of their own: always fingerprinted. */
export function prefixed(row: Row): Draft<PatternRule> {
  const { prefixes, min = 16, class: runClass = 'word', negative = [], ...facts } = row;
  return {
    by: 'pattern',
    fingerprint: true,
    negative,
    ...facts,
    keywords: prefixes.map((prefix) => ({
      text: prefix.toLowerCase(),
      exact: prefix,
      start: true,
      next: { kind: 'run', class: runClass, min },
    })),
  };
}
