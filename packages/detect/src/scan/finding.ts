import type { Found } from '../marker.ts';
import type { Doubt } from '../rule.ts';
import type { Ranked } from './overlaps.ts';

/** A secret in a text. `start` and `end` are UTF-16 indices of what a marker is to replace. */
export interface Finding extends Found {
  readonly start: number;
  readonly end: number;
  readonly by: By;
  /** Present when the form has a checksum: whether it holds. */
  readonly certain?: boolean;
  /** Why it is most likely no secret; see `Doubt`. */
  readonly doubt?: Doubt;
  /** In an encoded value that holds several: all of them, in order. */
  readonly inside?: readonly Found[];
}

/** What gave a secret away: its own form, what stands around it, what it decodes to, the name beside it. */
export type By = 'form' | 'surroundings' | 'encoding' | 'name';

/** A finding before overlaps are settled and fingerprints made. */
export interface Candidate extends Ranked {
  readonly kind: string;
  /** The secret in its normal form, when it is to have a fingerprint. */
  readonly secret?: string;
  readonly certain?: boolean;
  readonly doubt?: Doubt;
  /** In a form of several providers; see `PatternRule`. */
  readonly shared?: boolean;
  /** Gives way when the text holds anything else: a connection string with its password found. */
  readonly weak?: boolean;
  readonly inside?: readonly Candidate[];
}

/** What is known by its own form, by a form around it, by decoding, by a name. */
export const RANK = { marker: 9, pattern: 4, parser: 3, encoded: 2, name: 1 } as const;
export const BY_RANK: Readonly<Record<number, By>> = {
  4: 'form',
  3: 'surroundings',
  2: 'encoding',
  1: 'name',
};

/** Something that looked like a secret at first, and why it was left alone. */
export interface Suppressed {
  /** Of the rule, or what its name told. */
  readonly kind: string;
  readonly reason: Reason;
  readonly start: number;
  readonly end: number;
}

/**
 * `placeholder`: one letter or a hint in a secret's place; `structure`: a check beyond the pattern failed;
 * `value`: under a telling name, but a word, a reference, a path, a sentence; `name`: the name tells of no
 * secret; `marker`: cut out before; `too long`; `entropy`: too regular for a user's rule; `allowlist`: let go
 * by a user's list or filter; `required`: without what a user's rule requires beside it; the rest as in
 * `Doubt`.
 */
export type Reason =
  | 'placeholder'
  | 'structure'
  | 'value'
  | 'name'
  | 'marker'
  | 'too long'
  | 'entropy'
  | 'allowlist'
  | 'required'
  | Doubt;
