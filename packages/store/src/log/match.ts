import { TacetError } from '@tacet/records';
import type { Formula, MatchQuery } from '../port.ts';
import { clearTest } from './clear.ts';
import { HIT_COLUMNS } from './decode.ts';
import { filterConditions, keyDefinition } from './filter-sql.ts';
import { checkFormula, conjuncts, holdsWithoutTokens, renderFormula, tokensIn } from './formula.ts';
import { text } from './literal.ts';

/** Values of a search that must stay out of the engine's query log; each adapter brings them in its way. */
export interface MatchInputs {
  /** Number and n·16 bytes a token; the SQL knows them as arrays `a<number>` of n pairs of UInt64. */
  tokens: [token: number, keys: Uint8Array][];
  /** Texts of clear tests; the SQL knows them as arrays `v<index>` of String. */
  texts: string[][];
}

export interface MatchPlan {
  /** Items for the WITH clause, to follow those that define the arrays of `inputs`. */
  definitions: string[];
  /** The rest of the statement. */
  select: string;
  /** Settings for it, `name = value`. */
  settings: string;
  inputs: MatchInputs;
}

const MAX_LIMIT = 100_000;
/** Each costs the engine about 15 ms of planning. */
const MAX_TOKENS = 64;
const MAX_PERIODS = 200_000;

/**
 * The order of the conditions is the plan: the engine must not choose another. Compiling expressions
 * costs more than it saves, and a match over few but large rows should still use every core.
 */
const SETTINGS = [
  'allow_reorder_prewhere_conditions = 0',
  'optimize_move_to_prewhere = 0',
  'compile_expressions = 0',
  'preferred_block_size_bytes = 0',
  'max_block_size = 8192',
  'merge_tree_min_rows_for_concurrent_read = 1024',
  'merge_tree_min_bytes_for_concurrent_read = 1048576',
].join(', ');

function invalid(what: string): TacetError {
  return new TacetError('MATCH_INVALID', `the match query has ${what}`);
}

function integer(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw invalid(`a wrong ${what}`);
  return value;
}

/** Periods that the keys cover; all tokens must agree. */
function countPeriods({ keys }: MatchQuery): number {
  const sizes = new Set(keys.tokens.map((token) => token.length));
  const [size = 0] = sizes;
  if (sizes.size > 1 || size % 16 !== 0 || size / 16 > MAX_PERIODS) throw invalid('keys of a wrong length');
  if (keys.tokens.length > MAX_TOKENS) throw invalid('too many tokens');
  if (integer(keys.first, 'first period') < 0 || keys.first > 0xffff_ffff)
    throw invalid('a wrong first period');
  return size / 16;
}

/** Conditions on small columns: where the search looks at all. */
function placeConditions(query: MatchQuery): string[] {
  const conditions: string[] = [];
  if (query.from !== undefined) conditions.push(`time_max >= ${integer(Math.floor(query.from), 'time')}`);
  if (query.to !== undefined) conditions.push(`time_min <= ${integer(Math.floor(query.to), 'time')}`);
  if (query.before) {
    const { timeMax, periodNo, number } = query.before;
    const place = [timeMax, periodNo, number].map((part) => integer(part, 'cursor'));
    conditions.push(`(time_max, period_no, number) < (${place.join(', ')})`);
  }
  return conditions;
}

/** Required tokens that every alternative asks for, too, so that it reads less. */
const SHARED_TOKENS = 2;

/**
 * The blind match as one SELECT. The primary key leaves the periods of the keys; PREWHERE then asks for
 * the times and for the filters of the required tokens, slice by slice. Tokens that are alternatives are
 * looked for one by one, in a SELECT each, and the formula is asked of what was found for a segment: time
 * and length of the statement then grow with the number of tokens only. Throws MATCH_INVALID.
 */
export function planMatch(query: MatchQuery): MatchPlan {
  const { keys, formula } = query;
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    throw invalid('a wrong limit');
  }
  const periods = countPeriods(query);
  const used = [...checkFormula(formula, keys.tokens.length)];
  const primary = [`workspace = ${text(query.workspace)}`];
  if (used.length > 0) primary.push(`period_no >= ${keys.first}`, `period_no < ${keys.first + periods}`);

  const parts = conjuncts(formula);
  const required = [...new Set(parts.flatMap((part) => ('token' in part ? [part.token] : [])))];
  const undecided: Formula = { and: parts.filter((part) => !('token' in part)) };
  const inputs: MatchInputs = { tokens: used.map((token) => [token, keys.tokens[token]!]), texts: [] };
  const tests: string[] = [];
  const alternatives = tokensIn(undecided);
  const condition = renderFormula(undecided, {
    token: (token) => `bitTest(groupBitOr(found), ${alternatives.indexOf(token)})`,
    clear: (test) => {
      const sql = clearTest(test, (values) => `v${inputs.texts.push(values) - 1}`);
      return sql === '1' ? sql : `c${tests.push(sql) - 1}`;
    },
  });

  const columns = [HIT_COLUMNS, ...tests.map((_, index) => `c${index}`)].join(', ');
  const branch = (tokens: number[], found: string) => {
    const prewhere = [...placeConditions(query), ...filterConditions(tokens, keys.tokens)];
    return `SELECT ${[HIT_COLUMNS, ...tests.map((sql, index) => `${sql} AS c${index}`), found].join(', ')}
FROM segments${prewhere.length > 0 ? `\nPREWHERE ${prewhere.join('\n AND ')}` : ''}
WHERE ${primary.join(' AND ')}`;
  };
  const order = `ORDER BY time_max DESC, period_no DESC, number DESC LIMIT ${query.limit}`;
  return {
    definitions: used.map((token) => keyDefinition(token, keys.first)),
    select: alternatives.length === 0 ? plain() : united(),
    settings: SETTINGS,
    inputs,
  };

  function plain(): string {
    return `SELECT ${HIT_COLUMNS} FROM (${branch(required, '1 AS base')}) WHERE ${condition} ${order}`;
  }

  function united(): string {
    const shared = required.slice(0, SHARED_TOKENS);
    const branches = alternatives.map((token, bit) =>
      branch([...shared, token], `bitShiftLeft(toUInt64(1), ${bit}) AS found, 0 AS base`),
    );
    const needsAll = required.length > shared.length;
    if (needsAll || holdsWithoutTokens(undecided))
      branches.push(branch(required, 'toUInt64(0) AS found, 1 AS base'));
    const having = needsAll ? `max(base) = 1 AND ${condition}` : condition;
    return `SELECT ${HIT_COLUMNS} FROM (\n${branches.join('\nUNION ALL\n')})
GROUP BY ${columns} HAVING ${having} ${order}`;
  }
}
