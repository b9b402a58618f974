import { type AuditReport, type Finding, placeText, readableText, SEVERITIES } from '@tacet/audit';
import { SEVERITY_STYLES } from '../terminal/severity.ts';
import { table } from '../terminal/table.ts';
import { countText, harmless, type painter } from '../terminal/text.ts';

type Paint = ReturnType<typeof painter>;

/** Names of what could be read that are shown; all of them are in the other forms. */
const MOST_READABLE = 5;

/** The findings for people: one table, and then each with its proof, its cause and how to close it. */
export function reportText({ findings }: AuditReport, paint: Paint): string {
  const rows = findings.map(({ severity, subject, title }, at) => [String(at + 1), severity, subject, title]);
  const details = findings.map((finding, at) => detailText(finding, at + 1, paint));
  return [table(['#', 'SEVERITY', 'WHERE', 'WHAT'], rows), ...details].join('\n');
}

function detailText(finding: Finding, number: number, paint: Paint): string {
  const { severity, title, subject, proof, readable = [], causes = [], why, fix } = finding;
  const line = (name: string, text: string) => `   ${paint('dim', name.padEnd(7))} ${harmless(text)}\n`;
  const more = readable.length - MOST_READABLE;
  return [
    `${number}. ${paint(SEVERITY_STYLES[severity], severity)} ${paint('bold', harmless(title))}\n`,
    line('where', subject),
    line('why', why),
    ...(proof ? [line('asked', proof.request), line('told', proof.reply)] : []),
    ...readable.slice(0, MOST_READABLE).map((one) => line('read', readableText(one))),
    ...(more > 0 ? [line('', `and ${more} more`)] : []),
    ...causes.flatMap((place) => [
      line('cause', `${placeText(place)}${place.setting ? `  ${place.setting}` : ''}`),
      ...(place.excerpt ? [line('', place.excerpt)] : []),
    ]),
    line('close', fix),
  ].join('');
}

/** One line on what was found and what was asked. */
export function summaryText({ findings, asked, files }: AuditReport, packets: number): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count > 0 ? [`${count} ${severity}`] : [];
  });
  const verdicts = (['open', 'asks-auth', 'other-service', 'indeterminate', 'closed'] as const).flatMap(
    (verdict) => {
      const count = asked.filter((one) => one.verdict === verdict).length;
      return count > 0 ? [`${count} ${verdict}`] : [];
    },
  );
  return [
    `${countText(findings.length, 'finding')}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`,
    ...(packets > 0
      ? [
          `${countText(asked.length, 'door')} answered${verdicts.length > 0 ? ` (${verdicts.join(', ')})` : ''}, ${packets} packets sent`,
        ]
      : []),
    ...(files.length > 0 ? [`${countText(files.length, 'configuration file')} read`] : []),
  ].join('; ');
}
