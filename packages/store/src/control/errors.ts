import { TacetError } from '@tacet/records';
import { fileCode } from '../errors.ts';

/** SQLSTATE 53100 disk_full. */
const DISK_FULL = '53100';
/** SQLSTATE classes after which the same call can succeed later: connection, resources, operator, rollback. */
const TRANSIENT_CLASSES = new Set(['08', '53', '57', '40', '58']);
const READ_ONLY = '25006';

/**
 * A coded error for anything PostgreSQL or its driver throws. Its texts and details echo values (a
 * violated key, a wrapped share), so only the SQLSTATE or the system's code is kept.
 */
export function controlError(error: unknown): TacetError {
  if (error instanceof TacetError) return error;
  const code = fileCode(error);
  const said = code === undefined ? '' : ` (${code})`;
  const text = error instanceof Error ? error.message : '';
  if (code === DISK_FULL || code === 'ENOSPC' || /No space left on device|ENOSPC/.test(text)) {
    return new TacetError('STORE_FULL', `no space left for the control records${said}`);
  }
  const isSqlState = code !== undefined && /^[0-9A-Z]{5}$/.test(code);
  if (!isSqlState || TRANSIENT_CLASSES.has(code.slice(0, 2)) || code === READ_ONLY) {
    return new TacetError('STORE_UNAVAILABLE', `the control records cannot be reached${said}`);
  }
  return new TacetError('STORE_QUERY_FAILED', `the control records refused a statement${said}`);
}
