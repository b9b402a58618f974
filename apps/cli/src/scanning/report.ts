import type { By, Confidence, Reason, Severity } from '@tacet/detect';

/** A secret, or personal data, in a file, without it. */
export interface FileFinding {
  rule: string;
  file: string;
  /** Line and column from 1, in characters; of a Parquet file, the row. */
  line: number;
  column: number;
  /** Bytes from the beginning of the file, after decompression; -1 where the format has no such place. */
  start: number;
  end: number;
  /** Of the member that holds it, when the line or file is JSON; the column of a Parquet file. */
  path?: string;
  /** What stands around it, with every finding replaced by its kind. */
  excerpt: string;
  /** The same for the same secret wherever it stands; of a guessable one, the same for the same place. */
  fingerprint: string;
  severity: Severity;
  by: By;
  /** Present when the form has a checksum: whether it holds. */
  certain?: boolean;
  /** Of personal data: how sure it is. */
  confidence?: Confidence;
}

/** Something that was left alone, and why. */
export interface FileSuppressed {
  rule: string;
  reason: Reason;
  file: string;
  line: number;
  column: number;
}

/** What a file gave. */
export interface FileReport {
  findings: FileFinding[];
  suppressed: FileSuppressed[];
  bytes: number;
}
