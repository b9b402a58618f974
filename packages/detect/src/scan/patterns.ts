import { ALNUM, bitsOf, DIGIT, HEX, TOKEN, WORD } from '../keywords/classes.ts';
import type { PatternRule, Span } from '../rule.ts';

const BACK = { digit: DIGIT, alnum: ALNUM, hex: HEX, word: WORD, token: TOKEN } as const;

/** The secret of `rule` whose keyword stands at `at`. Takes as long as the pattern's longest match. */
export function matchPattern(rule: PatternRule, text: string, at: number): Span | undefined {
  let from = at;
  if (rule.back) {
    const bits = BACK[rule.back.class];
    while (from > 0 && at - from < rule.back.max && bitsOf(text.charCodeAt(from - 1)) & bits) from--;
  }
  // What stands before may be no part of the secret, such as the `m` that ends a colour.
  const last = at - (rule.back?.min ?? 0);
  let match: RegExpExecArray | null = null;
  for (; match === null && from <= last; from++) {
    rule.pattern.lastIndex = from;
    match = rule.pattern.exec(text);
  }
  if (!match) return undefined;
  const secret = match.groups?.secret;
  if (secret === undefined) return { start: match.index, end: match.index + match[0].length };
  const start = match.index + match[0].lastIndexOf(secret);
  return { start, end: start + secret.length };
}
