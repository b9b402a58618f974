import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SampleOptions, sampleChunks } from './lines.ts';

/** Raised when the same seed no longer gives the same bytes, so that an old file is not taken for a new one. */
const VERSION = 2;

/**
 * Path of a file with `sampleChunks(options)`, written once and found again by later runs: a benchmark reads
 * it as fast as the disk, whatever generating costs (about 60 MB/s a core). In `directory`, or the system's
 * folder for temporary files.
 */
export function sampleFile(
  options: Pick<SampleOptions, 'seed' | 'count'>,
  directory = join(tmpdir(), 'tacet-sample'),
): string {
  mkdirSync(directory, { recursive: true });
  const name = `v${VERSION}-${encodeURIComponent(String(options.seed))}-${options.count}.jsonl`;
  const path = join(directory, name);
  if (existsSync(path)) return path;
  const part = `${path}.${process.pid}.part`;
  const file = openSync(part, 'w');
  try {
    for (const chunk of sampleChunks(options)) writeSync(file, chunk);
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
  return path;
}
