import type { Span } from '../rule.ts';

/** The whole lines that `span` is in. */
export function linesAround(text: string, { start, end }: Span): string {
  const from = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  return text.slice(from, to === -1 ? text.length : to);
}
