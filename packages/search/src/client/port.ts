import type { AuthorityRecords } from '@tacet/seal';
import type { Cursor, Formula, MatchHit, PeriodKeys } from '@tacet/store';
import type { WireSegment } from '../wire/segments.ts';

/** What every request carries besides its own facts. */
export interface Call {
  /** Why somebody reads: goes on record with each release. */
  purpose: string;
  signal?: AbortSignal | undefined;
}

/** What there is to search. */
export interface SearchGround {
  /** Records by session id, hexadecimal. */
  sessions: Map<string, Uint8Array>;
  periods: { periodNo: number; session: string; period: number }[];
  /** In the whole workspace. */
  segments: number;
  events: number;
}

export interface MatchOrder {
  formula: Formula;
  keys: PeriodKeys;
  from?: number | undefined;
  to?: number | undefined;
  limit: number;
  before?: Cursor | undefined;
  /** What the trail calls this search, and a commitment to its query; hexadecimal. */
  search?: string;
  query?: string;
}

/** Proofs against one checkpoint, a signed note; nothing of them is verified yet. */
export interface ProvenManifests {
  checkpoint: string;
  entries: { index: number; leaf: Uint8Array; path: Uint8Array[] }[];
}

/**
 * The server of a search, wherever it runs. Nothing it says is believed but what can be checked:
 * records and segments are verified, the order and the completeness of candidates are not provable.
 * Methods throw the server's coded errors, SERVER_UNREACHABLE and RESULT_INCOMPLETE.
 */
export interface SearchServer {
  authority(call: Call): Promise<AuthorityRecords>;
  /** Keyrings of an epoch, those of the reader with this id (hexadecimal) before others'; unverified. */
  keyrings(epoch: number, reader: string, call: Call): Promise<Uint8Array[]>;
  /** Has a keyring kept for other searches. */
  keepKeyring(record: Uint8Array, call: Call): Promise<void>;
  plan(range: { from?: number | undefined; to?: number | undefined }, call: Call): Promise<SearchGround>;
  /** A page of candidates, newest first; `next` leads to the one after. */
  match(order: MatchOrder, call: Call): Promise<{ hits: MatchHit[]; next?: Cursor }>;
  /** Entries of the trail that name these segments (ids, hexadecimal), with what proves them. */
  manifests(ids: string[], call: Call): Promise<ProvenManifests>;
  /** Puts a release on record and gives its segments. `search` and `query` are hexadecimal. */
  release(order: { ids: string[]; search: string; query?: string }, call: Call): AsyncIterable<WireSegment>;
}
