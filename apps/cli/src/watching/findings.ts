import { type Change, type Finding, isWorse, SEVERITIES, type Severity } from '@tacet/audit/watching';
import { TacetError } from '@tacet/records';
import type { Api } from '../api.ts';
import { SEVERITY_STYLES } from '../terminal/severity.ts';
import { timeText } from '../terminal/table.ts';
import { countText, harmless, type painter } from '../terminal/text.ts';

/** A finding as the server lists it. Times are seconds since 1970. */
export interface Listed {
  finding: Finding;
  state: 'open' | 'accepted' | 'gone';
  first: number;
  last: number;
  gone?: number;
  returns: number;
  accepted?: { by: string; name: string; at: number; until: number; reason: string };
}

export const SHORT = 12;

/** Everything that the server knows. */
export const listed = async (api: Api) => (await api<{ findings: Listed[] }>('/v1/audit/findings')).findings;

/** The one finding whose fingerprint begins so. Throws FINDING_UNKNOWN. */
export async function findingBy(api: Api, beginning: string): Promise<Listed> {
  const meant = (await listed(api)).filter(({ finding }) => finding.fingerprint.startsWith(beginning));
  if (meant.length === 1) return meant[0]!;
  throw new TacetError(
    'FINDING_UNKNOWN',
    meant.length ? 'several findings begin so' : 'no finding has this fingerprint',
  );
}

/** The severity that `--fail-on` names. Throws USAGE. */
export function severityFlag(text: string): Severity {
  const severity = SEVERITIES.find((name) => name === text);
  if (severity) return severity;
  throw new TacetError('USAGE', `--fail-on takes one of ${SEVERITIES.join(', ')}`);
}

/** Whether something is open, not accepted, and at least so bad. */
export function fails(findings: readonly Listed[], least: Severity): boolean {
  return findings.some(({ state, finding }) => state === 'open' && !isWorse(least, finding.severity));
}

/** A finding in a few lines: how bad, what, where, since when, and how it is closed. */
export function linesOf(one: Listed, paint: ReturnType<typeof painter>): string[] {
  const { finding } = one;
  const indent = ' '.repeat(10);
  return [
    `${paint(SEVERITY_STYLES[finding.severity], finding.severity.padEnd(8))}  ${paint('bold', harmless(finding.title))}`,
    `${indent}${harmless(finding.subject)}${finding.proof ? `: ${harmless(finding.proof.reply)}` : ''}`,
    `${indent}close it: ${harmless(finding.fix)}`,
    `${indent}${finding.fingerprint.slice(0, SHORT)}, ${stateText(one)}`,
  ];
}

/** What the end of a run brought, as the server tells it. */
export interface Recorded {
  run: string;
  changes: { change: Change; fingerprint: string }[];
}

/** How many findings a run left open, and what changed by it: `2 findings, 1 of them accepted, 1 new`. */
export function summaryOf(open: readonly Listed[], { changes }: Recorded): string {
  const count = (change: Change) => changes.filter((one) => one.change === change).length;
  const accepted = open.filter(({ state }) => state === 'accepted').length;
  return [
    countText(open.length, 'finding'),
    ...(accepted > 0 ? [`${accepted} of them accepted`] : []),
    ...(['new', 'back', 'gone', 'worse', 'lapsed'] as const)
      .filter((change) => count(change) > 0)
      .map((change) => `${count(change)} ${change}`),
  ].join(', ');
}

/** What became of it, in words. */
export function stateText({ state, first, last, gone, returns, accepted }: Listed): string {
  const seen = `since ${timeText(first)}${returns > 0 ? `, came back ${returns} times` : ''}`;
  if (state === 'gone')
    return `gone ${timeText(gone)}, was there from ${timeText(first)} to ${timeText(last)}`;
  if (!accepted) return seen;
  return `${seen}, accepted by ${harmless(accepted.name)} until ${timeText(accepted.until)}: ${harmless(accepted.reason)}`;
}
