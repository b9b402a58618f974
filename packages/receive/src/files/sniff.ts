import { TacetError } from '@tacet/records';

export type FileFormat = 'jsonl' | 'otlp-json' | 'csv' | 'parquet';

const EXTENSIONS: ReadonlyMap<string, FileFormat> = new Map([
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json', 'jsonl'],
  ['log', 'jsonl'],
  ['txt', 'jsonl'],
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['parquet', 'parquet'],
  ['pq', 'parquet'],
]);

const OTLP_START = /^\s*\{\s*"(?:resourceLogs|resourceSpans|resource_logs|resource_spans)"/;

/** Column names as they stand in a header row, quoted or not. */
const HEADER_CELL = /^"?[\p{L}_@][\p{L}\p{N}_@.: -]{0,127}"?$/u;

/**
 * The format of a file by its first bytes and, where they leave it open, its name.
 *
 * @param head the first bytes after decompression
 * @throws FILE_FORMAT_UNKNOWN
 */
export function sniffFormat(head: Buffer, name: string): FileFormat {
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  const text = textOf(head);
  const first = text.trimStart().charAt(0);
  if (first === '{' && OTLP_START.test(text)) return 'otlp-json';
  const named = EXTENSIONS.get(extensionOf(name));
  if (named === 'parquet') throw new TacetError('FILE_INVALID', 'The file does not begin as Parquet does');
  if (named) return named;
  if (first === '{' || first === '[' || first === '"' || first === '') return 'jsonl';
  if (text.includes('\0') || !looksLikeHeader(text)) {
    throw new TacetError('FILE_FORMAT_UNKNOWN', 'The file is not JSON lines, OTLP/JSON, CSV or Parquet');
  }
  return 'csv';
}

/** The text of a head, without a byte order mark. */
function textOf(head: Buffer): string {
  return head.toString('utf8').replace(/^\ufeff/, '');
}

function extensionOf(name: string): string {
  return /\.([a-z]+)$/.exec(name.toLowerCase().replace(/\.(?:gz|gzip|zst|zstd)$/, ''))?.[1] ?? '';
}

function looksLikeHeader(text: string): boolean {
  const cells = firstLine(text).split(delimiterOf(text));
  return cells.length > 1 && cells.every((cell) => HEADER_CELL.test(cell.trim()));
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return (end === -1 ? text : text.slice(0, end)).trimEnd();
}

/** The delimiter that a header row uses most: comma, semicolon or tab. */
export function delimiterOf(head: Buffer | string): string {
  const line = firstLine(typeof head === 'string' ? head : textOf(head));
  const count = (delimiter: string) => line.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
