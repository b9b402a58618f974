import type { Clause, CompareOp } from './ast.ts';
import type { Field } from './fields.ts';
import { parseDuration, parseInstant, parseNumber, severityRank } from './values.ts';

type Ordered = Extract<Clause, { type: 'compare' | 'range' }>;

/**
 * An interval of numbers (exact values, nanoseconds, ranks of severity) or of nanoseconds since 1970
 * as bigint. Either end may be open.
 */
export interface Bounds<T extends number | bigint> {
  low?: T;
  lowOpen?: boolean;
  high?: T;
  highOpen?: boolean;
}

/** Whether `value` lies within `bounds`. */
export function within<T extends number | bigint>(value: T, bounds: Bounds<T>): boolean {
  const { low, high } = bounds;
  if (low !== undefined && !(bounds.lowOpen ? value > low : value >= low)) return false;
  return high === undefined || (bounds.highOpen ? value < high : value <= high);
}

/** A value of the field as a number, undefined when it is none (or is a time, see timeBounds). */
export function boundValue(field: Field, text: string): number | undefined {
  if (field.kind === 'duration') return parseDuration(text);
  if (field.kind === 'severity') return severityRank(text);
  return field.kind === 'number' || field.kind === 'plain' ? parseNumber(text) : undefined;
}

/** What is wrong with `text` as an end of a range of `field`; undefined when nothing is. */
export function boundProblem(field: Field, text: string): string | undefined {
  if (field.kind === 'time')
    return parseInstant(text) ? undefined : 'a time is written 2025-01-06 or 2025-01-06T10:30:00Z';
  if (field.kind === 'text' || field.kind === 'fingerprint') return 'this field has no order';
  if (boundValue(field, text) !== undefined) return undefined;
  if (field.kind === 'duration') return 'a duration is a number with a unit: ns, us, ms, s, m, h or d';
  if (field.kind === 'severity') return 'a severity is trace, debug, info, warn, error or fatal';
  return 'a range compares numbers: quote the value to look for this text';
}

/** The interval that a clause asks for; its values were checked by `boundProblem` when parsed. */
export function numberBounds(field: Field, clause: Ordered): Bounds<number> {
  return bounds(clause, (text) => {
    const value = boundValue(field, text) ?? Number.NaN;
    return { first: value, last: value };
  });
}

/** The same for a time: a day or minute as the end of a range takes part as a whole. */
export function timeBounds(clause: Ordered): Bounds<bigint> {
  return bounds(clause, (text) => parseInstant(text) ?? { first: 0n, last: -1n });
}

function bounds<T extends number | bigint>(
  clause: Ordered,
  read: (text: string) => { first: T; last: T },
): Bounds<T> {
  if (clause.type === 'compare') return comparison(clause.op, read(clause.value));
  return {
    ...(clause.from !== undefined && { low: read(clause.from).first }),
    ...(clause.to !== undefined && { high: read(clause.to).last }),
  };
}

function comparison<T extends number | bigint>(op: CompareOp, value: { first: T; last: T }): Bounds<T> {
  if (op === '>') return { low: value.last, lowOpen: true };
  if (op === '>=') return { low: value.first };
  if (op === '<') return { high: value.first, highOpen: true };
  return { high: value.last };
}
