import { SEVERITIES, type Severity } from '@tacet/audit/watching';
import { TacetError } from '@tacet/records';
import { type Api, type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { table, timeText } from '../terminal/table.ts';
import { harmless, painter } from '../terminal/text.ts';
import { findingBy, type Listed, linesOf, listed, SHORT, stateText } from './findings.ts';

export interface KeptOptions extends Place {
  json?: boolean;
  all?: boolean;
}

/** A run as the server lists it. */
interface Run {
  id: string;
  scope: string;
  state: string;
  started: number;
  ended?: number;
  open?: Record<Severity, number>;
  changes?: Record<'new' | 'back' | 'gone' | 'worse' | 'lapsed', number>;
  targets?: string[];
}

export const runsOf = async (api: Api) => (await api<{ runs: Run[] }>('/v1/audit/runs')).runs;

const jsonLines = (io: Io, rows: readonly object[]) =>
  io.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

/** `tacet audit history`: runs, newest last, and what was open after each. */
export async function showHistory(options: KeptOptions, io: Io): Promise<number> {
  const runs = (await withApi(options, 'owner', io, runsOf)).reverse();
  if (options.json) {
    jsonLines(io, runs);
    return STATUS.done;
  }
  if (runs.length === 0) io.stderr.write('tacet: nothing was audited yet: tacet audit --self\n');
  const number = (count: number | undefined) => (count === undefined ? '-' : `${count}`);
  const rows = runs.map(({ id, scope, state, started, open, changes }) => [
    id.slice(0, SHORT),
    timeText(started),
    scope,
    state,
    ...SEVERITIES.map((severity) => number(open?.[severity])),
    ...(['new', 'back', 'gone'] as const).map((change) => number(changes?.[change])),
  ]);
  const headings = ['RUN', 'STARTED', 'OF', 'STATE', ...SEVERITIES.map((name) => name.toUpperCase())];
  io.stdout.write(table([...headings, 'NEW', 'BACK', 'GONE'], rows));
  return STATUS.done;
}

/** `tacet audit targets`: what was looked at, by the newest run of each list that came to an end. */
export async function showTargets(options: KeptOptions, io: Io): Promise<number> {
  const newest = new Map<string, Run>();
  for (const run of await withApi(options, 'owner', io, runsOf))
    if (run.targets && !newest.has(run.scope)) newest.set(run.scope, run);
  const targets = [...newest.values()].flatMap(({ scope, started, state, targets = [] }) =>
    targets.map((target) => ({ target, scope, looked: started, state })),
  );
  if (options.json) jsonLines(io, targets);
  else
    io.stdout.write(
      table(
        ['TARGET', 'OF', 'LOOKED AT', 'RUN'],
        targets.map(({ target, scope, looked, state }) => [target, scope, timeText(looked), state]),
      ),
    );
  return STATUS.done;
}

/** `tacet audit findings`: what is open or accepted, and with `--all` what is gone. */
export async function showFindings(options: KeptOptions, io: Io): Promise<number> {
  const findings = (await withApi(options, 'owner', io, listed)).filter(
    ({ state }) => options.all || state !== 'gone',
  );
  if (options.json) {
    jsonLines(io, findings);
    return STATUS.done;
  }
  if (findings.length === 0) io.stderr.write('tacet: nothing is open\n');
  const rows = findings.map(({ finding, state, first, last }) => [
    finding.fingerprint.slice(0, SHORT),
    finding.severity,
    state,
    timeText(first),
    timeText(last),
    finding.check,
    finding.subject,
  ]);
  io.stdout.write(table(['FINDING', 'SEVERITY', 'STATE', 'SINCE', 'LAST SEEN', 'CHECK', 'OF'], rows));
  return STATUS.done;
}

/** `tacet audit show`: one finding, with its proof. */
export async function showFinding(fingerprint: string, options: KeptOptions, io: Io): Promise<number> {
  const { one, reports } = await withApi(options, 'owner', io, async (api) => {
    const one = await findingBy(api, fingerprint);
    const path = `/v1/audit/reports?finding=${one.finding.fingerprint}`;
    const isReport = one.finding.source === 'report';
    return { one, reports: isReport ? (await api<{ reports: Report[] }>(path)).reports : [] };
  });
  if (options.json) io.stdout.write(`${JSON.stringify(reports.length > 0 ? { ...one, reports } : one)}\n`);
  else io.stdout.write(pageOf(one, reports, io));
  return STATUS.done;
}

/** What somebody outside wrote, and its clock. */
interface Report {
  id: string;
  state: string;
  received: number;
  due: number;
  answered?: number;
  title: string;
  where?: string;
  details?: string;
  encrypted?: string;
  email?: string;
}

function reportLines({
  state,
  received,
  due,
  answered,
  title,
  where,
  details,
  encrypted,
  email,
}: Report): string[] {
  const clock = answered === undefined ? `answer by ${timeText(due)}` : `answered ${timeText(answered)}`;
  const from = email === undefined ? '' : ` from ${harmless(email)}`;
  return [
    '',
    `Report    ${timeText(received)}${from}, ${state}, ${clock}`,
    `          ${harmless(title)}${where === undefined ? '' : `, ${harmless(where)}`}`,
    // Line by line, so that what is encrypted can be copied as it is: to age -d.
    ...(details ?? encrypted ?? '').split('\n').map(harmless),
  ];
}

export interface AnswerOptions extends Place {
  json?: boolean;
}

/** `tacet audit answer`: a person's answer to whoever reported a finding. */
export async function answerReport(
  fingerprint: string,
  state: string,
  options: AnswerOptions,
  io: Io,
): Promise<number> {
  if (!['confirmed', 'fixed', 'declined'].includes(state))
    throw new TacetError('USAGE', 'an answer is confirmed, fixed or declined');
  const answered = await withApi(options, 'owner', io, async (api) => {
    const { finding } = await findingBy(api, fingerprint);
    return api<{ fingerprint: string }>('/v1/audit/answer', { fingerprint: finding.fingerprint, state });
  });
  io.stdout.write(
    options.json
      ? `${JSON.stringify(answered)}\n`
      : `Answered: ${state}. Reporters see it on the page of their report.\n`,
  );
  return STATUS.done;
}

function pageOf(one: Listed, reports: readonly Report[], io: Io): string {
  const { finding } = one;
  const paint = painter(io.stdout, io.env);
  const [headline] = linesOf(one, paint);
  const field = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [`${name.padEnd(10)}${harmless(value)}`];
  return `${[
    headline,
    ...field('What', finding.subject),
    ...field('Check', `${finding.check} (${finding.source})`),
    ...field('Finding', finding.fingerprint),
    ...field('State', stateText(one)),
    ...field('Why', finding.why),
    ...field('Close it', finding.fix),
    ...field('Asked', finding.proof?.request),
    ...field('Answer', finding.proof?.reply),
    ...(finding.readable ?? []).flatMap(({ kind, name, count, bytes }) =>
      field(
        'Readable',
        `${kind} ${name}${count === undefined ? '' : `, ${count}`}${bytes === undefined ? '' : `, ${bytes} bytes`}`,
      ),
    ),
    ...(finding.causes ?? []).flatMap(({ file, line, setting, excerpt }) =>
      field(
        'Cause',
        `${file}${line === undefined ? '' : `:${line}`}${setting ? ` ${setting}` : ''}${excerpt ? `: ${excerpt}` : ''}`,
      ),
    ),
    ...finding.references.map((url) => `See       ${harmless(url)}`),
    ...reports.flatMap(reportLines),
  ].join('\n')}\n`;
}

export interface AcceptOptions extends Place {
  reason: string;
  until: string;
  json?: boolean;
}

/** `tacet audit accept`: a finding may stay until a day, for a reason, by the word of whoever says so. */
export async function acceptFinding(fingerprint: string, options: AcceptOptions, io: Io): Promise<number> {
  const until = endOf(options.until);
  const { reason } = options;
  const meant = await withApi(options, 'owner', io, async (api) => {
    const { finding } = await findingBy(api, fingerprint);
    await api('/v1/audit/accept', { fingerprint: finding.fingerprint, reason, until });
    return finding;
  });
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ fingerprint: meant.fingerprint, until })}\n`
      : `Accepted until ${timeText(until)} UTC: ${harmless(meant.title)}, ${harmless(meant.subject)}\n`,
  );
  return STATUS.done;
}

/** The end of a day as `2026-12-31`, UTC, in seconds since 1970. Throws USAGE. */
function endOf(day: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time)) throw new TacetError('USAGE', '--until takes a day: 2026-12-31');
  return time / 1000 + 86_400;
}
