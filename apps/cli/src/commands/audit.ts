import { closeSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  type AuditReport,
  type AuditTargets,
  audit,
  findingAsOcsf,
  findingsAsSarif,
  LIMITS,
  located,
  Outlet,
  PACE,
  Pace,
  type Packet,
  type Plan,
  planFor,
  publicKeyOf,
  type Rehearsal,
  ranked,
  readTargets,
  rehearse,
  reportPage,
  SERVICES,
  SEVERITIES,
  systemResolver,
  unitsOf,
} from '@tacet/audit';
import type { S3Report } from '@tacet/audit/s3';
import { codeOf, TacetError } from '@tacet/records';
import type { Place } from '../api.ts';
import { Journal, openOwn } from '../auditing/journal.ts';
import { keyPath, readKey } from '../auditing/key.ts';
import { reportText, summaryText } from '../auditing/report.ts';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { readText } from '../scanning/read.ts';
import { progressBar } from '../terminal/progress.ts';
import { countText, harmless, painter } from '../terminal/text.ts';
import { VERSION } from '../version.ts';
import { severityFlag } from '../watching/findings.ts';
import type { Watch } from '../watching/keep.ts';

export interface AuditOptions extends Place {
  self?: boolean;
  s3?: boolean;
  targets?: string;
  failOn: string;
  rate: string;
  timeout: string;
  logins?: boolean;
  dryRun?: boolean;
  resume?: string;
  packets?: string;
  key?: string;
  json?: boolean;
  sarif?: boolean;
  ocsf?: boolean;
  html?: boolean;
  keep?: boolean;
  every?: string;
  scope?: string;
}

const MAX_RATE = 100_000;
const MAX_TIMEOUT = 300;

/** `tacet audit`: asks the owner's hosts what they tell a stranger, and reads the configuration that makes them. */
export async function auditCommand(paths: string[], options: AuditOptions, io: Io): Promise<number> {
  const forms = (['json', 'sarif', 'ocsf', 'html'] as const).filter((form) => options[form]);
  const keeps = options.keep || options.every !== undefined;
  const isPlain = forms.every((form) => form === 'json');
  if (options.self) {
    if (
      options.targets !== undefined ||
      options.s3 ||
      options.dryRun ||
      paths.length > 0 ||
      keeps ||
      !isPlain
    )
      throw new TacetError(
        'USAGE',
        '--self looks at this installation alone, keeps what it finds, and prints text or --json',
      );
    return (await import('../watching/self.ts')).auditSelf(options, io);
  }
  if (keeps && !isPlain) throw new TacetError('USAGE', 'what is kept is printed as text or --json');
  if (forms.length > 1)
    throw new TacetError('USAGE', '--json, --sarif, --ocsf and --html exclude each other');
  if (options.targets === undefined && !options.s3 && paths.length === 0)
    throw new TacetError(
      'USAGE',
      'say what to audit: --targets FILE, --s3, or configuration files and folders',
    );
  const failOn = SEVERITIES.indexOf(severityFlag(options.failOn));
  const sent = new PacketLog(options.packets);
  try {
    const targetsNow = async () =>
      options.targets === undefined ? undefined : targetsOf(options.targets, options, sent, io);
    if (keeps && !options.dryRun) {
      const { keepAudits } = await import('../watching/keep.ts');
      return await keepAudits(async () => watchOf(paths, await targetsNow(), options, io), options, io);
    }
    const targets = await targetsNow();
    if (options.dryRun) return await dryRun(targets, options, io);
    const buckets = options.s3 ? await bucketsOf(io) : undefined;
    const report = withBuckets(await audited(paths, targets, options, io), buckets);
    write(report, options, io);
    complain(report, io);
    if (!options.json) {
      const counted = buckets ? `; ${countText(buckets.buckets.length, 'bucket')} looked at` : '';
      io.stderr.write(`${summaryText(report, sent.count)}${counted}\n`);
    }
    const whole = isWhole(report, buckets);
    if (report.findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= failOn)) return STATUS.problem;
    return whole ? STATUS.done : STATUS.failure;
  } finally {
    sent.close();
  }
}

/** Whether everything was looked at that was to be. */
function isWhole({ skipped, failed }: AuditReport, buckets: S3Report | undefined): boolean {
  return skipped.length + failed.length === 0 && !buckets?.cut;
}

/** What every run that is kept looks at. */
function watchOf(
  named: readonly string[],
  targets: AuditTargets | undefined,
  options: AuditOptions,
  io: Io,
): Watch {
  // Another project's files of the same names are others.
  const paths = named.map((path) => resolve(path));
  const { hosts = [], urls = [], buckets = [] } = targets?.file ?? {};
  const own = hosts.flatMap(({ configuration }) =>
    configuration.map((path) => located(path, targets!.folder)),
  );
  return {
    look: async () => {
      const buckets = options.s3 ? await bucketsOf(io) : undefined;
      const report = withBuckets(await audited(paths, targets, options, io), buckets);
      complain(report, io);
      return { report, whole: isWhole(report, buckets) };
    },
    targets: [
      ...hosts.map(({ host }) => host),
      ...urls.map(({ host, path }) => `${host}${path}`),
      ...buckets.map(({ name }) => name),
      ...(options.s3 ? ['S3'] : []),
      ...paths,
    ],
    folders: [...paths, ...own],
    unasked: SERVICES.filter(({ optIn }) => optIn && !options.logins).map(({ check }) => check.id),
    least: severityFlag(options.failOn),
  };
}

/** Counts what is sent, and writes it to a file for its owner only, when one is named. */
class PacketLog {
  count = 0;
  readonly #file: number | undefined;

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : openOwn(path);
  }

  record({ bytes, ...rest }: Packet): void {
    this.count++;
    if (this.#file === undefined) return;
    const sent = bytes && { base64: Buffer.from(bytes).toString('base64') };
    writeSync(this.#file, `${JSON.stringify({ ...rest, ...sent })}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

async function targetsOf(
  path: string,
  options: AuditOptions,
  sent: PacketLog,
  io: Io,
): Promise<AuditTargets> {
  const file = readTargets(await readText(path));
  const key = await readKey(keyPath(options.key, io));
  const seconds = wholeNumber('--timeout', options.timeout, 1, MAX_TIMEOUT);
  const perSecond = wholeNumber('--rate', options.rate, 1, MAX_RATE);
  const outlet = new Outlet({
    limits: { total: seconds * 1000, silence: Math.min(LIMITS.silence, seconds * 1000) },
    pace: new Pace({ ...PACE, perSecond }),
    record: (packet) => sent.record(packet),
    signal: io.stop,
  });
  return {
    file,
    folder: dirname(options.keep || options.every ? resolve(path) : path),
    probes: SERVICES.filter(({ optIn }) => !optIn || options.logins),
    outlet,
    resolver: systemResolver(),
    ...(key && { key: publicKeyOf(key) }),
  };
}

/** Asks S3 as the owner of buckets; loaded only for that, because the SDK takes its time. */
async function bucketsOf(io: Io): Promise<S3Report> {
  const { auditS3, s3Client } = await import('@tacet/audit/s3');
  const client = s3Client(io.env);
  const bar = await progressBar(io.stderr, 'buckets', 0, String);
  let report: S3Report;
  try {
    report = await auditS3(client, { signal: io.stop, looked: (done, of) => bar.update(done, `of ${of}`) });
  } finally {
    bar.stop();
    client.destroy();
  }
  if (report.cut) io.stderr.write('tacet: not all buckets were looked at: there are too many\n');
  return report;
}

function withBuckets(report: AuditReport, buckets: S3Report | undefined): AuditReport {
  if (!buckets) return report;
  return {
    ...report,
    findings: ranked([...report.findings, ...buckets.findings]),
    clear: [...report.clear, ...buckets.clear.map((subject) => ({ subject }))],
  };
}

async function dryRun(targets: AuditTargets | undefined, options: AuditOptions, io: Io): Promise<number> {
  if (options.s3) {
    const { S3_QUESTIONS } = await import('@tacet/audit/s3');
    rehearsed([{ to: ['S3, as its owner'], steps: S3_QUESTIONS }], options, io);
  }
  if (targets === undefined) return STATUS.done;
  // A proof by file would be asked for; a plan that sends nothing takes it for given.
  const plan: Plan = await planFor(targets);
  rehearsed(rehearse(plan, targets.probes), options, io);
  complain({ skipped: plan.skipped, failed: [] }, io);
  return STATUS.done;
}

function rehearsed(rehearsals: readonly Rehearsal[], { json }: AuditOptions, io: Io): void {
  for (const { to, steps } of rehearsals) {
    if (json) io.stdout.write(`${JSON.stringify({ to, steps })}\n`);
    else {
      io.stdout.write(`${to.map(harmless).join(', ')}\n`);
      for (const { when, packets } of steps)
        io.stdout.write(`  ${when}\n${packets.map((packet) => `    ${harmless(packet)}\n`).join('')}`);
    }
  }
}

async function audited(
  paths: readonly string[],
  targets: AuditTargets | undefined,
  { resume }: AuditOptions,
  io: Io,
): Promise<AuditReport> {
  if (!targets) return audit({ paths });
  let journal: Journal | undefined;
  let bar: Awaited<ReturnType<typeof progressBar>> | undefined;
  let done = 0;
  try {
    const report = await audit({
      paths,
      targets: {
        ...targets,
        async planned(plan) {
          journal = resume === undefined ? undefined : new Journal(resume, plan);
          done = journal?.done.length ?? 0;
          bar = await progressBar(io.stderr, 'probing', unitsOf(plan), String);
          return journal?.done ?? [];
        },
        heard(outcome) {
          journal?.add(outcome);
          bar?.update(++done, outcome.key);
        },
      },
    });
    journal?.remove();
    return report;
  } finally {
    bar?.stop();
    journal?.close();
  }
}

function write(report: AuditReport, options: AuditOptions, io: Io): void {
  const line = (value: unknown) => io.stdout.write(`${JSON.stringify(value)}\n`);
  const { findings, asked, skipped, failed } = report;
  if (options.sarif) line(findingsAsSarif(findings, VERSION));
  else if (options.html) io.stdout.write(reportPage(report, new Date(), VERSION));
  else if (options.ocsf) for (const finding of findings) line(findingAsOcsf(finding, Date.now(), VERSION));
  else if (options.json) {
    for (const finding of findings) line(finding);
    for (const one of asked) line({ asked: one });
    for (const one of skipped) line({ skipped: one });
    for (const { file, error } of failed) line({ failed: { file, code: codeOf(error) } });
  } else io.stdout.write(reportText(report, painter(io.stdout, io.env)));
}

const REASONS = {
  'no-address': 'its name has no address',
  unproven: 'nobody has shown that it is yours: tacet audit prove HOST',
} as const;

/** What was not looked at, and why: nobody may take it for clean. */
function complain({ skipped, failed }: Pick<AuditReport, 'skipped' | 'failed'>, io: Io): void {
  for (const { host, address, reason } of skipped)
    io.stderr.write(`tacet: not probed: ${host}${address ? ` (${address})` : ''}: ${REASONS[reason]}\n`);
  for (const { file, error } of failed)
    io.stderr.write(`tacet: not read: ${harmless(file)}: ${error.code}: ${harmless(error.message)}\n`);
}
