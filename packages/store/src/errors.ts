import { type ErrorCode, TacetError } from '@tacet/records';

/** ClickHouse codes after which the same call can succeed later. */
const TRANSIENT = new Map([
  [159, 'timed out'],
  [202, 'has too many queries'],
  [203, 'has no free connection'],
  [209, 'timed out'],
  [210, 'lost its network'],
  [236, 'aborted the query'],
  [241, 'is out of memory'],
  [242, 'is read-only'],
  [252, 'has too many parts'],
  [279, 'lost its connections'],
  [319, 'does not know whether the write was done'],
  [394, 'cancelled the query'],
  [439, 'cannot start a thread'],
  [1000, 'failed inside'],
]);
const NOT_ENOUGH_SPACE = 243;
const AUTHENTICATION_FAILED = 516;
const ACCESS_DENIED = 497;
const UNKNOWN_DATABASE = 81;

const NO_SPACE = /No space left on device|errno: 28\b|ENOSPC|Disk quota exceeded|errno: 122\b/;

/** Engine errors echo rows in their text: only ClickHouse's number may leave this package. */
function codeIn(text: string): number | undefined {
  const match = /\bCode: (\d{1,5})\b/.exec(text);
  return match ? Number(match[1]) : undefined;
}

/**
 * A coded error for anything an engine throws. `engineCode` is ClickHouse's number when the driver
 * gives one; the text is inspected, never repeated, and no cause is attached for the same reason.
 */
export function engineError(error: unknown, what: string, engineCode?: number): TacetError {
  if (error instanceof TacetError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = engineCode ?? codeIn(text);
  const said = code === undefined ? '' : ` (ClickHouse code ${code})`;
  const give = (kind: ErrorCode, why: string) => new TacetError(kind, `${what}: ${why}${said}`);
  if (code === NOT_ENOUGH_SPACE || NO_SPACE.test(text) || fileCode(error) === 'ENOSPC') {
    return give('STORE_FULL', 'no space left for the log engine');
  }
  if (code === undefined) return give('STORE_UNAVAILABLE', 'the log engine cannot be reached');
  const transient = TRANSIENT.get(code);
  if (transient !== undefined) return give('STORE_UNAVAILABLE', `the log engine ${transient}`);
  if (code === AUTHENTICATION_FAILED)
    return give('STORE_QUERY_FAILED', 'the log engine refused the credentials');
  if (code === ACCESS_DENIED) return give('STORE_QUERY_FAILED', 'the log engine does not allow it');
  if (code === UNKNOWN_DATABASE) return give('STORE_MISSING', 'the database does not exist');
  return give('STORE_QUERY_FAILED', 'the log engine refused the query');
}

/** `ENOSPC` and the like of a file system error. */
export function fileCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A coded error for a failed file operation; paths are not content and may be named. */
export function fileError(error: unknown, what: string): TacetError {
  if (error instanceof TacetError) return error;
  const code = fileCode(error);
  const kind: ErrorCode = code === 'ENOSPC' || code === 'EDQUOT' ? 'STORE_FULL' : 'STORE_UNAVAILABLE';
  return new TacetError(kind, `${what}${code ? ` (${code})` : ''}`);
}
