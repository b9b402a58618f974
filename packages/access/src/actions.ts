/** What somebody may be. Every token and every account has exactly one role. */
export const ROLES = ['ingest', 'analyst', 'reader', 'responder', 'auditor', 'admin', 'owner'] as const;

export type Role = (typeof ROLES)[number];

/** Whether foreign text names a role. */
export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text);
}

/**
 * Groups of actions. Policies speak of groups, so that an action that a later version adds is covered
 * by the policy files that a directory already has.
 *
 * - `write`: put events in
 * - `facts`: count by the clear columns
 * - `content`: find and open what is sealed
 * - `respond`: deal with secrets and incidents
 * - `audit`: read the trail
 * - `keys`: write signed key records: epochs, grants, writers
 * - `erase`: remove content for good
 * - `administer`: tokens, accounts, approvals
 * - `self`: one's own account
 */
export const GROUPS = [
  'write',
  'facts',
  'content',
  'respond',
  'audit',
  'keys',
  'erase',
  'administer',
  'self',
] as const;

export type Group = (typeof GROUPS)[number];

/**
 * Everything that the policy can be asked for, and the groups that it belongs to. A new action is
 * declared here and named for its route in the server's table; the policy denies it to whoever may not
 * do what is in its group.
 */
export const ACTIONS = {
  ingest: ['write'],
  authority: ['content', 'keys'],
  certify: ['keys'],
  keyrings: ['content'],
  plan: ['content'],
  match: ['content'],
  release: ['content'],
  manifests: ['content'],
  trail: ['audit'],
  'trail-texts': ['audit'],
  count: ['facts'],
  'list-erasures': ['erase', 'administer', 'audit'],
  'erase-rows': ['erase'],
  'approve-erasure': ['erase', 'administer'],
  'list-tokens': ['administer', 'audit'],
  'create-token': ['administer'],
  'revoke-token': ['administer'],
  'list-users': ['administer', 'audit'],
  'create-user': ['administer'],
  'link-user': ['administer'],
  'disable-user': ['administer'],
  'list-approvals': ['administer', 'audit'],
  'decide-approval': ['administer'],
  'list-findings': ['respond', 'administer', 'audit'],
  'record-audit': ['administer'],
  'accept-finding': ['administer'],
  'answer-report': ['respond', 'administer'],
  'own-account': ['self'],
} as const satisfies Record<string, readonly Group[]>;

export type Action = keyof typeof ACTIONS;
