/** What a thief of a directory learns. Every list is bounded; samples are cut. */
export interface ThiefReport {
  files: number;
  bytes: number;
  canaries: CanaryReport;
  /** What can be read, table by table and file by file; the worst first. */
  visible: Visible[];
  /** What could not be read, and why: an engine that would not open, a file without permission. */
  notes: string[];
}

export interface CanaryReport {
  tried: number;
  /** Indices of canaries under MIN_FORM_BYTES: they would be found by chance. */
  too_short: number[];
  /** The first place for each canary and form. */
  found: Finding[];
}

export interface Finding {
  /** Position in the list that was given, from 0. */
  index: number;
  canary: string;
  form: FormName;
  /** File with the layers taken off, or table and column. */
  where: string;
}

export type FormName =
  | 'plain'
  | 'case-folded'
  | 'utf-16le'
  | 'utf-16be'
  | 'base64'
  | 'base64url'
  | 'hex'
  | 'url-escaped'
  | 'json-escaped';

/** Judged from the values alone, as someone who does not know the format would. */
export type Judgement =
  | 'readable text'
  | 'key material'
  | 'coarse fact'
  | 'identifier'
  | 'names and settings'
  | 'binary records'
  | 'random or ciphertext'
  | 'empty';

export interface Visible {
  /** `database.table`, or a path pattern relative to the directory with `*` for ids and numbers. */
  where: string;
  /** Column, or `(text in n files)`. */
  column: string;
  type: string;
  /** Values in the column (elements, for arrays), or pieces of text in the files. */
  rows: number;
  /** Different ones, approximate above 65,536. */
  distinct: number;
  judgement: Judgement;
  /** A few values, each at most SAMPLE_LENGTH characters; bytes as hexadecimal after `0x`. */
  sample: string[];
}

export const SAMPLE_LENGTH = 80;

export interface ThiefProgress {
  phase: 'files' | 'tables';
  /** Bytes read of all bytes below the directory; tables have no total. */
  done: number;
  total?: number;
}
