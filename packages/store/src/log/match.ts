import { TacetError } from '@tacet/records';
import type { Formula, MatchQuery } from '../port.ts';
import { clearTest } from './clear.ts';
import { HIT_COLUMNS } from './decode.ts';
import { text } from './literal.ts';
import { SLICES, UNFILTERED_BYTES } from './schema.ts';

/** Values of a search that must stay out of the engine's query log; each adapter brings them in its way. */
export interface MatchInputs {
  /** Per token n·16 bytes; the SQL knows them as arrays `a<token>` and `b<token>` of UInt64, n long. */
  tokens: Uint8Array[];
  /** Texts of clear tests; the SQL knows them as arrays `v<index>` of String. */
  texts: string[][];
}

export interface MatchPlan {
  /** A SELECT without the WITH clause that defines the arrays. */
  select: string;
  inputs: MatchInputs;
}

const MAX_LIMIT = 100_000;
const MAX_NODES = 512;
const MAX_DEPTH = 32;
const MAX_TOKENS = 64;
const MAX_PERIODS = 200_000;

function invalid(what: string): TacetError {
  return new TacetError('MATCH_INVALID', `the match query has ${what}`);
}

/**
 * One position of token `token`, in slice `slice`: with h = SipHash-2-4 under the segment's trapdoor of
 * id ‖ counter, counter = slice div 4, lane = 16 bits of h, position = lane · bits div 2^16.
 */
function sliceTest(token: number, slice: number, first: number): string {
  const entry = `[period_no - ${first - 1}]`;
  const hash = `sipHash64Keyed((a${token}${entry}, b${token}${entry}), concat(id, char(${slice >> 2})))`;
  const lane = `bitAnd(bitShiftRight(${hash}, ${16 * (slice & 3)}), 65535)`;
  // lane · 8 · bytes div 2^16, as one shift.
  const position = `bitShiftRight(${lane} * slice_bytes, 13)`;
  const byte = `reinterpretAsUInt8(substring(slice_${slice}, bitShiftRight(${position}, 3) + 1, 1))`;
  return `bitTest(${byte}, bitAnd(${position}, 7))`;
}

/** Sixteen zeros are no key: such a period has no candidates but unfiltered ones. */
function keyTest(token: number, first: number): string {
  const entry = `[period_no - ${first - 1}]`;
  return `(a${token}${entry} != 0 OR b${token}${entry} != 0 OR slice_bytes = ${UNFILTERED_BYTES})`;
}

class FormulaSql {
  readonly texts: string[][] = [];
  readonly tokens: number;
  nodes = 0;
  usesTokens = false;

  constructor(tokens: number) {
    this.tokens = tokens;
  }

  /** Bounds the size of the tree and finds what it uses. */
  check(formula: Formula, depth = 0): void {
    if (++this.nodes > MAX_NODES || depth > MAX_DEPTH) throw invalid('too large a formula');
    if ('and' in formula) for (const part of formula.and) this.check(part, depth + 1);
    else if ('or' in formula) for (const part of formula.or) this.check(part, depth + 1);
    else if ('token' in formula) {
      if (!Number.isInteger(formula.token) || formula.token < 0 || formula.token >= this.tokens) {
        throw invalid('a token without keys');
      }
      this.usesTokens = true;
    }
  }

  /** The formula with each token replaced by `leaf`. Clear tests stay when `clear` is set, else hold. */
  render(formula: Formula, leaf: (token: number) => string, clear: boolean): string {
    if ('and' in formula) return this.#join(formula.and, ' AND ', '1', leaf, clear);
    if ('or' in formula) return this.#join(formula.or, ' OR ', '0', leaf, clear);
    if ('token' in formula) return leaf(formula.token);
    if ('clear' in formula) {
      return clear ? clearTest(formula.clear, (values) => `v${this.texts.push(values) - 1}`) : '1';
    }
    return '1';
  }

  #join(
    parts: Formula[],
    operator: string,
    empty: string,
    leaf: (token: number) => string,
    clear: boolean,
  ): string {
    const neutral = empty === '1' ? '1' : '0';
    const rendered = parts.map((part) => this.render(part, leaf, clear)).filter((sql) => sql !== neutral);
    const absorbing = neutral === '1' ? '0' : '1';
    if (rendered.includes(absorbing)) return absorbing;
    if (rendered.length === 0) return neutral;
    return rendered.length === 1 ? rendered[0]! : `(${rendered.join(operator)})`;
  }
}

function periods(query: MatchQuery): number {
  const sizes = new Set(query.keys.tokens.map((token) => token.length));
  const [size = 0] = sizes;
  if (sizes.size > 1 || size % 16 !== 0 || size / 16 > MAX_PERIODS) throw invalid('keys of a wrong length');
  if (query.keys.tokens.length > MAX_TOKENS) throw invalid('too many tokens');
  if (!Number.isInteger(query.keys.first) || query.keys.first < 0 || query.keys.first > 0xffff_ffff) {
    throw invalid('a wrong first period');
  }
  return size / 16;
}

function integer(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw invalid(`a wrong ${what}`);
  return value;
}

/**
 * The blind match as one SELECT: cheap conditions first, then the formula once per slice. Replacing each
 * token by its test in one slice weakens the formula (it has no negation), so every slice is a condition
 * of its own: the engine reads a slice only where all slices before it left something. When the formula
 * is more than a conjunction, the full one follows. Throws MATCH_INVALID.
 */
export function planMatch(query: MatchQuery): MatchPlan {
  const { keys, formula } = query;
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    throw invalid('a wrong limit');
  }
  const count = periods(query);
  const sql = new FormulaSql(keys.tokens.length);
  sql.check(formula);

  const conditions = [`workspace = ${text(query.workspace)}`];
  if (sql.usesTokens) {
    conditions.push(`period_no >= ${keys.first}`, `period_no < ${keys.first + count}`);
  }
  if (query.from !== undefined) conditions.push(`time_max >= ${integer(Math.floor(query.from), 'time')}`);
  if (query.to !== undefined) conditions.push(`time_min <= ${integer(Math.floor(query.to), 'time')}`);
  if (query.before) {
    const { timeMax, periodNo, number } = query.before;
    const place = [timeMax, periodNo, number].map((part) => integer(part, 'cursor'));
    conditions.push(`(time_max, period_no, number) < (${place.join(', ')})`);
  }
  if (sql.usesTokens) {
    conditions.push(sql.render(formula, (token) => keyTest(token, keys.first), false));
    for (let slice = 0; slice < SLICES; slice++) {
      conditions.push(sql.render(formula, (token) => sliceTest(token, slice, keys.first), false));
    }
  }
  if (!sql.usesTokens || !isConjunction(formula)) {
    const whole = (token: number) =>
      `(${[keyTest(token, keys.first), ...Array.from({ length: SLICES }, (_, slice) => sliceTest(token, slice, keys.first))].join(' AND ')})`;
    conditions.push(sql.render(formula, whole, true));
  }
  const prewhere = conditions.filter((condition) => condition !== '1');
  return {
    select: `SELECT ${HIT_COLUMNS} FROM segments PREWHERE ${prewhere.join('\n AND ')}
ORDER BY time_max DESC, period_no DESC, number DESC LIMIT ${query.limit}`,
    inputs: { tokens: sql.usesTokens ? keys.tokens : [], texts: sql.texts },
  };
}

/** Whether the conditions of the slices together already say all of `formula`. */
function isConjunction(formula: Formula): boolean {
  if ('and' in formula) return formula.and.every(isConjunction);
  return 'token' in formula || 'all' in formula;
}
