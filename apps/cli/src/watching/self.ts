import { type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { painter } from '../terminal/text.ts';
import { fails, linesOf, listed, type Recorded, severityFlag, summaryOf } from './findings.ts';

export interface SelfOptions extends Place {
  failOn?: string;
  json?: boolean;
}

/** What the server answers. */
interface SelfReport extends Recorded {
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
  const { undecided } = report;
  const unclear = undecided.length > 0 ? `\nNot decided this time: ${undecided.join(', ')}` : '';
  io.stdout.write(`${summaryOf(findings, report)}.${unclear}\n`);
  return status;
}
