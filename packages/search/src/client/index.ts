export { commitQuery, type QueryCommitment } from './commitment.ts';
export type { SearchProblem } from './ground.ts';
export type { SearchResult } from './held.ts';
export { type HttpOptions, httpSearchServer } from './http.ts';
export type { SearchOptions, SearchProgress, SearchRun, SearchSummary } from './options.ts';
export type { Call, MatchOrder, SearchGround, SearchServer } from './port.ts';
export { ReaderKeys } from './reader-keys.ts';
export { search } from './search.ts';
export { openSegments, type ReleasedSegment } from './segments.ts';
