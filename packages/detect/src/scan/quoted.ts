import type { Span } from '../rule.ts';
import type { Runs } from './runs.ts';

/** The longest value that is taken for a secret, in UTF-16 units. */
export const MAX_SECRET = 16384;

/**
 * The inside of the quoted value that opens at `at`, possibly with its quotes escaped by backslashes;
 * it ends at the same quote behind the same number of backslashes, on the same line.
 */
export function valueAt(text: string, at: number, runs: Runs): Span | undefined {
  let from = at;
  while (text[from] === '\\' && from - at < 15) from++;
  const escapes = from - at;
  const quote = text[from];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  const fence = text.startsWith(quote.repeat(3), from) ? 3 : 1;
  const start = from + fence;
  const line = runs.indexOf('\n', start);
  for (let end = runs.indexOf(quote, start); end !== -1; end = text.indexOf(quote, end + 1)) {
    if (end - start > MAX_SECRET || (line !== -1 && line < end)) return undefined;
    let before = 0;
    while (before <= escapes && text[end - 1 - before] === '\\' && end - 1 - before >= start) before++;
    if (before === escapes) return { start, end: end - escapes };
    // An escaped quote inside the value; unless the value ends in an escaped backslash.
    if (escapes === 0 && evenBackslashes(text, end, start)) return { start, end };
  }
  return undefined;
}

function evenBackslashes(text: string, at: number, from: number): boolean {
  let count = 0;
  while (at - 1 - count >= from && text[at - 1 - count] === '\\') count++;
  return count % 2 === 0;
}
