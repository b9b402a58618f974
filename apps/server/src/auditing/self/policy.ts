import {
  ACTIONS,
  type Action,
  DEFAULT_POLICIES,
  Policy,
  type PolicyFile,
  type Principal,
  ROLES,
  type Role,
} from '@tacet/access';
import { type Finding, selfFinding } from '@tacet/audit/watching';
import type { Look } from './look.ts';

const WORKSPACE = 'audited';
const ID = '0'.repeat(32);
const MOST_NAMED = 12;

/** Whether the policy denies what it must, and permits no more than the shipped one. */
export function lookAtPolicy(files: readonly PolicyFile[], now: () => number): Look {
  return {
    checks: ['self-policy-undenied', 'self-policy-wider', 'self-policy-changed'],
    async look() {
      const subject = 'file:policy';
      const same = (file: PolicyFile) => DEFAULT_POLICIES.some(({ text }) => text === file.text);
      if (files.length === DEFAULT_POLICIES.length && files.every(same)) return [];
      const [policy, shipped] = await Promise.all([Policy.load(files), Policy.load()]);
      const findings: Finding[] = [selfFinding('self-policy-changed', { subject })];
      const undenied = permitted(policy, strangers(), now());
      if (undenied.length > 0)
        findings.push(selfFinding('self-policy-undenied', { subject, proof: proofOf(undenied) }));
      const members = ROLES.flatMap((role) => both(role, WORKSPACE));
      const before = new Set(permitted(shipped, members, now()));
      const wider = permitted(policy, members, now()).filter((one) => !before.has(one));
      if (wider.length > 0)
        findings.push(selfFinding('self-policy-wider', { subject, proof: proofOf(wider) }));
      return findings;
    },
  };
}

const both = (role: string, workspace: string): Principal[] =>
  (['token', 'user'] as const).map((type) => ({
    type,
    id: ID,
    role: role as Role,
    workspace,
    purpose: 'an audit',
  }));

/** Whom every policy must refuse: a role that does not exist, and the owners of another workspace. */
const strangers = () => [...both('nobody', WORKSPACE), ...ROLES.flatMap((role) => both(role, 'another'))];

/** Who may do what, as `reader (token): release`; what signed-in people may do to their own account is left out. */
function permitted(policy: Policy, principals: readonly Principal[], now: number): string[] {
  const actions = (Object.keys(ACTIONS) as Action[]).filter((action) => action !== 'own-account');
  return principals.flatMap((principal) =>
    actions
      .filter((action) => {
        try {
          policy.authorize(principal, action, { workspace: WORKSPACE }, {}, now);
          return true;
        } catch {
          return false;
        }
      })
      .map(
        (action) =>
          `${principal.role} (${principal.type})${principal.workspace === WORKSPACE ? '' : ' of another workspace'}: ${action}`,
      ),
  );
}

const proofOf = (permits: readonly string[]) => ({
  request: 'every role, every action',
  reply: `permitted: ${permits.slice(0, MOST_NAMED).join('; ')}${permits.length > MOST_NAMED ? `; ${permits.length - MOST_NAMED} more` : ''}`,
});
