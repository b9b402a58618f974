import { bad, broken, codes, later } from './table.ts';

/** The trail: its proofs, what a verification finds, its witnesses. */
export const trailErrors = codes({
  TRAIL_KEY_INVALID: bad,
  CHECKPOINT_MALFORMED: bad,
  CHECKPOINT_UNSIGNED: { status: 403, retry: false },
  TRAIL_ENTRY_MISSING: { status: 404, retry: false },
  TRAIL_ENTRY_CHANGED: broken,
  TRAIL_ENTRY_INVALID: broken,
  TRAIL_REORDERED: broken,
  TRAIL_ROOT_MISMATCH: broken,
  TRAIL_ROLLED_BACK: broken,
  TRAIL_FORKED: broken,
  TRAIL_NOT_WITNESSED: broken,
  TRAIL_KEY_MISSING: bad,
  PROOF_INVALID: bad,
  WITNESS_UNAVAILABLE: later,
  SEGMENTS_MISSING: broken,
  MANIFEST_MISSING: { status: 502, retry: false },
});
