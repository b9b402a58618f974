import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Json, TacetError } from '@tacet/records';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Limits } from '../limits.ts';
import { LineReader } from '../lines/line.ts';
import { Batches, type ReadBatch } from './batch.ts';
import { jsonRow, PARQUET_PARSERS } from './parquet-values.ts';

/** A row group is read in slices of about this many bytes, so that one of any size fits in memory. */
const SLICE_BYTES = 64 << 20;
/** A page larger than this is not decompressed; writers make them of about 1 MiB. */
const MAX_PAGE_BYTES = 256 << 20;
/** Metadata larger than this is not read. */
const MAX_METADATA_BYTES = 64 << 20;

const CAPPED: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > MAX_PAGE_BYTES) throw invalid();
      return decompress!(input, length);
    },
  ]),
);

function invalid(): TacetError {
  return new TacetError('FILE_INVALID', 'The Parquet file is damaged or of a kind that is not supported');
}

/**
 * The file for the reader. Reading is synchronous, as the decoding around it is, and never throws:
 * the reader would leave other columns' failures unobserved, and an unhandled rejection ends the
 * process. What lies outside the file is empty, and fails where it is decoded.
 */
function bufferOf(file: number, byteLength: number, told: (bytes: number) => void): AsyncBuffer {
  return {
    byteLength,
    slice(start, end = byteLength) {
      const length = Math.min(end, byteLength) - start;
      if (!(start >= 0 && length > 0)) return new ArrayBuffer(0);
      const bytes = new Uint8Array(length);
      try {
        let at = 0;
        for (let count = 1; at < length && count > 0; at += count)
          count = readSync(file, bytes, at, length - at, start + at);
        told(at);
      } catch {
        return new ArrayBuffer(0);
      }
      return bytes.buffer;
    },
  };
}

/** Rows that follow one another, and the bytes of the file that were read up to there. */
export interface ParquetRows {
  /** Number of the first one, from 1. */
  first: number;
  rows: Json[];
  bytes: number;
}

/**
 * Reads a Parquet file, one slice of a row group after another. A row is an object whose members are the
 * columns.
 *
 * @throws FILE_UNREADABLE, FILE_INVALID
 */
export async function* readParquetRows(path: string, limits: Limits): AsyncGenerator<ParquetRows> {
  const file = await open(path).catch(() => {
    throw new TacetError('FILE_UNREADABLE', 'The file cannot be read');
  });
  try {
    const { size } = await file.stat();
    await checkFooter(file, size);
    let total = 0;
    const buffer = bufferOf(file.fd, size, (bytes) => {
      total += bytes;
    });
    const metadata = await guarded(async () => {
      const read = await parquetMetadataAsync(buffer);
      checkColumns(read);
      return read;
    });
    for await (const { first, rows } of readGroups(buffer, metadata, limits)) {
      // Slices of one group read it again in part: never more is told than the file holds.
      yield { first, rows, bytes: Math.min(total, size) };
    }
    yield { first: 0, rows: [], bytes: size };
  } finally {
    await file.close();
  }
}

/**
 * Reads a Parquet file as events, rows counted from 1.
 *
 * @throws FILE_UNREADABLE, FILE_INVALID
 */
export async function* readParquet(path: string, limits: Limits): AsyncGenerator<ReadBatch> {
  const reader = new LineReader(limits);
  let done = 0;
  const batches = new Batches(() => done);
  for await (const { first, rows, bytes } of readParquetRows(path, limits)) {
    done = bytes;
    for (const [index, row] of rows.entries()) {
      batches.take(first + index, 256, () => reader.event(row, Date.now()));
      if (batches.full) yield batches.hand();
    }
  }
  yield* batches.rest();
}

/**
 * Makes sure that every column of every row group is a leaf of the schema, once. The reader starts
 * all columns at once and waits for those of the schema only: a failing one that it does not know
 * would end the process as an unhandled rejection.
 */
function checkColumns(metadata: FileMetaData): void {
  const leaves = leavesOf(parquetSchema(metadata)).sort();
  for (const group of metadata.row_groups) {
    const paths = group.columns.map((column) => JSON.stringify(column.meta_data?.path_in_schema)).sort();
    if (paths.length !== leaves.length || paths.some((path, index) => path !== leaves[index]))
      throw invalid();
  }
}

function leavesOf(node: SchemaTree): string[] {
  return node.children.length === 0 ? [JSON.stringify(node.path)] : node.children.flatMap(leavesOf);
}

async function* readGroups(
  file: AsyncBuffer,
  metadata: FileMetaData,
  limits: Limits,
): AsyncGenerator<Omit<ParquetRows, 'bytes'>> {
  let first = 1;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const slice = rowsOfSlice(group, rows);
    for (let start = 0; start < rows; start += slice) {
      const rowStart = first - 1 + start;
      const rowEnd = first - 1 + Math.min(start + slice, rows);
      const options = { file, metadata, rowStart, rowEnd, utf8: false, parsers: PARQUET_PARSERS };
      const read = await guarded(() => parquetReadObjects({ ...options, compressors: CAPPED }));
      yield { first: rowStart + 1, rows: read.map((record) => jsonRow(record, limits) as Json) };
    }
    first += rows;
  }
}

function rowsOfSlice(group: RowGroup, rows: number): number {
  const slices = Math.ceil(Number(group.total_byte_size) / SLICE_BYTES);
  return Math.max(1, Math.ceil(rows / Math.max(1, slices)));
}

/** The length of the metadata stands before the closing magic bytes. */
async function checkFooter(file: FileHandle, size: number): Promise<void> {
  const footer = Buffer.alloc(8);
  if (size < 12 || (await file.read(footer, 0, 8, size - 8)).bytesRead < 8) throw invalid();
  const length = footer.readUInt32LE(0);
  if (footer.toString('latin1', 4) !== 'PAR1' || length > size - 12 || length > MAX_METADATA_BYTES)
    throw invalid();
}

/** Runs the reader; its errors may echo values, so only the code is kept. */
async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof TacetError ? error : invalid();
  }
}
