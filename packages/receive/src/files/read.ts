import { basename } from 'node:path';
import { TacetError } from '@tacet/records';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import type { ReadBatch } from './batch.ts';
import { readCsv } from './csv.ts';
import { readJson, readOtlpJson } from './json.ts';
import { readParquet } from './parquet.ts';
import { type FileFormat, sniffFormat } from './sniff.ts';
import { type FileSource, openSource } from './source.ts';

/**
 * Reads events out of a file or stream in batches of bounded size, decompressing gzip and zstd on the
 * way. What cannot be taken is named in `refused`; the rest goes on.
 *
 * @param format `auto` tells it by the first bytes, then by the name
 * @throws FILE_UNREADABLE, FILE_FORMAT_UNKNOWN, FILE_INVALID, DECOMPRESSION_FAILED; before the first
 * batch or, when the file is damaged further on, after some
 */
export async function* readEvents(
  source: FileSource,
  format: FileFormat | 'auto' = 'auto',
  limits: Limits = DEFAULT_LIMITS,
): AsyncGenerator<ReadBatch> {
  const name = 'path' in source ? basename(source.path) : (source.name ?? '');
  const opened = await openSource(source);
  const known = format === 'auto' ? sniffFormat(opened.head, name) : format;
  switch (known) {
    case 'jsonl':
      yield* readJson(opened, limits);
      return;
    case 'otlp-json':
      yield* readOtlpJson(opened, limits);
      return;
    case 'csv':
      yield* readCsv(opened, limits);
      return;
    case 'parquet':
      await opened.close();
      if (!('path' in source) || opened.compressed) {
        throw new TacetError('FILE_INVALID', 'Parquet is read from a file that is not compressed as a whole');
      }
      yield* readParquet(source.path, limits);
  }
}
