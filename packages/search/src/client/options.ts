import type { Identity } from '@tacet/seal';
import type { VerifierKey } from '@tacet/trail/proof';
import type { Query } from '../query/ast.ts';
import type { QueryCommitment } from './commitment.ts';
import type { SearchProblem } from './ground.ts';
import type { SearchResult } from './held.ts';
import type { SearchServer } from './port.ts';
import type { ReaderKeys } from './reader-keys.ts';

export interface SearchOptions {
  server: SearchServer;
  identity: Identity;
  /** In the query language, or parsed. */
  query: string | Query;
  /** Whole seconds since 1970, both included. */
  from?: number | undefined;
  to?: number | undefined;
  /** Results at most; 100 unless told, may be Infinity. */
  limit?: number | undefined;
  /** Why: goes on record with every release. */
  purpose: string;
  onProgress?: ((progress: SearchProgress) => void) | undefined;
  /** Told at once of what cannot be shown; `summary.problems` has them all. */
  onProblem?: ((problem: SearchProblem) => void) | undefined;
  signal?: AbortSignal | undefined;
  /**
   * The trail's public key: a segment that no proven entry of the trail names is then not shown. Without
   * it manifests are not looked at.
   */
  trailKey?: VerifierKey | undefined;
  /** Keys kept from one search to the next; without it, sessions are opened for this search only. */
  keys?: ReaderKeys | undefined;
}

export interface SearchProgress {
  /** The index does not narrow the query: every segment of the time range is opened. */
  scans: boolean;
  /** Segments and events of the workspace. */
  segments: number;
  events: number;
  /** Segments that were candidates so far, were released, were opened. */
  candidates: number;
  released: number;
  opened: number;
  /** Bytes of ciphertext released. */
  bytes: number;
  /** Rows given out. */
  shown: number;
  /** Everything newer than this second was searched; absent when there are no candidates. */
  reached?: number;
}

export interface SearchSummary extends SearchProgress {
  /** 16 random bytes, hexadecimal: the trail's entries of this search carry it. */
  search: string;
  /** What the trail holds instead of the query, and what opens it. */
  query: QueryCommitment;
  /** Whether the whole range was searched, or the limit reached, and nothing was kept back. */
  complete: boolean;
  /** The search ended because it had as many results as asked for. */
  limited: boolean;
  problems: SearchProblem[];
}

/** A search under way: iterate it once for its results, newest first; then look at the summary. */
export interface SearchRun extends AsyncIterable<SearchResult> {
  readonly summary: Readonly<SearchSummary>;
}
