import type { ClearColumns, ClearRow } from '@tacet/records';

/** One sealed segment as the log engine keeps it. Everything but the clear columns is opaque here. */
export interface SegmentRow {
  /** 16 bytes. */
  id: Uint8Array;
  workspace: string;
  /** Dense number of (session, period) in the workspace, from `ControlStore.allotPeriod`; 32 bits. */
  periodNo: number;
  /** Number of the segment within its session; 32 bits. */
  number: number;
  /** Whole days since 1970, 0 to 65,535: the partition. */
  receivedDay: number;
  /** Events in the segment; length of every clear column. */
  count: number;
  /** Seconds since 1970, floor, of the earliest and the latest event. */
  timeMin: number;
  timeMax: number;
  header: Uint8Array;
  salt: Uint8Array;
  commitment: Uint8Array;
  signature: Uint8Array;
  ciphertext: Uint8Array;
  /**
   * Of a length that docs/format.md names, so whole or in sixteen blocks; or empty: an unfiltered segment is
   * always a candidate.
   */
  filter: Uint8Array;
  clear: ClearColumns;
  /** 16 bytes each: the resend marks of the batches whose events are in this segment. */
  batches: Uint8Array[];
  /** 16 bytes each: ids of the segments that this one replaces. */
  supersedes: Uint8Array[];
}

/**
 * What a segment must satisfy to be a candidate. There is no negation: a filter can only say
 * "perhaps". `token` is an index into `PeriodKeys.tokens`. An empty `and` holds, an empty `or` does not.
 */
export type Formula =
  | { and: Formula[] }
  | { or: Formula[] }
  | { token: number }
  | { clear: ClearTest }
  | { all: true };

/**
 * Some event of the segment may satisfy `column op value`. Strings compare case-insensitively and only
 * for equality: any other operator on them keeps every segment, but for `secrets > ''`, which asks for one
 * that has any. Numbers are widened by one rounding step.
 */
export interface ClearTest {
  column: keyof ClearRow;
  op: '=' | '<' | '<=' | '>' | '>=';
  value: string | number;
}

/** Trapdoors of every token for every period of the search. */
export interface PeriodKeys {
  /** `periodNo` of entry 0. Segments of periods outside the entries are no candidates. */
  first: number;
  /** Per token n·16 bytes, the same n for all; entry i is for period first+i; 16 zeros: no key. */
  tokens: Uint8Array[];
}

/** Place in the order of results: newest first by `timeMax`, then `periodNo`, then `number`. */
export interface Cursor {
  timeMax: number;
  periodNo: number;
  number: number;
}

export interface MatchQuery {
  workspace: string;
  /** Seconds since 1970, inclusive; a segment is kept when its time range overlaps. */
  from?: number | undefined;
  to?: number | undefined;
  formula: Formula;
  keys: PeriodKeys;
  /** 1 to 100,000. */
  limit: number;
  /** Only segments strictly after this place. */
  before?: Cursor | undefined;
}

export interface MatchHit {
  id: Uint8Array;
  periodNo: number;
  number: number;
  timeMin: number;
  timeMax: number;
  count: number;
  /** Length of the ciphertext. */
  bytes: number;
}

/** Where a segment stands in its workspace; two in one place mean a session that went on twice. */
export interface SegmentPlace {
  periodNo: number;
  number: number;
}

export interface StoreStats {
  segments: number;
  events: number;
  /** Bytes on disk for the whole store, ciphertext and filter bytes for one workspace. */
  bytes: number;
}

export interface ClearQuery {
  workspace: string;
  from?: number | undefined;
  to?: number | undefined;
  /** 1 to 100,000. */
  limit: number;
}

/** What events can be counted by. */
export const FACT_GROUPS = [
  'service',
  'operation',
  'model',
  'provider',
  'status',
  'severity',
  'kind',
  'secret',
  'day',
  'hour',
] as const;

export interface FactsQuery {
  workspace: string;
  /** Seconds since 1970, inclusive. */
  from?: number | undefined;
  to?: number | undefined;
  by: (typeof FACT_GROUPS)[number];
  /** Only events of these services. */
  services?: readonly string[] | undefined;
  /** 1 to 10,000. */
  limit: number;
}

/** Counts of one group. Sums are of rounded values; absent when no event has one. */
export interface FactRow {
  value: string;
  events: number;
  /** Events whose status or severity is an error. */
  errors: number;
  /** The clear times of the first and the last of them: seconds since 1970. */
  first: number;
  last: number;
  inputTokens?: number;
  outputTokens?: number;
  /** Durations, nanoseconds: the median, and the one that 95 % stay below. */
  medianNs?: number;
  slowNs?: number;
}

/** What somebody can read who opens some segments. */
export interface Reach {
  rows: number;
  services: string[];
}

export interface TableColumns {
  table: string;
  columns: { name: string; type: string }[];
}

/**
 * The log engine: sealed segments in, candidates and ciphertext out.
 *
 * Every method fails with STORE_UNAVAILABLE (engine stopped or unreachable; try again),
 * STORE_FULL (no space; try again) or STORE_QUERY_FAILED; none of their messages hold content.
 */
export interface LogStore {
  /**
   * Stores rows in one INSERT. Durable (synced) on return; a row whose id is there already is left out,
   * so the same call may be repeated after any failure. SEGMENT_MALFORMED when a row's sizes or numbers
   * do not fit; nothing is stored then.
   */
  insert(rows: SegmentRow[]): Promise<void>;
  /** Candidates, newest first. Fails with MATCH_INVALID on a malformed query. */
  match(query: MatchQuery): Promise<MatchHit[]>;
  /** The rows of these ids that exist, in the order asked. */
  fetch(workspace: string, ids: Uint8Array[]): Promise<SegmentRow[]>;
  /** Deletes superseded rows; unknown ids are passed over. They are invisible on return. */
  remove(workspace: string, ids: Uint8Array[]): Promise<void>;
  /**
   * Rewrites the parts that still hold removed rows on disk. `pending` old parts are still there as
   * files: the engine deletes them within seconds, and removed rows are physically gone once it is 0.
   */
  purge(): Promise<{ pending: number }>;
  /** Names of replaced parts that are still there as files, as `purge` counts them. */
  oldParts(): Promise<string[]>;
  /** What a workspace has by day of receipt, oldest first. */
  days(workspace: string): Promise<{ day: number; segments: number; events: number }[]>;
  /** Ids received on a day, ascending, after `after`; at most `limit`. */
  idsOn(workspace: string, day: number, page: { after: Uint8Array; limit: number }): Promise<Uint8Array[]>;
  /** Deletes everything of a workspace that was received on a day: the partition, when no other has rows in it. */
  dropDay(workspace: string, day: number): Promise<void>;
  /** Resend marks of every row received on `receivedDay` or later, distinct. */
  batchesSince(workspace: string, receivedDay: number): Promise<Uint8Array[]>;
  /** The segments that stand in these places. */
  placed(workspace: string, places: SegmentPlace[]): Promise<(SegmentPlace & { id: Uint8Array })[]>;
  /** Which of `ids` exist, in any workspace. */
  contains(ids: Uint8Array[]): Promise<Uint8Array[]>;
  stats(workspace?: string): Promise<StoreStats>;
  /** The analysts' view: clear rows, newest first. */
  clearRows(query: ClearQuery): Promise<ClearRow[]>;
  /** Counts by one clear fact, most first; days and hours in order. Fails with MATCH_INVALID. */
  facts(query: FactsQuery): Promise<FactRow[]>;
  /** How many rows these segments hold, and of which services. */
  reach(workspace: string, ids: Uint8Array[]): Promise<Reach>;
  /** Tables and views with their columns: what someone with the database alone can see. */
  tables(): Promise<TableColumns[]>;
  close(): Promise<void>;
}
