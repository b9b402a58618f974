import { createDetector } from '@tacet/detect';
import { DEFAULT_LIMITS, openSource, readParquetRows } from '@tacet/receive';
import { type ScanContext, scanChunks, severityOf } from './file.ts';
import type { FileReport } from './report.ts';
import { scanRows } from './rows.ts';

/** What every thread needs to know. */
export interface ScanSettings {
  explain: boolean;
}

/** Fingerprints of a scan are made under this key: the same everywhere, for what nobody can guess. */
const KEY = new Uint8Array(32);

export function contextOf({ explain }: ScanSettings): ScanContext {
  return { detector: createDetector({ fingerprintKey: KEY }), severityOf, explain };
}

/** Scans one file, or a stream by the name it is given; gzip and zstd are undone. */
export async function scanSource(
  name: string,
  source: { path: string } | { stream: AsyncIterable<Uint8Array> },
  context: ScanContext,
  found: (report: FileReport) => void,
): Promise<void> {
  const opened = await openSource(source);
  if ('path' in source && opened.head.subarray(0, 4).toString('latin1') === 'PAR1') {
    await opened.close();
    let done = 0;
    for await (const rows of readParquetRows(source.path, DEFAULT_LIMITS)) {
      found({ ...scanRows(name, rows, context), bytes: rows.bytes - done });
      done = rows.bytes;
    }
    return;
  }
  await scanChunks(name, opened.chunks, context, found);
}
