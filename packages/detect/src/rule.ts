import type { Keyword } from './keywords/keyword.ts';
import type { Runs } from './scan/runs.ts';

/** What a thief gains: `critical` opens money or whole systems, `low` identifies or sends only. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/**
 * How such a secret is replaced. Named after a system: by that system's interface. `console`: a new one is
 * made and the old one deleted by hand, at `revoke`. `password`: changed where the account lives.
 * `session`: ended there, or it runs out; nothing is made anew. `key-pair`: a new pair, its public half
 * given out, certificates revoked.
 */
export type Rotation =
  | 'aws-iam'
  | 'gcp-service-account'
  | 'github'
  | 'openai'
  | 'anthropic'
  | 'clickhouse'
  | 'mysql'
  | 'postgresql'
  | 'mongodb'
  | 'redis'
  | 'vault'
  | 'console'
  | 'password'
  | 'session'
  | 'key-pair';

/**
 * Why something in the form of a secret is most likely none: it is cut out of events all the same, but
 * not reported. `form`: its name says whose it is, and theirs look otherwise; `checksum`: its own does
 * not hold; `published`: its provider's manuals show it; `example`: it stands where manuals put examples.
 */
export type Doubt = 'form' | 'checksum' | 'published' | 'example';

export interface RuleFacts {
  /** [a-z0-9-]+, stable: it stands in markers, clear columns and queries. */
  readonly kind: string;
  readonly provider: string;
  /** What the secret opens, for the person who must decide what to rotate first. */
  readonly opens: string;
  readonly severity: Severity;
  readonly rotation: Rotation;
  /** The page on which it is revoked, or that says how. */
  readonly revoke: string;
  /**
   * Whether a fingerprint may stand beside the kind. Never for what people choose: a stolen writer
   * holds the fingerprint key and could guess.
   */
  readonly fingerprint: boolean;
  /** Texts that hold one, in the language of `template.ts`. */
  readonly positive: readonly string[];
  /** Texts that must not be reported, by this rule or any other. */
  readonly negative: readonly string[];
}

interface Checks {
  /** The form that is fingerprinted, when one secret may be written in several ways. */
  readonly normalise?: (secret: string) => string;
  /** A check beyond the pattern: structure, randomness. False drops the finding. */
  readonly verify?: (secret: string) => boolean;
  /** `span` is the secret's in `text`. */
  readonly doubt?: (secret: string, text: string, span: Span) => Doubt | undefined;
}

/** A secret that its own letters give away. */
export interface PatternRule extends RuleFacts, Checks {
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
  /** The form of several providers: under the name of one whose keys look otherwise it is doubtful. */
  readonly shared?: true;
  /** Units of a class that may stand before the keyword and belong to the match. */
  readonly back?: {
    readonly class: 'digit' | 'alnum' | 'hex' | 'word' | 'token';
    readonly min: number;
    readonly max: number;
  };
}

/** A secret without letters of its own, known by the name it is given. */
export interface NamedRule extends RuleFacts, Checks {
  readonly by: 'name';
  /** Tested against the name in snake case, lower case: `x-dd-api-key` is `x_dd_api_key`. */
  readonly name: RegExp;
  /** The whole value. */
  readonly pattern: RegExp;
  /** Names beyond the telling ones that lead here, such as `mistral_key`. */
  readonly names?: readonly string[];
}

/** A secret whose form needs a parser. */
export interface ParsedRule extends RuleFacts, Checks {
  readonly by: 'parser';
  readonly keywords: readonly Keyword[];
  readonly leads?: readonly string[];
  readonly parse: (text: string, at: number, runs: Runs) => Span | undefined;
}

export interface IssuerName {
  /** Lower case, without signs: `betterstack`. */
  readonly name: string;
  /** An ordinary word as well: a value beside it must be beyond doubt. */
  readonly ordinary: boolean;
  /** Whether the name tells right before a value, without `key` or its like between them. */
  readonly alone: boolean;
}

/** A made value beside the name of who issued it. */
export interface IssuerRule extends RuleFacts {
  readonly by: 'issuer';
  readonly names: readonly IssuerName[];
  /** The whole value, where the issuer's form is known: another form is doubtful. */
  readonly form?: RegExp;
}

/** A rule from a user's file, with a pattern that no keyword need begin; see foreign/. */
export interface ForeignRule extends RuleFacts {
  readonly by: 'foreign';
  /** One of them must stand in a text for the rule to be tried; without any it is tried in every text. */
  readonly keywords: readonly Keyword[];
  /** Yields to any rule that knows the same text more closely. */
  readonly weak: boolean;
  /**
   * What it finds in `text`, and what it leaves alone; `places` is where its keywords stand, in order, or
   * undefined for anywhere, and `path` the file's, where there is one.
   */
  readonly find: (
    text: string,
    places: readonly number[] | undefined,
    path: string | undefined,
  ) => ForeignSpan[];
  /**
   * False when nothing can be found by the keyword at `at`, whatever stands at `end` and after it, and however
   * escapes before that are read.
   */
  readonly mayBegin: (unitAt: (index: number) => number, at: number, end: number) => boolean;
}

export interface ForeignSpan extends Span {
  /** Where the match begins that holds the secret. */
  readonly at: number;
  /** Why it is left alone. */
  readonly reason?: 'entropy' | 'allowlist' | 'required';
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Rule = PatternRule | NamedRule | ParsedRule | IssuerRule | ForeignRule;

/** A rule before its provider's page and way of replacing are added; see rules/revocation.ts. */
export type RuleRow = Draft<PatternRule> | Draft<NamedRule> | Draft<ParsedRule>;

export type Draft<R extends RuleFacts> = Omit<R, 'revoke' | 'rotation'> &
  Partial<Pick<RuleFacts, 'revoke' | 'rotation'>>;
