import { type Finding, selfFinding } from '@tacet/audit/watching';
import type { AccountStore, ControlStore } from '@tacet/store';
import type { Look } from './look.ts';

const UNUSED_SECONDS = 90 * 86_400;
/** What a token opens that reads or administers; writers are machines that run for years. */
const WRITES_ONLY = 'ingest';

/** Accounts and tokens that somebody should look at. */
export function lookAtAccounts(
  control: Pick<ControlStore, 'listTokens'> & Pick<AccountStore, 'users' | 'passkeys'>,
  workspace: string,
  now: () => number,
): Look {
  return {
    checks: [
      'self-no-owner',
      'self-link-open',
      'self-token-endless',
      'self-token-unused',
      'self-token-expired',
    ],
    async look() {
      const [users, passkeys, tokens] = await Promise.all([
        control.users(workspace),
        control.passkeys(workspace),
        control.listTokens(workspace),
      ]);
      const findings: Finding[] = [];
      const active = users.filter(({ disabled }) => !disabled);
      if (!active.some(({ role }) => role === 'owner'))
        findings.push(selfFinding('self-no-owner', { subject: `workspace:${workspace}` }));
      const withPasskey = new Set(passkeys.map(({ user }) => user));
      for (const { id, password, issuer, role } of active)
        if (password === undefined && issuer === undefined && !withPasskey.has(id))
          findings.push(
            selfFinding('self-link-open', {
              subject: `account ${id.slice(0, 12)}`,
              within: id,
              ...((role === 'owner' || role === 'admin') && { severity: 'medium' as const }),
            }),
          );
      const seconds = Math.floor(now() / 1000);
      for (const { id, role, label, created, expires, used } of tokens) {
        const subject = `token ${id.slice(0, 12)}`;
        const proof = {
          request: 'tacet token list',
          reply: [
            `${role}${label ? ` (${label})` : ''}`,
            `made ${dayOf(created)}`,
            used === undefined ? 'never used' : `last used ${dayOf(used)}`,
            expires === undefined ? 'no end' : `until ${dayOf(expires)}`,
          ].join(', '),
        };
        if (expires !== undefined && expires <= seconds)
          findings.push(selfFinding('self-token-expired', { subject, within: id, proof }));
        else if (expires === undefined && role !== WRITES_ONLY)
          findings.push(selfFinding('self-token-endless', { subject, within: id, proof }));
        if ((expires === undefined || expires > seconds) && (used ?? created) <= seconds - UNUSED_SECONDS)
          findings.push(selfFinding('self-token-unused', { subject, within: id, proof }));
      }
      return findings;
    },
  };
}

const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
