import { isRecord, recordsIn, textsIn, wordOf } from '../json/value.ts';
import type { Resource } from '../terraform/resource.ts';
import type { At } from './check.ts';

/** Everybody, signed in or not. */
export const ALL = 'allUsers';
/** Everybody with any Google account. */
export const SIGNED_IN = 'allAuthenticatedUsers';

export interface Membership extends At {
  readonly member: string;
}

/** The types of Terraform's resources that give roles on something: `_iam_member`, `_iam_binding`, `_iam_policy`. */
export function iamTypes(...bases: readonly string[]): string[] {
  return bases.flatMap((base) => ['member', 'binding', 'policy'].map((kind) => `${base}_iam_${kind}`));
}

/**
 * Memberships of everybody, with or without a Google account. Conditions of IAM look at resources and time, not
 * at who asks, so that they do not guard; they are told.
 */
export function* strangers({ type, values }: Resource): Iterable<Membership> {
  if (type.endsWith('_iam_member')) {
    yield* memberships([values.member], values.role, () => ['member'], values.condition);
  } else if (type.endsWith('_iam_binding')) {
    yield* memberships(textsIn(values.members), values.role, (at) => ['members', at], values.condition);
  } else {
    for (const one of bindingsIn(values.policy_data)) {
      yield* memberships(textsIn(one.members), one.role, () => ['policy_data'], one.condition);
    }
  }
}

function* memberships(
  members: readonly unknown[],
  role: unknown,
  path: (index: number) => (string | number)[],
  condition: unknown,
): Iterable<Membership> {
  const limited = recordsIn(condition).length > 0 ? ', with a condition' : '';
  for (const [index, member] of members.entries()) {
    if (member !== ALL && member !== SIGNED_IN) continue;
    yield { member, path: path(index), says: `${member} has ${wordOf(role)}${limited}` };
  }
}

function bindingsIn(data: unknown): Record<string, unknown>[] {
  if (typeof data !== 'string') return [];
  try {
    const policy: unknown = JSON.parse(data);
    return isRecord(policy) ? recordsIn(policy.bindings) : [];
  } catch {
    return [];
  }
}
