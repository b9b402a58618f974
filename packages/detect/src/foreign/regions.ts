import type { Span } from '../rule.ts';

/** A piece of a text in which a pattern is looked for; only matches that begin in [from, to) count. */
export interface Piece extends Span {
  readonly from: number;
  readonly to: number;
}

/** Pieces are no shorter: cutting costs as well. */
const MIN_PIECE = 200;

/** What lies at most `reach` units before or after one of `places`, in order, as few spans in order. */
export function around(text: string, places: readonly number[], reach: number): Span[] {
  const spans: { start: number; end: number }[] = [];
  let last: (typeof spans)[number] | undefined;
  for (const place of places) {
    const start = Math.max(0, place - reach - 1);
    const end = Math.min(text.length, place + reach + 1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else {
      last = { start, end };
      spans.push(last);
    }
  }
  return spans;
}

/**
 * Cuts a span of a text into pieces that match after match fits into, each of at most `longest` units. A unit
 * more on either side tells the edge of a piece from that of a word.
 */
export function* pieces(text: string, { start, end }: Span, longest: number): Generator<Piece> {
  const step = Math.max(MIN_PIECE, longest);
  for (let from = start; from < end; from += step) {
    const to = Math.min(end, from + step);
    yield { start: Math.max(0, from - 1), end: Math.min(text.length, to + longest + 1), from, to };
  }
}
