import { hasValueToken, MAX_PATH_BYTES, UNINDEXED_NUMBERS, wordsOf } from '@tacet/seal';
import type { Formula } from '@tacet/store';
import type { Clause, Query } from './ast.ts';
import { type Bounds, numberBounds, timeBounds, within } from './bounds.ts';
import {
  ALL,
  all,
  any,
  type ClearCondition,
  type Condition,
  narrows,
  numbered,
  type Token,
} from './condition.ts';
import { type Field, fieldOf, tokenField } from './fields.ts';
import { requiredWords } from './literals.ts';
import { targetsOf } from './targets.ts';
import { parseInstant, SEVERITY_NAMES, severityRank } from './values.ts';

/** What the server is asked, and what the client needs to ask it. */
export interface Plan {
  /** Satisfied by every segment that holds a matching event, and by some that do not. */
  formula: Formula;
  /** The tokens that the formula names by their index. */
  tokens: Token[];
  /** The index does not narrow the query: every segment of the time range may be a candidate. */
  scans: boolean;
}

/** Longest words asked for of one text: more would tell the server more and exclude little. */
const WORDS_PER_TEXT = 5;

/** Well-known values of clear columns: asking for one in the clear tells no more than its trapdoor would. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ['kind', ['log', 'span']],
  ['severity', SEVERITY_NAMES],
  ['status', ['ok', 'error']],
]);

const utf8 = new TextEncoder();
const bytes = (text: string) => utf8.encode(text).length;

/** Plans a query. Never loses a match: what the index cannot decide, the client does. */
export function planQuery(query: Query): Plan {
  const { formula, tokens } = numbered(conditionOf(query));
  return { formula, tokens, scans: !narrows(formula) };
}

function conditionOf(query: Query): Condition {
  switch (query.type) {
    case 'and':
      return all(query.of.map(conditionOf));
    case 'or':
      return any(query.of.map(conditionOf));
    case 'all':
    // A segment with an excluded event may hold others.
    case 'not':
      return ALL;
    case 'text':
    case 'contains':
      return wordsCondition(wordsOf(query.text));
    case 'regex': {
      const words = requiredWords(query.pattern, { numbers: query.field !== undefined });
      return words ? any(words.map(wordsCondition)) : ALL;
    }
    default:
      return fieldCondition(fieldOf(query.field), query);
  }
}

function wordsCondition(words: readonly string[]): Condition {
  const longest = [...new Set(words)].sort((a, b) => b.length - a.length).slice(0, WORDS_PER_TEXT);
  return all(longest.map((token) => ({ token: { field: '', token } })));
}

function fieldCondition(
  field: Field,
  clause: Extract<Clause, { type: 'is' | 'exists' | 'compare' | 'range' }>,
): Condition {
  switch (clause.type) {
    case 'is':
      if (field.kind === 'text') return wordsCondition(wordsOf(clause.value));
      if (field.kind === 'time') return instantCondition(clause.value);
      return equalsCondition(field, targetsOf(field, clause.value));
    case 'exists':
      return existsCondition(field);
    default:
      if (field.kind === 'time') return timeCondition(timeBounds(clause));
      if (field.kind === 'severity') return severityCondition(field, numberBounds(field, clause));
      return field.clear === undefined ? ALL : numberCondition(field.clear, numberBounds(field, clause));
  }
}

function equalsCondition(field: Field, targets: readonly string[]): Condition {
  if (field.paths.some((path) => bytes(path) > MAX_PATH_BYTES)) return ALL;
  return any(
    targets.flatMap((target) => {
      if (target === '') return [ALL];
      const column = field.clear;
      if (column && NAMED.get(column)?.includes(target))
        return [{ clear: { column, op: '=', value: target } }];
      return waysToHold(field, target);
    }),
  );
}

/** How a segment shows that it may hold `target` in `field`: one of these. */
function waysToHold(field: Field, target: string): Condition[] {
  const ways: Condition[] = [];
  const text = hasValueToken(target);
  const fields = new Set(field.paths.filter((path) => !UNINDEXED_NUMBERS.has(path)).map(tokenField));
  // A number has its token however long it is; a long text is found by its words.
  if (text || Number.isFinite(Number(target))) {
    for (const name of fields) ways.push({ token: { field: name, token: target } });
  }
  if (!text) ways.push(wordsCondition(wordsOf(target)));
  for (const path of field.paths) {
    const number = Number(target);
    if (UNINDEXED_NUMBERS.has(path) && Number.isFinite(number)) {
      ways.push(numberCondition(path as 'duration_ns', { low: number, high: number }));
    }
  }
  return ways;
}

function existsCondition({ clear, paths }: Field): Condition {
  // The server knows already of which segments secrets were cut out.
  if (paths[0] === 'secrets') return { clear: { column: 'secrets', op: '>', value: '' } };
  const counted = clear === 'duration_ns' || clear === 'input_tokens' || clear === 'output_tokens';
  return counted ? { clear: { column: clear, op: '>=', value: 0 } } : ALL;
}

/** The names of the severities in the interval, as the events may write them. */
function severityCondition(field: Field, bounds: Bounds<number>): Condition {
  const names = SEVERITY_NAMES.filter((name) => within(severityRank(name)!, bounds));
  return equalsCondition(field, names);
}

function numberCondition(column: NonNullable<Field['clear']>, { low, high }: Bounds<number>): Condition {
  return all([
    low === undefined ? ALL : clearNumber(column, '>=', low),
    high === undefined ? ALL : clearNumber(column, '<=', high),
  ]);
}

function instantCondition(value: string): Condition {
  const instant = parseInstant(value);
  return instant ? timeCondition({ low: instant.first, high: instant.last }) : ALL;
}

function timeCondition({ low, high }: Bounds<bigint>): Condition {
  return all([
    low === undefined ? ALL : clearNumber('time', '>=', floorSeconds(low)),
    high === undefined ? ALL : clearNumber('time', '<=', floorSeconds(high)),
  ]);
}

function floorSeconds(nanoseconds: bigint): number {
  const whole = nanoseconds / 1_000_000_000n;
  return Number(nanoseconds < 0n && whole * 1_000_000_000n !== nanoseconds ? whole - 1n : whole);
}

/** A bound past what a column holds exactly: at the near side it is the edge, at the far side no bound. */
function clearNumber(column: ClearCondition['clear']['column'], op: '>=' | '<=', bound: number): Condition {
  if (Number.isNaN(bound)) return ALL;
  const edge = Number.MAX_SAFE_INTEGER;
  if (op === '>=' ? bound < -edge : bound > edge) return ALL;
  return { clear: { column, op, value: Math.max(-edge, Math.min(edge, bound)) } };
}
