import { basename, sep } from 'node:path';
import { dirname } from 'node:path/posix';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditReport } from '@tacet/audit';
import type { Covered, Severity } from '@tacet/audit/watching';
import { codeOf, TacetError } from '@tacet/records';
import { type Api, type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { timeText } from '../terminal/table.ts';
import { harmless, painter } from '../terminal/text.ts';
import { fails, type Listed, linesOf, listed, type Recorded, summaryOf } from './findings.ts';

export interface KeepOptions extends Place {
  targets?: string;
  every?: string;
  scope?: string;
  json?: boolean;
}

/** What is looked at in every run. */
export interface Watch {
  look: () => Promise<Looked>;
  /** What is probed and read, in the owner's words. */
  targets: readonly string[];
  /** Files and folders that are read, as absolute paths. */
  folders: readonly string[];
  /** Checks that are not made, whatever answers. */
  unasked: readonly string[];
  least: Severity;
}

interface Looked {
  report: AuditReport;
  /** Whether everything was looked at that was to be. */
  whole: boolean;
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MIN_INTERVAL = UNITS.m;
const MAX_INTERVAL = 30 * UNITS.d;
/** A run that says nothing for three times as long counts as dead. */
const RENEW_MS = 60_000;
const MAX_TARGETS = 10_000;
const MAX_NAME = 500;

/**
 * `tacet audit --keep` and `--every`: what a run finds is kept by the server, and held against the runs before.
 * `watched` is asked before each run; when it fails later on, what it said before holds.
 */
export async function keepAudits(
  watched: () => Promise<Watch>,
  options: KeepOptions,
  io: Io,
): Promise<number> {
  const scope = scopeOf(options);
  const interval = options.every === undefined ? undefined : intervalOf(options.every);
  let watch = await watched();
  if (interval === undefined) return once(watch, scope, options, io);
  while (!io.stop.aborted) {
    const begun = performance.now();
    await once(watch, scope, options, io).catch((error) => {
      if (io.stop.aborted) return;
      // The next run may find its server again; what this one found is found again too.
      const code = codeOf(error);
      if (code === undefined || code === 'USAGE' || code === 'TARGETS_INVALID') throw error;
      io.stderr.write(`tacet: this run is not kept: ${code}: ${harmless((error as Error).message)}\n`);
    });
    const left = Math.max(0, interval - (performance.now() - begun));
    await sleep(left, undefined, { signal: io.stop }).catch(() => undefined);
    if (io.stop.aborted) break;
    watch = await watched().catch((error) => {
      io.stderr.write(`tacet: the targets stay as they were: ${harmless((error as Error).message)}\n`);
      return watch;
    });
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

/** A server that is not running is opened for each question: between them it may start. */
async function once(watch: Watch, scope: string, options: KeepOptions, io: Io): Promise<number> {
  const ask = <T>(work: (api: Api) => Promise<T>) => withApi(options, 'owner', io, work);
  const { id } = await ask((api) => api<{ id: string }>('/v1/audit/runs', { scope }));
  let renewed: Promise<unknown> = Promise.resolve();
  const renewing = setInterval(() => {
    renewed = renewed.then(() => ask((api) => api('/v1/audit/runs/renew', { id })).catch(() => undefined));
  }, RENEW_MS);
  const base = {
    id,
    targets: watch.targets.slice(0, MAX_TARGETS).map((name) => name.slice(0, MAX_NAME)),
  };
  let looked: Looked;
  try {
    looked = await watch.look();
  } catch (error) {
    clearInterval(renewing);
    await renewed;
    const nothing = { ...base, complete: false, findings: [], covered: [] };
    await ask((api) => api('/v1/audit/runs/finish', nothing)).catch(() => undefined);
    throw error;
  }
  clearInterval(renewing);
  // Two at once would open the same directory.
  await renewed;
  const { report } = looked;
  const { recorded, findings } = await ask(async (api) => {
    const covered = coveredBy(report, watch, await listed(api));
    const body = { ...base, complete: true, findings: report.findings, covered };
    return { recorded: await api<Recorded>('/v1/audit/runs/finish', body), findings: await listed(api) };
  });
  return told(recorded, looked, findings, watch, options, io);
}

/**
 * Of what was open before, that which this run looked at and had a clear answer from. What files say is seen together:
 * one that was not read leaves nothing clear beside it, below it and above it; of containers, which services of any
 * file open, and of clouds nothing at all.
 */
export function coveredBy(
  { clear, failed }: Pick<AuditReport, 'clear' | 'failed'>,
  { folders, unasked }: Pick<Watch, 'folders' | 'unasked'>,
  known: readonly Listed[],
): Covered[] {
  const key = (subject: string, check = '') => JSON.stringify([subject, check]);
  const keys = new Set(clear.map((one) => key(one.subject ?? '', 'check' in one ? one.check : '')));
  const isIn = (folder: string, file: string) => `${file}/`.startsWith(`${folder.replace(/\/+$/, '')}/`);
  const named = folders.map((folder) => folder.split(sep).join('/'));
  const isRead = (check: string, source: string, file: string) => {
    const anywhere = source === 'cloud' || /^(?:container|kubernetes)-/.test(check);
    return (
      named.some((folder) => isIn(folder, file)) &&
      !failed.some(({ file: unread }) => {
        const folder = named.find((one) => isIn(one, unread));
        if (folder === undefined) return false;
        const home = isIn(folder, dirname(unread)) ? dirname(unread) : folder;
        return (anywhere && isIn(folder, file)) || isIn(home, file) || isIn(dirname(file), unread);
      })
    );
  };
  const isClear = ({ source, check, subject, causes = [] }: Listed['finding']) => {
    if (source === 'configuration' || (source === 'cloud' && causes.length > 0))
      return causes.length > 0 && causes.every(({ file }) => isRead(check, source, file));
    return (
      (source === 'probe' || source === 'cloud') &&
      !unasked.includes(check) &&
      (keys.has(key(subject)) || keys.has(key(subject, check)))
    );
  };
  return known
    .filter(({ state, finding }) => state !== 'gone' && isClear(finding))
    .map(({ finding: { check, subject } }) => ({ check, subject }));
}

function told(
  recorded: Recorded,
  { report, whole }: Looked,
  kept: readonly Listed[],
  { least }: Watch,
  options: KeepOptions,
  io: Io,
): number {
  const mine = new Set(report.findings.map(({ fingerprint }) => fingerprint));
  const open = kept.filter(({ finding, state }) => state !== 'gone' && mine.has(finding.fingerprint));
  const done = whole ? STATUS.done : STATUS.failure;
  const status = fails(open, least) ? STATUS.problem : done;
  const { run, changes } = recorded;
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ run, changes, findings: open })}\n`);
    return status;
  }
  const news = new Map(
    changes.filter(({ change }) => change !== 'still').map((one) => [one.fingerprint, one.change]),
  );
  const paint = painter(io.stdout, io.env);
  for (const one of kept) {
    const change = news.get(one.finding.fingerprint);
    if (change) io.stdout.write(`${paint('bold', change)}\n${linesOf(one, paint).join('\n')}\n\n`);
  }
  io.stdout.write(`${timeText(Date.now() / 1000)} UTC: ${summaryOf(open, recorded)}.\n`);
  return status;
}
