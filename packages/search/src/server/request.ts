import { CLEAR_NUMBER_COLUMNS, CLEAR_STRING_COLUMNS, TacetError } from '@tacet/records';
import type { ClearTest, Cursor, Formula, MatchQuery } from '@tacet/store';
import { type PlanRequest, REQUEST_LIMITS } from '../wire/messages.ts';
import { fromBase64, fromHex } from '../wire/text.ts';

/** A checked release: ids as bytes, each once. */
export interface ReleaseOrder {
  ids: Uint8Array[];
  search: string;
  query?: string;
}

type Members = Record<string, unknown>;

function members(value: unknown, what: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TacetError('REQUEST_INVALID', `${what} is not an object`);
  return value as Members;
}

function time(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value))
    throw new TacetError('REQUEST_INVALID', `${name} is not whole seconds since 1970`);
  return value as number;
}

/** `{from?, to?}` in whole seconds. Throws REQUEST_INVALID. */
export function checkPlan(body: unknown): PlanRequest {
  const request = members(body, 'the request');
  const from = time(request.from, 'from');
  const to = time(request.to, 'to');
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** Names of a search and of its query, each absent or of the known form. Throws REQUEST_INVALID. */
function checkNames({ search, query }: Members): { search?: string; query?: string } {
  if (search !== undefined && !fromHex(search, 16))
    throw new TacetError('REQUEST_INVALID', 'search is not 32 hexadecimal digits');
  if (query !== undefined && !fromHex(query, 32))
    throw new TacetError('REQUEST_INVALID', 'query is not 64 hexadecimal digits');
  return {
    ...(search !== undefined && { search: search as string }),
    ...(query !== undefined && { query: query as string }),
  };
}

/** The body of a match, within REQUEST_LIMITS. Throws REQUEST_INVALID or MATCH_INVALID. */
export function checkMatch(
  body: unknown,
): Omit<MatchQuery, 'workspace'> & { search?: string; query?: string } {
  const request = members(body, 'the request');
  const keys = checkKeys(request.keys);
  const formula = checkFormula(request.formula, keys.tokens.length);
  const { limit } = request;
  if (!Number.isSafeInteger(limit) || (limit as number) < 1 || (limit as number) > REQUEST_LIMITS.hits)
    throw new TacetError('REQUEST_INVALID', `limit is not between 1 and ${REQUEST_LIMITS.hits}`);
  return {
    ...checkPlan(request),
    ...checkNames(request),
    formula,
    keys,
    limit: limit as number,
    ...(request.before !== undefined && { before: checkCursor(request.before) }),
  };
}

/** The body of a release, within REQUEST_LIMITS. Throws REQUEST_INVALID. */
export function checkRelease(body: unknown): ReleaseOrder {
  const request = members(body, 'the request');
  const { ids } = request;
  const { search, query } = checkNames(request);
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > REQUEST_LIMITS.ids)
    throw new TacetError('REQUEST_INVALID', `a release has 1 to ${REQUEST_LIMITS.ids} segments`);
  const distinct = [...new Set<unknown>(ids)].map((id) => fromHex(id, 16));
  if (distinct.some((id) => id === undefined))
    throw new TacetError('REQUEST_INVALID', 'an id is not 32 hexadecimal digits');
  if (search === undefined) throw new TacetError('REQUEST_INVALID', 'search is not 32 hexadecimal digits');
  return { ids: distinct as Uint8Array[], search, ...(query !== undefined && { query }) };
}

function checkKeys(value: unknown): MatchQuery['keys'] {
  const { first, tokens } = members(value, 'keys');
  if (!Number.isSafeInteger(first) || (first as number) < 0)
    throw new TacetError('MATCH_INVALID', 'the first period is not a number');
  if (!Array.isArray(tokens) || tokens.length > REQUEST_LIMITS.tokens)
    throw new TacetError('MATCH_INVALID', `a match has at most ${REQUEST_LIMITS.tokens} tokens`);
  const decoded = tokens.map((token) => {
    const bytes = fromBase64(token);
    if (!bytes || bytes.length % 16 !== 0 || bytes.length > REQUEST_LIMITS.periods * 16)
      throw new TacetError(
        'MATCH_INVALID',
        `keys of a token are 16 bytes for up to ${REQUEST_LIMITS.periods} periods`,
      );
    return bytes;
  });
  if (new Set(decoded.map((bytes) => bytes.length)).size > 1)
    throw new TacetError('MATCH_INVALID', 'every token has keys for the same periods');
  return { first: first as number, tokens: decoded };
}

function checkCursor(value: unknown): Cursor {
  const { timeMax, periodNo, number } = members(value, 'before');
  if (![timeMax, periodNo, number].every(Number.isSafeInteger))
    throw new TacetError('REQUEST_INVALID', 'before is not a place among the hits');
  return { timeMax: timeMax as number, periodNo: periodNo as number, number: number as number };
}

const COLUMNS: ReadonlySet<unknown> = new Set([...CLEAR_STRING_COLUMNS, ...CLEAR_NUMBER_COLUMNS, 'secrets']);
const NUMBERS: ReadonlySet<unknown> = new Set(CLEAR_NUMBER_COLUMNS);
const OPERATORS: ReadonlySet<unknown> = new Set(['=', '<', '<=', '>', '>=']);
const MAX_CLEAR_TEXT = 1024;

/** Rebuilds a formula from foreign JSON: nothing that was not looked at goes on to the engine. */
function checkFormula(value: unknown, tokens: number): Formula {
  let nodes = 0;
  const check = (part: unknown, depth: number): Formula => {
    if (++nodes > REQUEST_LIMITS.formulaNodes || depth > REQUEST_LIMITS.formulaDepth)
      throw new TacetError('MATCH_INVALID', `a formula has at most ${REQUEST_LIMITS.formulaNodes} parts`);
    const formula = members(part, 'a part of the formula');
    const keys = Object.keys(formula);
    const kind = keys.length === 1 ? keys[0] : undefined;
    const inner = kind && formula[kind];
    if ((kind === 'and' || kind === 'or') && Array.isArray(inner)) {
      const parts = inner.map((each) => check(each, depth + 1));
      return kind === 'and' ? { and: parts } : { or: parts };
    }
    if (
      kind === 'token' &&
      Number.isSafeInteger(inner) &&
      (inner as number) >= 0 &&
      (inner as number) < tokens
    )
      return { token: inner as number };
    if (kind === 'clear') return { clear: checkClear(members(inner, 'a clear test')) };
    if (kind === 'all' && inner === true) return { all: true };
    throw new TacetError('MATCH_INVALID', 'a part of the formula is of no known kind');
  };
  return check(value, 1);
}

function checkClear({ column, op, value }: Members): ClearTest {
  const fits = NUMBERS.has(column)
    ? typeof value === 'number' && Number.isFinite(value)
    : typeof value === 'string' && value.length <= MAX_CLEAR_TEXT;
  if (!COLUMNS.has(column) || !OPERATORS.has(op) || !fits)
    throw new TacetError('MATCH_INVALID', 'a clear test names no clear column, operator or value');
  return { column, op, value } as ClearTest;
}
