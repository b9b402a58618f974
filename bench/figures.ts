/** One line of the table: what Tacet did, what its plain twin did in the same run, and their ratio. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  plain?: number;
  /** value ÷ plain, unless the other way round tells more; see `name`. */
  ratio?: number;
  /** What the design asks for, in words. */
  target?: string;
  met?: boolean;
}

const number = (value: number | undefined) =>
  value === undefined
    ? ''
    : value >= 100
      ? value.toFixed(0)
      : value >= 1
        ? value.toFixed(2)
        : value.toPrecision(3);

/** A table for people, aligned. */
export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, plain, ratio, target, met }) => [
    name,
    `${number(value)} ${unit}`,
    plain === undefined ? '' : `${number(plain)} ${unit}`,
    number(ratio),
    target === undefined ? '' : `${target}${met === undefined ? '' : met ? '  yes' : '  NO'}`,
  ]);
  const all = [['', 'Tacet', 'plain', 'ratio', 'target'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}
