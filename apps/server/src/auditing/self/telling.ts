import { type Finding, selfFinding } from '@tacet/audit/watching';
import type { AuditStore } from '@tacet/store';
import type { Look } from './look.ts';

const MOST = 10_000;

/** Whether somebody is told of findings, and answers those who report. */
export function lookAtTelling(
  store: Pick<AuditStore, 'notices' | 'outsideReports'>,
  workspace: string,
  channels: readonly string[],
  now: () => number,
): Look {
  return {
    checks: ['self-nobody-told', 'self-notices-failing', 'self-report-overdue'],
    async look() {
      const findings: Finding[] = [];
      if (channels.length === 0)
        findings.push(selfFinding('self-nobody-told', { subject: `workspace:${workspace}` }));
      const failed = new Map<string, number>();
      for (const { channel, state } of await store.notices(workspace, MOST))
        if (state === 'failed') failed.set(channel, (failed.get(channel) ?? 0) + 1);
      for (const [channel, count] of failed)
        findings.push(
          selfFinding('self-notices-failing', {
            subject: `channel:${channel}`,
            proof: { request: 'the outbox', reply: `${count} given up` },
          }),
        );
      for (const { fingerprint, state, due } of await store.outsideReports(workspace, MOST))
        if (state === 'received' && due * 1000 < now())
          findings.push(selfFinding('self-report-overdue', { subject: `report:${fingerprint}` }));
      return findings;
    },
  };
}
