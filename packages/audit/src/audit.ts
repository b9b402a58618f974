import { isAbsolute, join } from 'node:path';
import { type ConfigurationReport, causesOf, checkConfiguration } from './configuration/configuration.ts';
import { type Covered, type Finding, ranked } from './finding.ts';
import { ownershipOf } from './ownership/ownership.ts';
import type { Outlet } from './probing/outlet.ts';
import type { Probe } from './probing/probe.ts';
import { type Asked, type Outcome, run } from './probing/run.ts';
import type { TargetsFile } from './targets/file.ts';
import { type Plan, type PlannedHost, planOf, type Skipped } from './targets/plan.ts';
import type { Resolver } from './targets/resolver.ts';

export interface AuditTargets {
  readonly file: TargetsFile;
  /** The folder that paths in the file are relative to. */
  readonly folder: string;
  readonly probes: readonly Probe[];
  readonly outlet: Outlet;
  readonly resolver: Resolver;
  /** The auditor's public key, base64url: what targets beyond private networks have to name. */
  readonly key?: string;
  /**
   * Hears what will be done before anything is sent to a target, but for the proof of ownership; gives what an
   * earlier run over the same plan has done already.
   */
  planned?(plan: Plan): Promise<readonly Outcome[]>;
  /** Hears of every unit of work as it ends. */
  heard?(outcome: Outcome): Promise<void> | void;
}

export interface AuditSettings {
  readonly targets?: AuditTargets;
  /** Configuration files and folders. */
  readonly paths: readonly string[];
}

export interface AuditReport {
  /** Each once, the worst first. */
  readonly findings: readonly Finding[];
  /** What answered, and how. */
  readonly asked: readonly Asked[];
  /** What gave a clear answer, at every address: what was not found of it is not there. */
  readonly clear: readonly Covered[];
  readonly skipped: readonly Skipped[];
  readonly files: ConfigurationReport['files'];
  readonly failed: ConfigurationReport['failed'];
}

/** Ports of web servers that no service of the list has for its own. */
const WEB_PORTS = [80, 443, 8080, 8443, 6060];

/** The ports that are tried where none are named: those at which the probes' services usually listen, and the web's. */
export function usualPorts(probes: readonly Probe[]): number[] {
  return [...new Set([...probes.flatMap(({ ports }) => ports), ...WEB_PORTS])].toSorted((a, b) => a - b);
}

/** Ports, sites and configuration in one go: what answers outside is joined with the setting that makes it do so. */
export async function audit({ targets, paths }: AuditSettings): Promise<AuditReport> {
  const configuration = new Configuration();
  const general = await configuration.of(paths);
  const findings: Finding[] = [...general.findings];
  const asked: Asked[] = [];
  const clear: Covered[] = [];
  const unclear = new Set<string>();
  let skipped: readonly Skipped[] = [];
  if (targets) {
    const plan = await planFor(targets);
    skipped = plan.skipped;
    const done = (await targets.planned?.(plan)) ?? [];
    const own = ({ configuration: named }: PlannedHost) =>
      configuration.of(named.map((path) => located(path, targets.folder)));
    const take = (outcome: Outcome) => {
      findings.push(...outcome.findings);
      asked.push(...outcome.asked);
      clear.push(...outcome.clear);
      for (const subject of outcome.unclear) unclear.add(subject);
    };
    for (const outcome of done) take(outcome);
    await run(plan, {
      probes: targets.probes,
      outlet: targets.outlet,
      done: new Set(done.map(({ key }) => key)),
      causes: async (host, service) =>
        causesOf(service, host.configuration.length > 0 ? (await own(host)).findings : general.findings),
      async heard(outcome) {
        take(outcome);
        await targets.heard?.(outcome);
      },
    });
    for (const host of plan.hosts) findings.push(...(await own(host)).findings);
  }
  // Of a host that was skipped at one of its addresses nobody knows what is there.
  const unseen = new Set(skipped.map(({ host }) => host));
  const isClear = ({ subject = '' }: Covered) => !unclear.has(subject) && !unseen.has(hostOf(subject));
  return {
    findings: ranked(findings),
    asked,
    clear: clear.filter(isClear),
    skipped,
    ...configuration.read(),
  };
}

/** The host of a subject of a probe, as targets name it. */
function hostOf(subject: string): string {
  return URL.parse(subject)?.hostname.replace(/^\[|\]$/g, '') ?? '';
}

/** A path of a targets file, which lies in `folder`. */
export function located(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** What will be probed: names are resolved and proofs of ownership asked for, and nothing else is sent. */
export function planFor({ file, probes, resolver, outlet, key }: AuditTargets): Promise<Plan> {
  return planOf(file, {
    resolver,
    ports: usualPorts(probes),
    owns: (host, address) => ownershipOf(host, address, { key, resolver, outlet }),
  });
}

/** Reads the same files once, however many hosts name them. */
class Configuration {
  readonly #known = new Map<string, Promise<ConfigurationReport>>();
  readonly #reports: ConfigurationReport[] = [];

  of(paths: readonly string[]): Promise<ConfigurationReport> {
    const key = JSON.stringify(paths);
    const known =
      this.#known.get(key) ??
      checkConfiguration(paths).then((report) => {
        this.#reports.push(report);
        return report;
      });
    this.#known.set(key, known);
    return known;
  }

  read(): Pick<AuditReport, 'files' | 'failed'> {
    return {
      files: this.#reports.flatMap(({ files }) => files),
      failed: this.#reports.flatMap(({ failed }) => failed),
    };
  }
}
