import { TacetError } from '@tacet/records';
import type { ClearTest, Formula } from '../port.ts';

const MAX_NODES = 512;
const MAX_DEPTH = 32;

function invalid(what: string): TacetError {
  return new TacetError('MATCH_INVALID', `the match query has ${what}`);
}

/**
 * Refuses a formula that is too large or names a token without keys (MATCH_INVALID); gives the tokens
 * that it uses.
 */
export function checkFormula(formula: Formula, tokens: number): ReadonlySet<number> {
  const used = new Set<number>();
  let nodes = 0;
  const visit = (part: Formula, depth: number) => {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) throw invalid('too large a formula');
    if ('and' in part) for (const inner of part.and) visit(inner, depth + 1);
    else if ('or' in part) for (const inner of part.or) visit(inner, depth + 1);
    else if ('token' in part) {
      if (!Number.isInteger(part.token) || part.token < 0 || part.token >= tokens) {
        throw invalid('a token without keys');
      }
      used.add(part.token);
    } else if (!('clear' in part || 'all' in part)) throw invalid('an unknown part');
  };
  visit(formula, 0);
  return used;
}

/** The parts that must all hold: the formula taken apart at its outermost ANDs. */
export function conjuncts(formula: Formula): Formula[] {
  return 'and' in formula ? formula.and.flatMap(conjuncts) : [formula];
}

/** The tokens in `formula`, each once. */
export function tokensIn(formula: Formula): number[] {
  if ('and' in formula) return [...new Set(formula.and.flatMap(tokensIn))];
  if ('or' in formula) return [...new Set(formula.or.flatMap(tokensIn))];
  return 'token' in formula ? [formula.token] : [];
}

/** Whether `formula` can hold although none of its tokens does. */
export function holdsWithoutTokens(formula: Formula): boolean {
  if ('and' in formula) return formula.and.every(holdsWithoutTokens);
  if ('or' in formula) return formula.or.some(holdsWithoutTokens);
  return !('token' in formula);
}

/** SQL for the leaves of a formula. */
export interface Leaves {
  token: (token: number) => string;
  clear: (test: ClearTest) => string;
}

/** The formula as an SQL condition; `1` and `0` where it is constant. */
export function renderFormula(formula: Formula, leaves: Leaves): string {
  if ('and' in formula) return join(formula.and, ' AND ', '1', '0', leaves);
  if ('or' in formula) return join(formula.or, ' OR ', '0', '1', leaves);
  if ('token' in formula) return leaves.token(formula.token);
  return 'clear' in formula ? leaves.clear(formula.clear) : '1';
}

function join(
  parts: Formula[],
  operator: string,
  neutral: string,
  absorbing: string,
  leaves: Leaves,
): string {
  const rendered = parts.map((part) => renderFormula(part, leaves)).filter((sql) => sql !== neutral);
  if (rendered.includes(absorbing)) return absorbing;
  const [only = neutral] = rendered;
  return rendered.length <= 1 ? only : `(${rendered.join(operator)})`;
}
