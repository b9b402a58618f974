import type { Span } from '../rule.ts';

/** A span and how much is known of it: of two that overlap, the higher rank keeps its ground. */
export interface Ranked extends Span {
  readonly rank: number;
}

/** Answers a finding for what remains of `span` between `start` and `end`, or undefined to leave it. */
export type Remainder<S> = (span: S, start: number, end: number) => S | undefined;

/**
 * Settles overlaps: what any span covers stays covered, by the span of the highest rank there, then
 * the earlier, then the longer. The answer is in order, without overlaps. Linear after sorting.
 */
export function settle<S extends Ranked>(spans: readonly S[], remainder: Remainder<S>): S[] {
  const ranks = [...new Set(spans.map((span) => span.rank))].sort((a, b) => b - a);
  let settled: S[] = [];
  for (const rank of ranks) {
    const level = spans.filter((span) => span.rank === rank);
    level.sort((a, b) => a.start - b.start || b.end - a.end);
    settled = merge(settled, subtract(apart(level, remainder), settled, remainder));
  }
  return settled;
}

/** Sorted spans of one rank, made disjoint. */
function apart<S extends Ranked>(level: readonly S[], remainder: Remainder<S>): S[] {
  const kept: S[] = [];
  let covered = 0;
  for (const span of level) {
    const piece =
      span.start >= covered ? span : covered < span.end ? remainder(span, covered, span.end) : undefined;
    if (!piece) continue;
    kept.push(piece);
    covered = piece.end;
  }
  return kept;
}

/** What `spans` cover that `taken` does not; both sorted and disjoint. */
function subtract<S extends Ranked>(spans: readonly S[], taken: readonly S[], remainder: Remainder<S>): S[] {
  const left: S[] = [];
  let next = 0;
  for (const span of spans) {
    while (next < taken.length && taken[next]!.end <= span.start) next++;
    if (next === taken.length || taken[next]!.start >= span.end) {
      left.push(span);
      continue;
    }
    let from = span.start;
    for (let i = next; i < taken.length && taken[i]!.start < span.end; i++) {
      const piece = taken[i]!.start > from ? remainder(span, from, taken[i]!.start) : undefined;
      if (piece) left.push(piece);
      from = Math.max(from, taken[i]!.end);
    }
    const piece = from < span.end ? remainder(span, from, span.end) : undefined;
    if (piece) left.push(piece);
  }
  return left;
}

function merge<S extends Ranked>(a: readonly S[], b: readonly S[]): S[] {
  return b.length === 0 ? [...a] : [...a, ...b].sort((x, y) => x.start - y.start);
}
