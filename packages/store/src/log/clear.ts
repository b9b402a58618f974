import {
  CLEAR_STRING_COLUMNS,
  minuteOf,
  SEALED_NUMBER,
  SEALED_TEXT,
  steps,
  TacetError,
  WITHHELD_TEXT,
} from '@tacet/records';
import type { ClearTest } from '../port.ts';
import { facetsFor } from './fold.ts';

/** Ratios by which the clear columns round; see `steps` in the records. */
const DURATION_STEP = 1.09;
const TOKEN_STEP = 1.19;
const RATIOS: ReadonlyMap<string, number> = new Map([
  ['duration_ns', DURATION_STEP],
  ['input_tokens', TOKEN_STEP],
  ['output_tokens', TOKEN_STEP],
]);

const OPERATORS: ReadonlySet<string> = new Set(['=', '<', '<=', '>', '>=']);
const TEXT_COLUMNS: ReadonlySet<string> = new Set([...CLEAR_STRING_COLUMNS, 'secrets']);

/**
 * SQL that holds for every segment with an event for which the exact test holds, and perhaps for more:
 * stored numbers may stand one rounding step beside the exact ones.
 * `bind` brings an array of texts into the query and returns its name.
 */
export function clearTest(test: ClearTest, bind: (values: string[]) => string): string {
  const { column, op, value } = test;
  if (!OPERATORS.has(op)) throw new TacetError('MATCH_INVALID', 'unknown operator on a clear column');
  if (TEXT_COLUMNS.has(column)) {
    if (column === 'secrets' && op === '>' && value === '') return 'notEmpty(secrets_facets)';
    // Order of texts is for the client to judge: no segment can be ruled out here.
    return op === '='
      ? `hasAny(${column}_facets, ${bind([...facetsFor(String(value)), SEALED_TEXT, WITHHELD_TEXT])})`
      : '1';
  }
  const number = typeof value === 'number' ? value : Number(value);
  if (!Number.isFinite(number)) {
    throw new TacetError(
      'MATCH_INVALID',
      `the clear column ${column} is compared with something other than a number`,
    );
  }
  if (column === 'time') return timeTest(op, Math.floor(number));
  const ratio = RATIOS.get(column);
  if (ratio === undefined) throw new TacetError('MATCH_INVALID', 'unknown clear column');
  return rangedTest(column, storedRange(op, number, ratio));
}

/** Stored times are exact to the second, or begin the minute; the segment's range covers either. */
function timeTest(op: ClearTest['op'], seconds: number): string {
  const at = Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, seconds));
  if (op === '=')
    return `(time_min <= ${at} AND time_max >= ${at} AND hasAny(time, [${at}, ${minuteOf(at)}]))`;
  return op.startsWith('>') ? `time_max >= ${at}` : `time_min <= ${at}`;
}

/** Bounds of stored values, inclusive; without `most` there is no upper one. */
export interface StoredRange {
  least: number;
  most?: number;
}

/**
 * The range in which every stored value lies whose exact value `e` satisfies `e op value`: the stored one
 * is a step at or next to `e`, or a power of two at or next to such a step, and both keep their order.
 * Absent values (-1) are outside of it.
 */
export function storedRange(op: ClearTest['op'], value: number, ratio: number): StoredRange {
  const [fineBelow, fineAbove] = steps(Math.min(value, Number.MAX_SAFE_INTEGER), ratio);
  const [below] = steps(fineBelow, 2);
  const [, above] = steps(fineAbove, 2);
  if (op === '=') return { least: below, most: above };
  return op.startsWith('>') ? { least: below } : { least: 0, most: above };
}

/** Sealed values may be anything: their segments stay. */
function rangedTest(column: string, { least, most }: StoredRange): string {
  const sealed = `${column}_min = ${SEALED_NUMBER}`;
  const atLeast = `${column}_max >= ${least}`;
  if (most === undefined) return `(${atLeast} OR ${sealed})`;
  const atMost = `(${column}_min >= 0 AND ${column}_min <= ${most})`;
  if (least === 0) return `(${atMost} OR ${sealed})`;
  const between = `arrayExists(x -> x BETWEEN ${least} AND ${most}, ${column})`;
  return `(${sealed} OR (${atLeast} AND ${atMost} AND ${between}))`;
}
