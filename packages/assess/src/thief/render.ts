import type { Judgement, ThiefReport, Visible } from './report.ts';

export interface RenderOptions {
  colour: boolean;
  /** Columns of the terminal. */
  width: number;
}

type Paint = (text: string) => string;

const CODES = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;
const MAX_FOUND = 20;
/** Kinds of text in files that are listed; the rest is counted. */
const MAX_FILES = 12;

const TITLES: Readonly<Record<Judgement, string>> = {
  'readable text': 'Readable text',
  'key material': 'Looks like keys',
  identifier: 'Identifiers',
  'coarse fact': 'Coarse facts',
  'names and settings': 'Names and settings of the engines',
  'binary records': 'Binary records',
  'random or ciphertext': 'Random bytes or ciphertext',
  empty: 'Empty',
};

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Width on a terminal: Chinese, Japanese and Korean characters take two cells. */
function cells(character: string): number {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
    character,
  )
    ? 2
    : 1;
}

function fit(text: string, width: number): string {
  // Whatever was stolen must not drive the terminal.
  const safe = text.replace(/\p{C}/gu, '·');
  let used = 0;
  let shown = '';
  for (const character of safe) {
    used += cells(character);
    if (used > width - 1) return `${shown}…`;
    shown += character;
  }
  return shown;
}

/** The report as text for a terminal: canaries first, then what is visible, the worst first. */
export function renderThief(report: ThiefReport, { colour, width }: RenderOptions): string {
  const paint = (name: keyof typeof CODES): Paint =>
    colour ? (text) => `\u001b[${CODES[name]}m${text}\u001b[0m` : (text) => text;
  const lines = [
    fit(`A thief reads ${report.files} files, ${size(report.bytes)}, and every table in them.`, width),
    '',
    ...renderCanaries(report, width, paint),
  ];
  for (const judgement of Object.keys(TITLES) as Judgement[]) {
    const entries = report.visible.filter((entry) => entry.judgement === judgement);
    if (entries.length === 0 || judgement === 'empty') continue;
    lines.push('', paint('bold')(TITLES[judgement]), ...renderEntries(entries, width, paint));
  }
  for (const note of report.notes) lines.push('', paint('yellow')(fit(`Note: ${note}.`, width)));
  return `${lines.join('\n')}\n`;
}

function renderCanaries(
  { canaries }: ThiefReport,
  width: number,
  paint: (name: keyof typeof CODES) => Paint,
): string[] {
  if (canaries.tried === 0) return [paint('dim')('No canaries were given.')];
  const different = new Set(canaries.found.map((finding) => finding.index)).size;
  const summary = `${different} of ${canaries.tried} canaries found`;
  const lines = [paint(different > 0 ? 'red' : 'green')(fit(summary, width))];
  for (const { canary, form, where } of canaries.found.slice(0, MAX_FOUND)) {
    lines.push(fit(`  ${form}: ${fit(canary, 40)} in ${where}`, width));
  }
  if (canaries.found.length > MAX_FOUND) lines.push(`  and ${canaries.found.length - MAX_FOUND} more`);
  if (canaries.too_short.length > 0) {
    lines.push(fit(`  ${canaries.too_short.length} canaries are too short to tell from chance`, width));
  }
  return lines;
}

function renderEntries(
  entries: readonly Visible[],
  width: number,
  paint: (name: keyof typeof CODES) => Paint,
): string[] {
  const files = entries.filter((entry) => entry.column.startsWith('('));
  const tables = Map.groupBy(
    entries.filter((entry) => !entry.column.startsWith('(')),
    (entry) => entry.where,
  );
  const lines: string[] = [];
  for (const [table, columns] of tables) {
    lines.push(fit(`  ${table}`, width));
    for (const entry of columns) lines.push(renderColumn(entry, width, paint('dim')));
  }
  for (const entry of files.slice(0, MAX_FILES)) {
    lines.push(fit(`  ${entry.where} ${entry.column}`, width));
    if (entry.sample.length > 0) lines.push(paint('dim')(fit(`    ${entry.sample.join(' | ')}`, width)));
  }
  if (files.length > MAX_FILES) lines.push(`  and ${files.length - MAX_FILES} more kinds of file`);
  return lines;
}

function renderColumn({ column, rows, distinct, sample }: Visible, width: number, dim: Paint): string {
  const head = fit(`    ${column}  ${rows} values, ${distinct} different`, width);
  const rest = width - head.length - 2;
  return sample.length > 0 && rest > 12 ? `${head}  ${dim(fit(sample.join(' | '), rest))}` : head;
}
