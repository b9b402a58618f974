import { bad, codes } from './table.ts';

/** Queries: their language, planning, matching. */
export const searchErrors = codes({
  QUERY_SYNTAX: bad,
  QUERY_TOO_LONG: bad,
  QUERY_TOO_COMPLEX: bad,
  QUERY_REGEX: bad,
  QUERY_RANGE: bad,
  QUERY_TIME: bad,
  MATCH_INVALID: bad,
  MATCH_MISMATCH: { status: 502, retry: false },
  SECRET_GUESSABLE: bad,
  FINGERPRINT_KEY_MISSING: bad,
  RESULT_INCOMPLETE: { status: 502, retry: false },
});
