import { TacetError } from '@tacet/records';

/**
 * What the prefilter looks for: data only, so that a byte automaton elsewhere can repeat it exactly.
 *
 * The semantics are defined over a sequence of units: the bytes of a row's JSON text in UTF-8, or the
 * UTF-16 units of a string in memory. Units of 128 and more are alike but for the full-width signs
 * named below, so both readings agree. Every condition that holds in a text also holds in its JSON
 * form (`JSON.stringify`), at any depth of nesting, and in its percent-encoded form; that is what lets
 * a prefilter over whole rows answer for strings that detection decodes first.
 */
export interface Keyword {
  /**
   * In lower case; matched regardless of ASCII case. `Detector.keywords` give it for bytes: one unit for
   * each byte of UTF-8.
   */
  readonly text: string;
  /** When present, the units at the hit must equal it exactly. Same letters as `text`. */
  readonly exact?: string;
  /**
   * The unit before the hit must not be an ASCII letter or digit, unless it ends an escape: one of
   * `nrtbf` after a backslash or `%5c`, four hex digits after `\u`, two hex digits after `%`, or the `m` that
   * ends a terminal colour (`[` or `%5b`, at most 16 digits and semicolons, `m`). `%` may
   * here be followed by one `25`.
   */
  readonly start?: true;
  readonly next?: Next;
}

export type Next =
  /**
   * At least `min` units of the class follow at once. A backslash does not count and does not end the
   * run; in class `base64`, neither does `%`.
   */
  | { readonly kind: 'run'; readonly class: RunClass; readonly min: number }
  /**
   * An assignment sign follows: at most `within` units of class `word`, then at most 40 closers, then
   * `=`, `:`, `>`, U+FF1A, U+FF1D, or `%3a`, `%3d` (`%` may be followed by any number of `25`); or a
   * comma after a quote, and, after closers, the word `value`.
   * Closers: space, tab, newline, carriage return, `"`, `'`, backtick, `]`, `*`, `` \n ``, `\r`,
   * `\t`, and the percent forms of these characters. Backslashes, and their percent form, are passed
   * over uncounted.
   */
  | { readonly kind: 'assignment'; readonly within: number }
  /**
   * Within 2,048 units a `:` (or `%3a`) and, after it, an `@` (or `%40`) come before any of space,
   * tab, newline, quotes, `<`, `>`, `/`, `?`, `#`, or the end. Leading slashes, backslashes and `%2f`
   * are passed over.
   */
  | { readonly kind: 'credentials' };

/** `alnum` A-Za-z0-9, `hex` 0-9A-Fa-f, `word` alnum `_` `-`, `base64` word `+` `/` `=` `.` `~`. */
export type RunClass = 'alnum' | 'hex' | 'word' | 'base64';

/** A keyword for bytes: its text in UTF-8, one unit a byte. */
export function overBytes(keyword: Keyword): Keyword {
  const text = String.fromCharCode(...new TextEncoder().encode(keyword.text));
  return text === keyword.text ? keyword : { ...keyword, text };
}

export const MAX_ASSIGNMENT_GAP = 40;
export const MAX_CREDENTIALS = 2048;

/** Only users' rules have more than can be looked for: each stands for its spellings in base64 as well. */
export function tooManyKeywords(): TacetError {
  return new TacetError('RULES_INVALID', 'the rules have too many keywords to look for at once');
}
