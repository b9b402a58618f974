import type { Formula } from '@tacet/store';

/** What the index can be asked for: that a segment's set of tokens holds this one. */
export interface Token {
  /** '' for a word of any text. */
  field: string;
  token: string;
}

export type ClearCondition = Extract<Formula, { clear: unknown }>;

/** A formula whose tokens still have their names. */
export type Condition =
  | { and: Condition[] }
  | { or: Condition[] }
  | { token: Token }
  | ClearCondition
  | { all: true };

export const ALL = { all: true } as const;

/** Within what the server takes in one formula; see REQUEST_LIMITS. */
const MAX_TOKENS = 64;
const MAX_CLEAR = 32;
const MAX_DEPTH = 24;

export function all(conditions: Condition[]): Condition {
  const parts = distinct(
    conditions.flatMap((part) => ('and' in part ? part.and : 'all' in part ? [] : [part])),
  );
  return parts.length === 0 ? ALL : parts.length === 1 ? parts[0]! : { and: parts };
}

/** A disjunction with a part that constrains nothing constrains nothing. */
export function any(conditions: Condition[]): Condition {
  const parts = distinct(conditions.flatMap((part) => ('or' in part ? part.or : [part])));
  if (parts.length === 0 || parts.some((part) => 'all' in part)) return ALL;
  return parts.length === 1 ? parts[0]! : { or: parts };
}

/** Whether every way to satisfy the formula needs a token or a named value: few segments will. */
export function narrows(formula: Formula): boolean {
  if ('and' in formula) return formula.and.some(narrows);
  if ('or' in formula) return formula.or.every(narrows);
  if ('token' in formula) return true;
  return 'clear' in formula && (formula.clear.op === '=' || formula.clear.column === 'secrets');
}

/**
 * Numbers the tokens, those alone that the formula uses: what is not needed is not told to the server.
 * Past the caps a part constrains nothing, which can only add candidates.
 */
export function numbered(condition: Condition): { formula: Formula; tokens: Token[] } {
  const tokens = new Map<string, Token>();
  const clear = new Set<string>();
  each(condition, (leaf) => {
    if ('token' in leaf && tokens.size < MAX_TOKENS) tokens.set(keyOf(leaf), leaf.token);
    if ('clear' in leaf && clear.size < MAX_CLEAR) clear.add(keyOf(leaf));
  });
  const capped = map(condition, (leaf) => (tokens.has(keyOf(leaf)) || clear.has(keyOf(leaf)) ? leaf : ALL));
  const used = new Map<string, { index: number; token: Token }>();
  each(capped, (leaf) => {
    if ('token' in leaf && !used.has(keyOf(leaf)))
      used.set(keyOf(leaf), { index: used.size, token: leaf.token });
  });
  const formula = (part: Condition): Formula => {
    if ('and' in part) return { and: part.and.map(formula) };
    if ('or' in part) return { or: part.or.map(formula) };
    return 'token' in part ? { token: used.get(keyOf(part))!.index } : part;
  };
  return { formula: formula(capped), tokens: [...used.values()].map(({ token }) => token) };
}

type Part = Exclude<Condition, { and: Condition[] } | { or: Condition[] }>;

function each(condition: Condition, visit: (leaf: Part) => void): void {
  if ('and' in condition) for (const part of condition.and) each(part, visit);
  else if ('or' in condition) for (const part of condition.or) each(part, visit);
  else visit(condition);
}

function map(condition: Condition, change: (leaf: Part) => Condition, depth = 0): Condition {
  if (!('and' in condition) && !('or' in condition)) return change(condition);
  if (depth >= MAX_DEPTH) return ALL;
  if ('and' in condition) return all(condition.and.map((part) => map(part, change, depth + 1)));
  return any(condition.or.map((part) => map(part, change, depth + 1)));
}

function keyOf(condition: Condition): string {
  return JSON.stringify(condition);
}

function distinct(conditions: Condition[]): Condition[] {
  return [...new Map(conditions.map((part) => [keyOf(part), part])).values()];
}
