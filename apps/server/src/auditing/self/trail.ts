import { type Finding, selfFinding } from '@tacet/audit/watching';
import { codeOf } from '@tacet/records';
import { parseVerifierKey, type Trail, type VerifierKey, verifyTrail } from '@tacet/trail';
import type { Config } from '../../directory/config.ts';
import type { Look } from './look.ts';

/** A witness that is asked at every checkpoint is never silent for so long. */
const SILENT_SECONDS = 86_400;

/** Whether the chain of the trail holds, and whether somebody else watches it. */
export function lookAtTrail(
  trail: Pick<Trail, 'publish' | 'source'>,
  key: VerifierKey,
  config: Pick<Config, 'witnesses' | 'workspace'>,
  now: () => number,
): Look {
  return {
    checks: ['self-trail-broken', 'self-trail-unwitnessed', 'self-witness-behind'],
    async look() {
      const subject = `trail:${config.workspace}`;
      const witnesses = (config.witnesses ?? []).map(({ verifier }) => parseVerifierKey(verifier));
      await trail.publish();
      const findings: Finding[] = [];
      const broken = (reply: string) =>
        findings.push(
          selfFinding('self-trail-broken', { subject, proof: { request: 'tacet trail verify', reply } }),
        );
      try {
        const { problems, witnessed } = await verifyTrail({ source: trail.source, key, witnesses });
        const worst = problems.find(({ code }) => code !== 'TRAIL_NOT_WITNESSED');
        if (worst) broken(`${worst.code}, and ${problems.length - 1} more problems`);
        if (witnesses.length === 0) findings.push(selfFinding('self-trail-unwitnessed', { subject }));
        for (const { name } of witnesses) {
          const last = witnessed.find((one) => one.name === name);
          if (last && last.time > now() / 1000 - SILENT_SECONDS) continue;
          const reply = last
            ? `cosigned ${new Date(last.time * 1000).toISOString()}`
            : 'cosigned nothing yet';
          const proof = { request: `the checkpoint that ${name} cosigned`, reply };
          findings.push(selfFinding('self-witness-behind', { subject, within: name, proof }));
        }
      } catch (error) {
        const code = codeOf(error);
        // What keeps the trail from being looked at is no finding about it.
        if (code === undefined || code === 'TRAIL_UNAVAILABLE') throw error;
        broken(code);
      }
      return findings;
    },
  };
}
