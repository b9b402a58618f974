import type { Change } from '@tacet/audit/watching';
import { type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { countText, painter } from '../terminal/text.ts';
import { fails, type Listed, linesOf, listed, severityFlag } from './findings.ts';

export interface SelfOptions extends Place {
  failOn?: string;
  json?: boolean;
}

/** What the server answers. */
interface SelfReport {
  run: string;
  changes: { change: Change; fingerprint: string }[];
  undecided: string[];
}

/** `tacet audit --self`: this installation looks at itself. */
export async function auditSelf(options: SelfOptions, io: Io): Promise<number> {
  const least = severityFlag(options.failOn ?? 'low');
  const { report, findings } = await withApi(options, 'owner', io, async (api) => ({
    report: await api<SelfReport>('/v1/audit/self', {}),
    findings: (await listed(api)).filter(
      ({ finding, state }) => finding.source === 'self' && state !== 'gone',
    ),
  }));
  const status = fails(findings, least) ? STATUS.problem : STATUS.done;
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ ...report, findings })}\n`);
    return status;
  }
  const paint = painter(io.stdout, io.env);
  for (const one of findings) io.stdout.write(`${linesOf(one, paint).join('\n')}\n\n`);
  io.stdout.write(`${summaryOf(findings, report)}\n`);
  return status;
}

function summaryOf(findings: readonly Listed[], { changes, undecided }: SelfReport): string {
  const count = (change: Change) => changes.filter((one) => one.change === change).length;
  const accepted = findings.filter(({ state }) => state === 'accepted').length;
  const said = [
    countText(findings.length, 'finding'),
    ...(accepted > 0 ? [`${accepted} of them accepted`] : []),
    ...(['new', 'back', 'gone', 'worse', 'lapsed'] as const)
      .filter((change) => count(change) > 0)
      .map((change) => `${count(change)} ${change}`),
  ];
  const unclear = undecided.length > 0 ? `\nNot decided this time: ${undecided.join(', ')}` : '';
  return `${said.join(', ')}.${unclear}`;
}
