import { Readable } from 'node:stream';
import { type Json, TacetError } from '@tacet/records';
import { parse } from 'csv-parse';
import type { Limits } from '../limits.ts';
import { LineReader } from '../lines/line.ts';
import { addMember, type Members } from '../members.ts';
import { Batches, type ReadBatch } from './batch.ts';
import { delimiterOf } from './sniff.ts';
import type { Opened } from './source.ts';

/** ClickHouse's and PostgreSQL's NULL in a column of text. */
const NULL = '\\N';

/**
 * Reads CSV with a header row; comma, semicolon or tab. A row is an event whose members are the
 * columns, as text; empty cells are absent. The header is row 1.
 *
 * @throws FILE_INVALID when there is no header
 */
export async function* readCsv(source: Opened, limits: Limits): AsyncGenerator<ReadBatch> {
  const reader = new LineReader(limits);
  const batches = new Batches(source.bytesRead);
  let row = 0;
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(source.head),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: limits.eventBytes,
    skip_records_with_error: true,
    on_skip: (error) => {
      row++;
      batches.refuse(error?.code === 'CSV_MAX_RECORD_SIZE' ? 'EVENT_TOO_LARGE' : 'FILE_INVALID', row);
      return undefined;
    },
  });
  const input = Readable.from(source.chunks);
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let header: string[] | undefined;
  for await (const record of parser as AsyncIterable<string[]>) {
    row++;
    if (!header) {
      header = record;
      continue;
    }
    const columns = header;
    batches.take(row, sizeOf(record), () => reader.event(membersOf(columns, record), Date.now()));
    if (batches.full) yield batches.hand();
  }
  if (!header) throw new TacetError('FILE_INVALID', 'The CSV file has no header row');
  yield* batches.rest();
}

function sizeOf(record: string[]): number {
  return record.reduce((sum, cell) => sum + cell.length + 1, 0);
}

/** Cells beyond the header are named by their place: `column_7`. */
function membersOf(header: string[], record: string[]): Members {
  const members: Members = {};
  for (let index = 0; index < record.length; index++) {
    const cell: Json = record[index]!;
    if (cell !== '' && cell !== NULL) addMember(members, header[index] ?? `column_${index + 1}`, cell);
  }
  return members;
}
