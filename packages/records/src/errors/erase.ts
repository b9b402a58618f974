import { bad, codes } from './table.ts';

/** Erasing a person's data, and the receipt. */
export const eraseErrors = codes({
  ERASURE_INVALID: bad,
  ERASURE_UNKNOWN: { status: 404, retry: false },
  SEGMENT_ERASED: { status: 410, retry: false },
  RECEIPT_INVALID: bad,
});
