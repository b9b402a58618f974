import { mostlyWords } from '../values/language.ts';
import { entropy } from '../values/made.ts';
import { anyOf, type Seen } from './allowlist.ts';
import type { ForeignPattern } from './pattern.ts';

export type Value = string | number | boolean | undefined;
export type Evaluate = (seen: Seen) => Value;

/** What a function was given: the second argument is a value, words or patterns. */
interface Given {
  readonly first: Evaluate;
  readonly value?: Evaluate;
  readonly terms?: readonly string[];
  readonly patterns?: readonly ForeignPattern[];
}

interface Call {
  readonly second?: 'value' | 'words' | 'pattern' | 'patterns';
  readonly make: (given: Given) => Evaluate;
}

/** The members of `finding`, as betterleaks has them; places are UTF-16 units of the text that was scanned. */
export const FINDING: Readonly<Record<string, Evaluate>> = {
  secret: ({ secret }) => secret,
  match: ({ match }) => match,
  line: ({ line }) => line,
  fragment_raw: ({ text }) => text,
  match_start_idx: ({ start }) => start,
  match_end_idx: ({ end }) => end,
  match_line_start_idx: ({ text, start }) => (start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1),
  match_line_end_idx: ({ text, end }) => {
    const next = text.indexOf('\n', end);
    return next === -1 ? text.length : next;
  },
};

const textOf = (of: Evaluate, seen: Seen) => String(of(seen) ?? '');
const ofText = (make: (text: string) => Value): Call => ({
  make:
    ({ first }) =>
    (seen) =>
      make(textOf(first, seen)),
});
const ofNumbers = (make: (a: number, b: number) => number): Call => ({
  second: 'value',
  make:
    ({ first, value }) =>
    (seen) =>
      make(Number(first(seen)), Number(value!(seen))),
});

/** The functions that filters may call. */
export const CALLS: Readonly<Record<string, Call>> = {
  entropy: ofText(entropy),
  len: ofText((text) => text.length),
  // Asks the vocabulary of a tokenizer how few pieces a text has; here, the pairs of letters that words have.
  failsTokenEfficiency: ofText(mostlyWords),
  max: ofNumbers(Math.max),
  min: ofNumbers(Math.min),
  containsAny: {
    second: 'words',
    make: ({ first, terms }) => {
      // The text is folded, and the words are not.
      const hasAny = anyOf(terms!.filter((word) => word === word.toLowerCase()));
      return (seen) => hasAny(textOf(first, seen));
    },
  },
  matchesAny: {
    second: 'patterns',
    make:
      ({ first, patterns }) =>
      (seen) =>
        patterns!.some((pattern) => pattern.test(textOf(first, seen))),
  },
  findMatch: {
    second: 'pattern',
    make:
      ({ first, patterns }) =>
      (seen) => {
        const text = textOf(first, seen);
        const [match] = patterns![0]!.matches(text, 0).take(1);
        return match ? text.slice(match.start, match.end) : '';
      },
  },
};
