import { harmless } from './text.ts';

/** Rows as aligned columns under their headings, harmless for a terminal; empty text for no rows. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = [headings, ...rows.map((row) => row.map(harmless))];
  const widths = headings.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}

/** `2026-01-31 08:00` in UTC, of seconds since 1970; `-` when there is no time. */
export function timeText(seconds: number | undefined): string {
  return seconds === undefined ? '-' : new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
