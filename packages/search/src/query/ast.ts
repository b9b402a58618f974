/**
 * A parsed query. Purely syntactic: what a field means, and what a value is worth as a number or a
 * time, is settled in fields.ts and bounds.ts when the query is planned or evaluated.
 *
 * Normal form, which the parser gives: `and` and `or` have two parts or more, and none of the same
 * kind directly below them.
 */
export type Query =
  | { type: 'all' }
  | { type: 'and'; of: Query[] }
  | { type: 'or'; of: Query[] }
  | { type: 'not'; of: Query }
  | Clause;

/** A condition on one event. */
export type Clause =
  /** Words in sequence in one text, anywhere in the event. */
  | { type: 'text'; text: string }
  /** A regular expression on one text: anywhere, or in one field. */
  | { type: 'regex'; field?: string; pattern: string; flags: string }
  /** `field:value`: equal when folded, or "contains" for fields of prose. */
  | { type: 'is'; field: string; value: string }
  /** `field~text`: the field, or what lies below it, contains the words in sequence. */
  | { type: 'contains'; field: string; text: string }
  | { type: 'exists'; field: string }
  | { type: 'compare'; field: string; op: CompareOp; value: string }
  /** Inclusive at both ends; at least one end is given. */
  | { type: 'range'; field: string; from?: string; to?: string };

export type CompareOp = '<' | '<=' | '>' | '>=';

/** Caps on a query: a person writes none of these, a machine that does should narrow it. */
export const QUERY_LIMITS = {
  /** UTF-16 units of the text. */
  length: 4096,
  /** Parentheses and negations within one another. */
  depth: 32,
  /** Clauses, conjunctions, disjunctions and negations. */
  nodes: 128,
} as const;
