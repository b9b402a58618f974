import type { Stretch } from './addresses.ts';
import { type Condition, conditionMet } from './condition.ts';
import { applies, concerns, includes, type Requester } from './decision.ts';
import type { Statement } from './document.ts';
import { type Candidate, candidatesFor, type Held, type Identity, OUTSIDER, PLACE } from './outsiders.ts';
import { type Place, placesFor } from './places.ts';
import { variablesIn } from './variables.ts';

export interface Question {
  /** The one that is to allow it. */
  readonly statement: Statement;
  /** All of the policy: of these, the denials count. */
  readonly all: readonly Statement[];
  readonly action: string;
  readonly resource: string;
  readonly owner?: string | undefined;
  readonly now: Date;
  /** What the whole policy may still cost. */
  readonly budget: Budget;
}

/** Steps that may still be taken. */
export interface Budget {
  left: number;
}

export interface Found {
  /** Addresses from which it works without being or having anything. */
  readonly stretches: readonly Stretch[];
  /** Whether it works through anybody's own VPC endpoint. */
  readonly endpoint: boolean;
  /** What it takes otherwise, when that helps. */
  readonly held?: readonly Held[];
  /** Keys that decide it and that are not understood here. */
  readonly unknown?: readonly string[];
  readonly tooMuch: boolean;
}

/** Requests tried for one statement, one action and one resource. */
const MAX_TRIES = 30_000;
/** Steps for one policy: requests tried, statements asked, values read. About a second. */
export const MAX_BUDGET = 300_000;

/**
 * Tries every kind of request that the conditions of the policy can tell apart. That is exact as far as the
 * candidates of each key are complete; where a key is not known, the answer is that nobody knows.
 */
export function search(question: Question, identity: Identity & { readonly service?: string }): Found {
  const { statement, all, action, resource, owner, now, budget } = question;
  const nothing = { stretches: [], endpoint: false, tooMuch: budget.left <= 0 };
  if (nothing.tooMuch) return nothing;
  const requester = requesterOf(identity);
  const denials = all.filter(
    (one) =>
      !one.allows && concerns(one.principals, requester) && includes(one.actions, action, undefined, true),
  );
  if (denials.some((one) => deniesAll(one, resource))) return nothing;
  const own = keysOf([statement]);
  const later = keysOf(denials).filter((key) => !own.includes(key));
  const conditions = [statement, ...denials].flatMap((one) => one.conditions);
  const places = placesFor(conditions);
  if (places === undefined) return { ...nothing, tooMuch: true };
  const keys = [...own, ...later];
  const dimensions = keys.map((key) => candidatesFor(key, conditions, identity, { now, owner }));

  // Reading the values for candidates costs as well.
  budget.left -= places.length + conditions.reduce((sum, { values }) => sum + values.length, 0);
  let tries = 0;
  const spent = () => tries > MAX_TRIES || budget.left < 0;
  /** The first choice of candidates of at most this cost with which the request passes. */
  const choose = (place: Place, costs: readonly string[]): Candidate[] | undefined => {
    const context = new Map(place.context);
    const request = { requester, action, resource, context };
    const chosen: Candidate[] = [];
    const step = (at: number): boolean => {
      tries++;
      budget.left--;
      if (spent()) return false;
      if (at === own.length && !applies(statement, request)) return false;
      if (at === keys.length) {
        budget.left -= denials.length;
        return !denials.some((denial) => applies(denial, request));
      }
      for (const candidate of dimensions[at]!) {
        if (!costs.includes(candidate.cost)) continue;
        if (candidate.values.length > 0) context.set(keys[at]!, candidate.values);
        else context.delete(keys[at]!);
        if (at < own.length && fails(statement, keys[at]!, request.context)) continue;
        chosen[at] = candidate;
        if (step(at + 1)) return true;
      }
      context.delete(keys[at]!);
      return false;
    };
    return step(0) ? chosen.slice(0, keys.length) : undefined;
  };

  const stretches: Stretch[] = [];
  let endpoint = false;
  for (const place of places) {
    if (place.cost !== 'open' || (place.stretch === undefined && endpoint)) continue;
    if (choose(place, ['open']) === undefined) continue;
    if (place.stretch) stretches.push(place.stretch);
    else endpoint = true;
  }
  const found = { stretches, endpoint };
  if (stretches.length > 0 || endpoint) return { ...found, tooMuch: spent() };
  for (const place of places) {
    const chosen = choose(place, ['open', 'held']);
    if (chosen === undefined) continue;
    const held = [place.held, ...chosen.map((one) => one.held)].filter((one) => one !== undefined);
    return { ...found, held, tooMuch: false };
  }
  for (const place of places) {
    const chosen = choose(place, ['open', 'held', 'unknown']);
    if (chosen === undefined) continue;
    const unknown = keys.filter((_, at) => chosen[at]!.cost === 'unknown');
    return { ...found, unknown: unknown.map((key) => writtenOf(key, conditions)), tooMuch: false };
  }
  return { ...found, tooMuch: spent() };
}

/** Whether a denial that concerns who asks leaves nothing of the resource; variables could only add to it. */
function deniesAll({ conditions, resources, variables }: Statement, resource: string): boolean {
  return (
    conditions.length === 0 &&
    (resources === undefined || includes(resources, resource, variables ? new Map() : undefined, false))
  );
}

function requesterOf({ kind, account, arn, service }: Identity & { service?: string }): Requester {
  if (kind === 'anonymous') return { kind };
  if (kind === 'service') return { kind, name: service ?? '' };
  return { kind, account: account ?? OUTSIDER.account, arn: arn ?? OUTSIDER.arn };
}

const writtenOf = (key: string, conditions: readonly Condition[]): string =>
  conditions.find((one) => one.key === key)?.written ?? key;

/** Whether the statement's conditions on this key alone already fail; those with variables wait. */
function fails(statement: Statement, key: string, context: ReadonlyMap<string, readonly string[]>): boolean {
  return statement.conditions.some(
    (one) =>
      one.key === key &&
      !one.values.some((value) => value.includes('${')) &&
      !conditionMet(one, context, statement.variables),
  );
}

/** Every key that these statements ask about, but those of the place. */
function keysOf(statements: readonly Statement[]): string[] {
  const keys = new Set<string>();
  for (const { conditions, resources, variables } of statements) {
    for (const { key, values } of conditions) {
      keys.add(key);
      if (variables) for (const value of values) for (const one of variablesIn(value)) keys.add(one);
    }
    if (variables)
      for (const one of resources?.patterns ?? []) for (const key of variablesIn(one)) keys.add(key);
  }
  return [...keys].filter((key) => !PLACE.test(key));
}
