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

/** Of more required tokens than this, the rest only helps: all bits of the first are selective enough. */
const EXACT_TOKENS = 8;
/** Required tokens that narrow the search for every alternative; of many alternatives, none: statements have limits. */
const SHARED_TOKENS = 2;
const SHARING_ALTERNATIVES = 16;

/**
 * The blind match as one SELECT. The primary key leaves the periods of the keys; PREWHERE then asks for
 * the times and for the filters of the required tokens, slice by slice. Throws MATCH_INVALID.
 *
 * Tokens that are alternatives are looked for one by one, in a SELECT each, and the formula is asked of
 * what was found for a segment: time and length of the statement then grow with the number of tokens only.
 */
export function planMatch(query: MatchQuery): MatchPlan {
  const { keys, formula } = query;
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    throw invalid('a wrong limit');
  }
  const periods = countPeriods(query);
  const used = [...checkFormula(formula, keys.tokens.length)];
  const parts = conjuncts(formula);
  const required = [...new Set(parts.flatMap((part) => ('token' in part ? [part.token] : [])))];
  const undecided: Formula = { and: parts.filter((part) => !('token' in part)) };
  const alternatives = tokensIn(undecided);

  const inputs: MatchInputs = { tokens: used.map((token) => [token, keys.tokens[token]!]), texts: [] };
  const bindTexts = (values: string[]) => `v${inputs.texts.push(values) - 1}`;
  const primary = ['workspace = place'];
  if (used.length > 0) primary.push(`period_no >= ${keys.first}`, `period_no < ${keys.first + periods}`);
  const branch = (columns: string, tokens: number[], exact: number, condition: string) => {
    const prewhere = [...placeConditions(query), ...filterConditions(tokens, exact, keys.tokens)];
    return `SELECT ${HIT_COLUMNS}${columns} FROM segments
${prewhere.length > 0 ? `PREWHERE ${prewhere.join(' AND ')}\n` : ''}WHERE ${[...primary, condition].join(' AND ')}`;
  };

  let select: string;
  if (alternatives.length === 0) {
    const condition = renderFormula(undecided, {
      token: () => '0',
      clear: (test) => clearTest(test, bindTexts),
    });
    select = branch('', required, EXACT_TOKENS, condition);
  } else {
    const facts: string[] = [];
    const condition = renderFormula(undecided, {
      token: (token) => `bitTest(groupBitOr(found), ${alternatives.indexOf(token)})`,
      clear: (test) => `bitTest(groupBitOr(facts), ${facts.push(clearTest(test, bindTexts)) - 1})`,
    });
    if (facts.length > MAX_FACTS) throw invalid('too many clear tests');
    const shared = alternatives.length > SHARING_ALTERNATIVES ? [] : required.slice(0, SHARED_TOKENS);
    const branches = alternatives.map((token, bit) =>
      branch(`,${mark(bit)} AS found,0 AS facts,0 AS base`, [token, ...shared], 1, '1'),
    );
    // What is asked of a segment whatever its alternatives: required tokens, and clear tests once.
    if (required.length > 0 || facts.length > 0 || holdsWithoutTokens(undecided)) {
      const known = facts
        .map((fact, bit) => `if(${fact}, ${mark(bit)}, 0)`)
        .reduce((all, one) => `bitOr(${all}, ${one})`, '0');
      branches.push(
        branch(`,toUInt64(0) AS found,toUInt64(${known}) AS facts,1 AS base`, required, EXACT_TOKENS, '1'),
      );
    }
    select = `SELECT ${HIT_COLUMNS} FROM (\n${branches.join('\nUNION ALL\n')})
GROUP BY ${HIT_COLUMNS} HAVING ${required.length > 0 ? 'max(base) = 1 AND ' : ''}${condition}`;
  }
  return {
    definitions: [
      `${text(query.workspace)} AS place`,
      ...used.map((token) => keyDefinition(token, keys.first)),
    ],
    select: `${select}\nORDER BY time_max DESC, period_no DESC, number DESC LIMIT ${query.limit}`,
    settings: SETTINGS,
    inputs,
  };
}

/** One bit of a mask of 64. */
function mark(bit: number): string {
  return `toUInt64(${2n ** BigInt(bit)})`;
}
