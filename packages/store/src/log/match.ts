import { TacetError } from '@tacet/records';
import type { Formula, MatchQuery } from '../port.ts';
import { clearTest } from './clear.ts';
import { HIT_COLUMNS } from './decode.ts';
import { filterConditions, keyDefinition, placesOf } from './filter-sql.ts';
import { checkFormula, conjuncts, holdsWithoutTokens, renderFormula, tokensIn } from './formula.ts';
import { text } from './literal.ts';
import { IS_BODY } from './schema.ts';

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
  /** The rest of the statement; the inputs are in `table`. */
  select: (table: string) => string;
  /** Settings for it, `name = value`. */
  settings: string;
  inputs: MatchInputs;
}

const MAX_LIMIT = 100_000;
/** Each costs the engine about 30 ms of planning. */
const MAX_TOKENS = 64;
const MAX_PERIODS = 200_000;
/** Clear tests beside alternatives: bits of a mask. */
const MAX_FACTS = 64;

/**
 * The order of the conditions is the plan: the engine must not choose another. Compiling expressions
 * costs more than it saves. The cache of what conditions left goes by their text, which is the same
 * whatever the keys are. Blocks and tasks are large enough that the calls of some hundred functions a
 * block do not count, and are read by the thread that needs them: with the engine's pool of readers one
 * core of two had nothing to do.
 */
const SETTINGS = [
  'use_query_condition_cache = 0',
  'allow_reorder_prewhere_conditions = 0',
  'optimize_move_to_prewhere = 0',
  'compile_expressions = 0',
  'compile_sort_description = 0',
  'preferred_block_size_bytes = 0',
  "local_filesystem_read_method = 'pread'",
  'max_block_size = 4096',
  'merge_tree_min_rows_for_concurrent_read = 4096',
  'merge_tree_min_bytes_for_concurrent_read = 67108864',
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

/** Required tokens beyond these are not asked for: each is a SELECT, and these are selective enough. */
const MOST_REQUIRED = 8;

/**
 * The blind match as one statement. A token is looked for in a SELECT of its own: the primary key leaves, of
 * the periods of the keys, the token's block in each; PREWHERE then asks for the times and the slices. Of
 * required tokens, each SELECT looks only at the segments of the one before it. Throws MATCH_INVALID.
 *
 * Tokens that are alternatives are looked for one by one, and the formula is asked of what was found for a
 * segment: time and length of the statement then grow with the number of tokens only. Clear tests are asked
 * of the rows that are not blocks.
 */
export function planMatch(query: MatchQuery): MatchPlan {
  const { keys, formula } = query;
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    throw invalid('a wrong limit');
  }
  const periods = countPeriods(query);
  const parts = conjuncts(formula);
  const every = checkFormula(formula, keys.tokens.length);
  const required = [...new Set(parts.flatMap((part) => ('token' in part ? [part.token] : [])))];
  const needed = required.slice(0, MOST_REQUIRED);
  const undecided: Formula = { and: parts.filter((part) => !('token' in part)) };
  const alternatives = tokensIn(undecided);
  const used = [...every].filter((token) => needed.includes(token) || alternatives.includes(token));

  const inputs: MatchInputs = { tokens: used.map((token) => [token, keys.tokens[token]!]), texts: [] };
  const bindTexts = (values: string[]) => `v${inputs.texts.push(values) - 1}`;
  const when = placeConditions(query);
  const times = when.length > 0 ? ['times'] : [];
  const select = (columns: string, prewhere: string[], where: string[]) =>
    `SELECT ${columns} FROM segments
${prewhere.length > 0 ? `PREWHERE ${prewhere.join(' AND ')}\n` : ''}WHERE ${where.join(' AND ')}`;
  /** Rows with these tokens, each of the last one's; only segments with all of them. */
  const withTokens = (columns: string, tokens: readonly number[], table: string): string => {
    const token = tokens.at(-1)!;
    const before = tokens.slice(0, -1);
    const within = before.length > 0 ? [`id IN (${withTokens('id', before, table)})`] : [];
    return select(
      columns,
      [...times, ...within, ...filterConditions(token, keys.tokens[token]!)],
      ['workspace = place', `(period_no, block) IN ${placesOf(token, keys.first, table)}`],
    );
  };
  /** Bodies of the segments that have all of `needed`, for which `condition` holds. */
  const bodies = (columns: string, condition: string, table: string) => {
    const within = needed.length > 0 ? [`id IN (${withTokens('id', needed, table)})`] : [];
    const where = ['workspace = place', IS_BODY, condition];
    if (used.length > 0) where.push(`period_no >= ${keys.first}`, `period_no < ${keys.first + periods}`);
    return select(columns, [...times, ...within], where);
  };

  let statement: (table: string) => string;
  if (alternatives.length === 0) {
    const condition = renderFormula(undecided, {
      token: () => '0',
      clear: (test) => clearTest(test, bindTexts),
    });
    statement = (table) =>
      needed.length > 0 && condition === '1'
        ? withTokens(HIT_COLUMNS, needed, table)
        : bodies(HIT_COLUMNS, condition, table);
  } else {
    const facts: string[] = [];
    const condition = renderFormula(undecided, {
      token: (token) => `bitTest(groupBitOr(found), ${alternatives.indexOf(token)})`,
      clear: (test) => `bitTest(groupBitOr(facts), ${facts.push(clearTest(test, bindTexts)) - 1})`,
    });
    if (facts.length > MAX_FACTS) throw invalid('too many clear tests');
    const known = facts
      .map((fact, bit) => `if(${fact}, ${mark(bit)}, 0)`)
      .reduce((all, one) => `bitOr(${all}, ${one})`, '0');
    const based = needed.length > 0 || facts.length > 0 || holdsWithoutTokens(undecided);
    statement = (table) => {
      const branches = alternatives.map((token, bit) =>
        withTokens(`${HIT_COLUMNS},${mark(bit)} AS found,toUInt64(0) AS facts,0 AS base`, [token], table),
      );
      // What is asked of a segment whatever its alternatives: required tokens, and clear tests once.
      if (based) {
        const columns = `${HIT_COLUMNS},toUInt64(0) AS found,toUInt64(${known}) AS facts,1 AS base`;
        branches.push(bodies(columns, '1', table));
      }
      return `SELECT ${HIT_COLUMNS} FROM (\n${branches.join('\nUNION ALL\n')})
GROUP BY ${HIT_COLUMNS} HAVING ${needed.length > 0 ? 'max(base) = 1 AND ' : ''}${condition}`;
    };
  }
  return {
    definitions: [
      `${text(query.workspace)} AS place`,
      ...(when.length > 0 ? [`(${when.join(' AND ')}) AS times`] : []),
      ...used.map((token) => keyDefinition(token, keys.first)),
    ],
    select: (table) =>
      `${statement(table)}\nORDER BY time_max DESC, period_no DESC, number DESC LIMIT ${query.limit}`,
    settings: SETTINGS,
    inputs,
  };
}

/** One bit of a mask of 64. */
function mark(bit: number): string {
  return `toUInt64(${2n ** BigInt(bit)})`;
}
