import type { ParquetRows } from '@tacet/receive';
import type { Json } from '@tacet/records';
import { reportText, type ScanContext } from './file.ts';
import { jsonPathAt } from './json-path.ts';
import type { FileReport } from './report.ts';

/** Scans rows of a Parquet file as lines of JSON: the line is the row, the path begins with its column. */
export function scanRows(
  file: string,
  { first, rows }: ParquetRows,
  context: ScanContext,
): Omit<FileReport, 'bytes'> {
  const report: Omit<FileReport, 'bytes'> = { findings: [], suppressed: [] };
  for (const [index, row] of rows.entries()) {
    const text = JSON.stringify(row satisfies Json);
    if (!context.detector.everywhere && context.detector.places(text).length === 0) continue;
    reportText(report, { file, part: text }, context, (start) => {
      const path = jsonPathAt(text, start);
      return { line: first + index, column: 1, start: -1, end: -1, ...(path === undefined ? {} : { path }) };
    });
  }
  return report;
}
