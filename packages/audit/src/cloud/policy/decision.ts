import { type Context, conditionMet } from './condition.ts';
import type { Patterns, Principals, Statement } from './document.ts';
import { globMatches } from './glob.ts';
import { resolved } from './variables.ts';

/** Who asks. Nobody here is of the account that owns the resource. */
export type Requester =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'aws'; readonly account: string; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string };

export interface Request {
  readonly requester: Requester;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** Whether a statement's principals include who asks. */
export function concerns(principals: Principals, requester: Requester): boolean {
  return names(principals, requester) !== principals.others;
}

function names(principals: Principals, requester: Requester): boolean {
  if (principals.everybody) return true;
  if (requester.kind === 'anonymous') return false;
  if (requester.kind === 'service') return principals.services.includes(requester.name);
  if (principals.authenticated) return true;
  const { account, arn } = requester;
  return principals.aws.some((one) => one === account || one === arn || one.endsWith(`::${account}:root`));
}

export function includes(
  { not, patterns }: Patterns,
  text: string,
  context: Context | undefined,
  anyCase: boolean,
): boolean {
  const subject = anyCase ? text.toLowerCase() : text;
  const found = patterns.some((pattern) => {
    const wanted = context === undefined ? pattern : resolved(pattern, context);
    return wanted !== undefined && globMatches(anyCase ? wanted.toLowerCase() : wanted, subject);
  });
  return found !== not;
}

/** Whether a statement is about a request: its principals, action, resource and conditions all fit. */
export function applies(statement: Statement, request: Request): boolean {
  const { principals, actions, resources, conditions, variables } = statement;
  return (
    concerns(principals, request.requester) &&
    includes(actions, request.action, undefined, true) &&
    (resources === undefined ||
      includes(resources, request.resource, variables ? request.context : undefined, false)) &&
    conditions.every((condition) => conditionMet(condition, request.context, variables))
  );
}
