import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditReport } from '@tacet/audit';
import type { Change, Severity } from '@tacet/audit/watching';
import { codeOf, TacetError } from '@tacet/records';
import { type Api, type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { countText, harmless, painter } from '../terminal/text.ts';
import { fails, type Listed, linesOf, listed } from './findings.ts';

export interface KeepOptions extends Place {
  targets?: string;
  every?: string;
  scope?: string;
  json?: boolean;
}

/** What is looked at in every run. */
export interface Watch {
  look: () => Promise<AuditReport>;
  /** What is probed and read, in the owner's words. */
  targets: readonly string[];
  /** Files and folders that are read. */
  folders: readonly string[];
  least: Severity;
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MIN_INTERVAL = UNITS.m;
const MAX_INTERVAL = 30 * UNITS.d;
/** A run that says nothing for three times as long counts as dead. */
const RENEW_MS = 60_000;
const MAX_TARGETS = 10_000;
const MAX_NAME = 500;

/** `tacet audit --keep` and `--every`: what a run finds is kept by the server, and held against the runs before. */
export async function keepAudits(watch: Watch, options: KeepOptions, io: Io): Promise<number> {
  const scope = scopeOf(options);
  if (options.every === undefined) return once(watch, scope, options, io);
  const interval = intervalOf(options.every);
  while (!io.stop.aborted) {
    const begun = performance.now();
    await once(watch, scope, options, io).catch((error) => {
      // The next run may find its server again; what this one found is found again too.
      const code = codeOf(error);
      if (code === undefined || code === 'USAGE' || code === 'TARGETS_INVALID') throw error;
      if (!io.stop.aborted)
        io.stderr.write(`tacet: this run is not kept: ${code}: ${harmless((error as Error).message)}\n`);
    });
    const left = Math.max(0, interval - (performance.now() - begun));
    await sleep(left, undefined, { signal: io.stop }).catch(() => undefined);
  }
  return STATUS.done;
}

/** Runs over the same targets have one name: that of their file. Throws USAGE. */
function scopeOf({ scope, targets }: KeepOptions): string {
  const name = scope ?? (targets === undefined ? 'configuration' : basename(targets).replace(/\.[^.]*$/, ''));
  if (/^[A-Za-z0-9._-]{1,64}$/.test(name) && name !== 'self' && name !== 'reports') return name;
  throw new TacetError('USAGE', '--scope takes a name of letters, digits, points, - and _ for these targets');
}

/** Milliseconds of `30m`, `6h` or `1d`. Throws USAGE. */
export function intervalOf(text: string): number {
  const [, number = '', unit = 'm'] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const interval = Number(number) * UNITS[unit as keyof typeof UNITS];
  if (number !== '' && interval >= MIN_INTERVAL && interval <= MAX_INTERVAL) return interval;
  throw new TacetError('USAGE', '--every takes a time from 1m to 30d, such as 30m, 6h or 1d');
}

interface Recorded {
  run: string;
  changes: { change: Change; fingerprint: string }[];
}

/** A server that is not running is opened for each question: between them it may start. */
async function once(watch: Watch, scope: string, options: KeepOptions, io: Io): Promise<number> {
  const ask = <T>(work: (api: Api) => Promise<T>) => withApi(options, 'owner', io, work);
  const { id } = await ask((api) => api<{ id: string }>('/v1/audit/runs', { scope }));
  const renewing = setInterval(() => {
    ask((api) => api('/v1/audit/runs/renew', { id })).catch(() => undefined);
  }, RENEW_MS);
  const base = {
    id,
    scope,
    targets: watch.targets.slice(0, MAX_TARGETS).map((name) => name.slice(0, MAX_NAME)),
  };
  let report: AuditReport;
  try {
    report = await watch.look();
  } catch (error) {
    const nothing = { ...base, complete: false, findings: [], covered: [] };
    await ask((api) => api('/v1/audit/runs/finish', nothing)).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(renewing);
  }
  const { recorded, findings } = await ask(async (api) => {
    const covered = coveredBy(report, watch.folders, await listed(api));
    const body = { ...base, complete: true, findings: report.findings, covered };
    return { recorded: await api<Recorded>('/v1/audit/runs/finish', body), findings: await listed(api) };
  });
  return told(recorded, report, findings, watch, options, io);
}

/** Of what was open before, that which this run looked at and had a clear answer from. */
export function coveredBy(
  { clear, failed }: Pick<AuditReport, 'clear' | 'failed'>,
  folders: readonly string[],
  known: readonly Listed[],
): { check: string; subject: string }[] {
  const subjects = new Set(clear);
  const unread = new Set(failed.map(({ file }) => file));
  const isRead = (file: string) =>
    !unread.has(file) &&
    folders.some((folder) => file === folder || file.startsWith(`${folder.replace(/\/+$/, '')}/`));
  return known
    .filter(({ state, finding: { source, subject, causes } }) => {
      if (state === 'gone') return false;
      const [cause] = causes ?? [];
      // What S3 itself was asked about stands in no file.
      if (source === 'probe' || (source === 'cloud' && !cause)) return subjects.has(subject);
      return (source === 'configuration' || source === 'cloud') && cause !== undefined && isRead(cause.file);
    })
    .map(({ finding: { check, subject } }) => ({ check, subject }));
}

function told(
  { run, changes }: Recorded,
  report: AuditReport,
  kept: readonly Listed[],
  { least }: Watch,
  options: KeepOptions,
  io: Io,
): number {
  const mine = new Set(report.findings.map(({ fingerprint }) => fingerprint));
  const open = kept.filter(({ finding, state }) => state !== 'gone' && mine.has(finding.fingerprint));
  const status = fails(open, least) ? STATUS.problem : STATUS.done;
  const news = new Map(
    changes.filter(({ change }) => change !== 'still').map((one) => [one.fingerprint, one.change]),
  );
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ run, changes, findings: open })}\n`);
    return status;
  }
  const paint = painter(io.stdout, io.env);
  for (const one of kept) {
    const change = news.get(one.finding.fingerprint);
    if (change) io.stdout.write(`${paint('bold', change)}\n${linesOf(one, paint).join('\n')}\n\n`);
  }
  const accepted = open.filter(({ state }) => state === 'accepted').length;
  const count = (change: Change) => [...news.values()].filter((one) => one === change).length;
  const said = [
    `${countText(open.length, 'finding')} open`,
    ...(accepted > 0 ? [`${accepted} of them accepted`] : []),
    ...(['new', 'back', 'gone', 'worse', 'lapsed'] as const)
      .filter((change) => count(change) > 0)
      .map((change) => `${count(change)} ${change}`),
  ];
  io.stdout.write(`${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC: ${said.join(', ')}.\n`);
  return status;
}
