import { bad, broken, codes, later } from './table.ts';

/** The log engine and the control records. */
export const storeErrors = codes({
  STORE_UNAVAILABLE: later,
  STORE_FULL: later,
  STORE_LOCKED: { status: 409, retry: false },
  STORE_VERSION_NEWER: { status: 409, retry: false },
  STORE_CORRUPT: broken,
  STORE_QUERY_FAILED: broken,
  STORE_MISSING: { status: 404, retry: false },
  SEGMENT_UNKNOWN: { status: 404, retry: false },
  SHARE_MISSING: { status: 410, retry: false },
  SHARE_KEY_INVALID: bad,
});
