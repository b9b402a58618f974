import type { Keyword } from './keywords/keyword.ts';
import type { Runs } from './scan/runs.ts';

/** What a thief gains: `critical` opens money or whole systems, `low` identifies or sends only. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

interface RuleFacts {
  /** [a-z0-9-]+, stable: it stands in markers, clear columns and queries. */
  readonly kind: string;
  readonly provider: string;
  /** What the secret opens, for the person who must decide what to rotate first. */
  readonly opens: string;
  readonly severity: Severity;
  /**
   * Whether a fingerprint may stand beside the kind. Never for what people choose: a stolen writer
   * holds the fingerprint key and could guess.
   */
  readonly fingerprint: boolean;
  /** The form that is fingerprinted, when one secret may be written in several ways. */
  readonly normalise?: (secret: string) => string;
  /** A check beyond the pattern: structure, randomness, checksum. False drops the finding. */
  readonly verify?: (secret: string) => boolean;
  /** Texts that hold one, in the language of `template.ts`. */
  readonly positive: readonly string[];
  /** Texts that must not be reported, by this rule or any other. */
  readonly negative: readonly string[];
}

/** A secret that its own letters give away. */
export interface PatternRule extends RuleFacts {
  readonly by: 'pattern';
  readonly keywords: readonly Keyword[];
  /**
   * Sticky; tried where the keyword begins, or `back` steps before. Group `secret`, when there is one,
   * is the secret; else all of it. Bounded: no repetition without an upper limit, none nested.
   */
  readonly pattern: RegExp;
  /** What may stand before keywords of three letters, which base64 needs to tell them; see compile.ts. */
  readonly leads?: readonly string[];
  /** The checksum that the form ends in, computed offline: what passes is certain, what fails still goes. */
  readonly checksum?: (secret: string) => boolean;
  /** Yields to any rule that knows the same text more closely; no fingerprint when guessable. */
  readonly weak?: true;
  /** Units of a class that may stand before the keyword and belong to the match. */
  readonly back?: {
    readonly class: 'digit' | 'alnum' | 'hex' | 'word' | 'token';
    readonly min: number;
    readonly max: number;
  };
}

/** A secret without letters of its own, known by the name it is given. */
export interface NamedRule extends RuleFacts {
  readonly by: 'name';
  /** Tested against the name in snake case, lower case: `x-dd-api-key` is `x_dd_api_key`. */
  readonly name: RegExp;
  /** The whole value. */
  readonly pattern: RegExp;
  /** Names beyond the telling ones that lead here, such as `mistral_key`. */
  readonly names?: readonly string[];
}

/** A secret whose form needs a parser. */
export interface ParsedRule extends RuleFacts {
  readonly by: 'parser';
  readonly keywords: readonly Keyword[];
  readonly leads?: readonly string[];
  readonly parse: (text: string, at: number, runs: Runs) => Span | undefined;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Rule = PatternRule | NamedRule | ParsedRule;
