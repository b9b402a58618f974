import { bad, codes } from './table.ts';

/** Looking for what is open to the world. */
export const auditErrors = codes({
  CONFIGURATION_UNREADABLE: bad,
  CONFIGURATION_INVALID: bad,
  AUDIT_RUNNING: { status: 409, retry: false },
  AUDIT_OVER: { status: 409, retry: false },
  FINDING_UNKNOWN: { status: 404, retry: false },
  TARGETS_INVALID: bad,
  AUDIT_STATE_INVALID: bad,
  AUDIT_KEY_INVALID: bad,
  BUCKETS_UNREADABLE: { status: 502, retry: true },
  REPORT_UNKNOWN: { status: 404, retry: false },
  REPORT_LIMITED: { status: 429, retry: true },
  REPORTS_CLOSED: { status: 404, retry: false },
});
