import { bad, codes, denied } from './table.ts';

/** Readers, revocations, and changes of a workspace's authority. */
export const keyErrors = codes({
  READER_INVALID: denied,
  REVOCATION_INVALID: denied,
  KEYRING_INVALID: denied,
  EPOCH_SHREDDED: { status: 410, retry: false },
  AUTHORITY_CHANGED: { status: 409, retry: false },
  FINGERPRINT_MISMATCH: denied,
  READER_UNKNOWN: { status: 404, retry: false },
  RECOVERY_INVALID: bad,
});
