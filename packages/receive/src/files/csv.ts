import { TacetError } from '@tacet/records';
import type { Limits } from '../limits.ts';
import { LineReader } from '../lines/line.ts';
import { withoutMark } from '../mark.ts';
import { addMember, type Members } from '../members.ts';
import { Batches, type ReadBatch } from './batch.ts';
import { cellsOf, RowSplitter } from './csv-rows.ts';
import { delimiterOf } from './sniff.ts';
import type { Opened } from './source.ts';

/** ClickHouse's and PostgreSQL's NULL in a column of text. */
const NULL = '\\N';

/**
 * Reads CSV with a header row; comma, semicolon or tab. A row is an event whose members are the
 * columns, as text; empty cells and NULLs are absent.
 *
 * @throws FILE_INVALID when there is no header
 */
export async function* readCsv(source: Opened, limits: Limits): AsyncGenerator<ReadBatch> {
  const reader = new LineReader(limits);
  const batches = new Batches(source.bytesRead);
  const delimiter = delimiterOf(source.head);
  const rows = new RowSplitter(limits.eventBytes, delimiter);
  let header: string[] | undefined;
  let now = Date.now();
  const take = (line: number, bytes: Buffer | undefined) => {
    if (!bytes) {
      batches.refuse('EVENT_TOO_LARGE', line);
      return;
    }
    const cells = cellsOf(bytes.toString('utf8'), delimiter);
    if (cells.length === 1 && cells[0]!.trim() === '') return;
    if (!header) {
      header = cells;
      return;
    }
    const columns = header;
    batches.take(line, bytes.length, () => reader.event(membersOf(columns, cells), now));
  };
  let first = true;
  for await (const chunk of source.chunks) {
    for (const { line, bytes } of rows.push(first ? withoutMark(chunk) : chunk)) {
      take(line, bytes);
      if (batches.full) {
        yield batches.hand();
        now = Date.now();
      }
    }
    first = false;
  }
  for (const { line, bytes } of rows.end()) take(line, bytes);
  if (!header) throw new TacetError('FILE_INVALID', 'The CSV file has no header row');
  yield* batches.rest();
}

/** Cells beyond the header are named by their place: `column_7`. */
function membersOf(header: string[], cells: string[]): Members {
  const members: Members = {};
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index]!;
    if (cell !== '' && cell !== NULL) addMember(members, header[index] ?? `column_${index + 1}`, cell);
  }
  return members;
}
