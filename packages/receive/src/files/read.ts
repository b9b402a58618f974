import { createReadStream } from 'node:fs';
import { type ErrorCode, type Event, TacetError } from '@tacet/records';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { readJsonLines } from './jsonl.ts';

export type FileFormat = 'jsonl' | 'otlp-json' | 'csv' | 'parquet';

export type FileSource = { path: string } | { stream: AsyncIterable<Uint8Array> };

/** Some events of a file, in order. */
export interface ReadBatch {
  events: Event[];
  /** What was refused, by code and, for lines and rows, number counted from 1. */
  refused: { code: ErrorCode; line?: number }[];
  /** Bytes of the source, as stored, that were read since the batch before. */
  bytes: number;
}

export async function* readEvents(
  source: FileSource,
  format: FileFormat | 'auto' = 'auto',
  limits: Limits = DEFAULT_LIMITS,
): AsyncGenerator<ReadBatch> {
  const input = 'path' in source ? createReadStream(source.path, { highWaterMark: 1 << 20 }) : source.stream;
  if (format !== 'auto' && format !== 'jsonl') throw new TacetError('FILE_FORMAT_UNKNOWN', 'Only JSON lines');
  yield* readJsonLines(input, limits);
}
