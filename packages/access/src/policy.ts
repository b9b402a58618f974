import { TacetError } from '@tacet/records';
import type { TokenKind } from './token.ts';

/** Who asks, after the token was verified. */
export interface Principal {
  kind: TokenKind;
  /** Id of the token, hexadecimal: the name under which the trail knows the reader. */
  token: string;
  workspace: string;
  /** Why, as given with this request; checked by `checkPurpose`. */
  purpose?: string;
}

/** What is asked for. Everything belongs to exactly one workspace. */
export interface Resource {
  workspace: string;
}

interface Rule {
  allow: readonly TokenKind[];
  /** Whether the request must say why. */
  purpose: boolean;
}

/**
 * The whole policy. What does not stand here is denied. Ingest tokens write only; readers read only,
 * and each reading states its purpose, the reading of key records and plans included: who looks at
 * them tells what is about to be read.
 */
export const POLICY = {
  ingest: { allow: ['ingest'], purpose: false },
  authority: { allow: ['reader'], purpose: true },
  plan: { allow: ['reader'], purpose: true },
  match: { allow: ['reader'], purpose: true },
  release: { allow: ['reader'], purpose: true },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof POLICY;

/**
 * Decides by the table above; returns or throws. NOT_ALLOWED for a kind the action is not open to,
 * for an action that is unknown and for a resource of another workspace; PURPOSE_MISSING for an
 * allowed reading that does not say why.
 */
export function authorize(principal: Principal, action: Action, resource: Resource): void {
  const rule: Rule | undefined = Object.hasOwn(POLICY, action) ? POLICY[action] : undefined;
  if (!rule?.allow.includes(principal.kind))
    throw new TacetError(
      'NOT_ALLOWED',
      `this token may not be used for: ${rule ? action : 'an unknown action'}`,
    );
  if (principal.workspace !== resource.workspace)
    throw new TacetError('NOT_ALLOWED', 'this token belongs to another workspace');
  if (rule.purpose && !principal.purpose)
    throw new TacetError('PURPOSE_MISSING', 'a reading needs a purpose');
}
