import { TacetError } from '@tacet/records';
import { RE2JS, RE2JSException } from 're2js';

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** Instructions of a compiled expression: matching costs at most this times the length of a text. */
const MAX_PROGRAM = 5_000;

/**
 * Compiles an expression in RE2's syntax (no backreferences, no lookaround), whose matching takes time
 * linear in the text whatever the text. Gives a test for a match anywhere in a text, on UTF-16 as it
 * stands: neither folded nor normalised. Throws QUERY_REGEX.
 */
export function compileRegex(pattern: string, flags: string): (text: string) => boolean {
  let bits = 0;
  for (const flag of flags) bits |= FLAGS[flag] ?? 0;
  let program: RE2JS;
  try {
    program = RE2JS.compile(pattern, bits);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    // The library's text quotes the pattern.
    throw new TacetError(
      'QUERY_REGEX',
      'this is not a regular expression of RE2: lookaround, backreferences and counts over 1000 are not in it',
    );
  }
  if (program.programSize() > MAX_PROGRAM)
    throw new TacetError('QUERY_REGEX', 'this regular expression is too large: lower its repeat counts');
  return (text) => program.test(text);
}
