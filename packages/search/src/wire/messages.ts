import type { Cursor, Formula } from '@tacet/store';

/**
 * The JSON of the search routes. Ids and hashes are lower-case hexadecimal, other bytes are base64,
 * times are whole seconds since 1970, both ends of a range are included.
 */

/** Body of POST /v1/plan. */
export interface PlanRequest {
  from?: number;
  to?: number;
}

/** What there is to search in a range of time. */
export interface PlanMessage {
  sessions: { id: string; record: string }[];
  periods: { periodNo: number; session: string; period: number }[];
  /** In the whole workspace. */
  segments: number;
  events: number;
}

/** Body of POST /v1/match. */
export interface MatchMessage {
  formula: Formula;
  /** See `PeriodKeys`; tokens in base64. */
  keys: { first: number; tokens: string[] };
  from?: number;
  to?: number;
  limit: number;
  before?: Cursor;
  /** As in a release: what the trail calls this search, and a commitment to its query. */
  search?: string;
  query?: string;
}

/** Answer of POST /v1/match: candidates, newest first by timeMax, then periodNo, then number. */
export interface HitsMessage {
  hits: {
    id: string;
    periodNo: number;
    number: number;
    timeMin: number;
    timeMax: number;
    count: number;
    /** Length of the ciphertext. */
    bytes: number;
  }[];
  /** Where to go on; absent when there is no more. */
  next?: Cursor;
}

/** Body of POST /v1/release. */
export interface ReleaseRequest {
  ids: string[];
  /** 16 random bytes that the client draws once a search: entries of one search belong together. */
  search: string;
  /** SHA-256 of a salt and the query; the client keeps what opens it. */
  query?: string;
}

/** What the server takes in one request. */
export const REQUEST_LIMITS = {
  tokens: 64,
  /** Periods that one match may span, from the first to the last. */
  periods: 20_000,
  formulaNodes: 256,
  formulaDepth: 32,
  /** Segments in one answer of a match. */
  hits: 1_000,
  /** Segments in one release: their ids fit into one entry of the trail. */
  ids: 1_000,
  /** Bytes of a match's body: keys of all tokens for all periods, in base64, and then some. */
  matchBytes: 32 * 1024 * 1024,
  /** Bytes of other bodies. */
  bodyBytes: 1024 * 1024,
  /** Keyrings that are kept of an epoch: 83,200 sessions. */
  keyrings: 64,
  /** Periods in the answer to a plan. */
  plannedPeriods: 200_000,
} as const;
