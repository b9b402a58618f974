import { bad, codes, denied } from './table.ts';

/** Who may do what; the server and the commands around it. */
export const accessErrors = codes({
  TOKEN_MISSING: { status: 401, retry: false },
  TOKEN_INVALID: { status: 401, retry: false },
  TOKEN_UNKNOWN: { status: 404, retry: false },
  TOKEN_EXPIRED: { status: 401, retry: false },
  NOT_ALLOWED: denied,
  APPROVAL_NEEDED: denied,
  POLICY_INVALID: bad,
  PURPOSE_MISSING: denied,
  PURPOSE_INVALID: bad,
  TRAIL_UNAVAILABLE: { status: 503, retry: true },
  TRAIL_CORRUPT: { status: 500, retry: false },
  REQUEST_INVALID: bad,
  ROUTE_UNKNOWN: { status: 404, retry: false },
  METHOD_NOT_ALLOWED: { status: 405, retry: false },
  SERVER_UNREACHABLE: { status: 502, retry: true },
  USAGE: bad,
  DIRECTORY_EXISTS: bad,
  DIRECTORY_MISSING: bad,
  IDENTITY_INSIDE_DIRECTORY: bad,
  IDENTITY_MISSING: bad,
  IDENTITY_EXISTS: bad,
  CONFIG_INVALID: bad,
  INTERNAL: { status: 500, retry: false },
});
