import { isIP } from 'node:net';
import { type Covered, type Finding, findingOf, type Place } from '../finding.ts';
import { telling } from '../reading/telling.ts';
import { objectListing } from '../services/index.ts';
import type { Plan, PlannedBucket, PlannedHost, PlannedSite } from '../targets/plan.ts';
import { securityTxtOf, siteFindings } from '../web/site.ts';
import { type Door, doorsOf, welcomeAt } from './doors.ts';
import { type Identified, identify } from './identify.ts';
import { NetWire } from './net-wire.ts';
import type { Outlet } from './outlet.ts';
import type { Examination, Probe } from './probe.ts';
import { plainFinding, TLS_CHECKS, tlsFacts, tlsFindings } from './tls.ts';
import { subjectOf, type WireFailure } from './wire.ts';

/** What one door answered. */
export interface Asked extends Pick<Examination, 'verdict' | 'version' | 'proof'> {
  /** `tcp://db.example.com:9000`. */
  readonly subject: string;
  readonly address: string;
  /** The probe that knew it, and what its makers call it. */
  readonly service?: string;
  readonly name?: string;
}

/** What came of one unit of work: a port of a host, or a site. Closed ports have nothing in it. */
export interface Outcome {
  /** The same in every run over the same targets. */
  readonly key: string;
  readonly asked: readonly Asked[];
  readonly findings: readonly Finding[];
  /** What gave a clear answer: what was not found of it is not there, */
  readonly clear: readonly Covered[];
  /** but for these subjects, whatever was heard of them at another address. */
  readonly unclear: readonly string[];
}

export interface RunSettings {
  readonly probes: readonly Probe[];
  readonly outlet: Outlet;
  /** Units that need not be done again, by their keys. */
  readonly done?: ReadonlySet<string>;
  /** Hears of every unit as it ends; awaited before the next one. */
  heard(outcome: Outcome): Promise<void> | void;
  /** The settings that make a service of this host answer as it does. */
  causes?(host: PlannedHost, service: string): Promise<readonly Place[]> | readonly Place[];
  readonly now?: number;
  /** Units at the same time. */
  readonly atOnce?: number;
}

const AT_ONCE = 256;

/** How many units of work a plan has. */
export function unitsOf({ hosts, sites, buckets }: Plan): number {
  return hosts.reduce((sum, { ports }) => sum + ports.length, sites.length + buckets.length);
}

/** Probes everything of a plan; findings come through `heard`. Throws what `heard` throws, and when stopped. */
export async function run(plan: Plan, settings: RunSettings): Promise<void> {
  const units = unitsIn(plan, settings);
  let failed: { error: unknown } | undefined;
  const worker = async () => {
    for (const unit of units) {
      if (failed) return;
      try {
        if (!settings.done?.has(unit.key)) await settings.heard({ key: unit.key, ...(await unit.work()) });
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: settings.atOnce ?? AT_ONCE }, worker));
  if (failed) throw failed.error;
}

interface Unit {
  readonly key: string;
  work(): Promise<Omit<Outcome, 'key'>>;
}

/** One port of every host, then the next: so that no host has to bear all of it at once. */
function* unitsIn(plan: Plan, settings: RunSettings): Generator<Unit> {
  const most = plan.hosts.reduce((length, { ports }) => Math.max(length, ports.length), 0);
  for (let at = 0; at < most; at++) {
    for (const host of plan.hosts) {
      const port = host.ports[at];
      if (port === undefined) continue;
      yield {
        key: `port ${host.host} ${host.address} ${port}`,
        work: () => examinePort(host, port, settings),
      };
    }
  }
  for (const site of plan.sites)
    yield { key: `site ${urlOf(site)} ${site.address}`, work: () => examineSite(site, settings) };
  for (const bucket of plan.buckets)
    yield {
      key: `bucket ${urlOf(bucket)} ${bucket.address} ${bucket.bucket}`,
      work: () => examineBucket(bucket, settings),
    };
}

function urlOf({ host, port, tls, path }: Pick<PlannedSite, 'host' | 'port' | 'tls' | 'path'>): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return new URL(`${tls ? 'https' : 'http'}://${name}:${port}${path}`).href;
}

async function examinePort(host: PlannedHost, port: number, settings: RunSettings) {
  const { outlet } = settings;
  const plain = { host: host.host, address: host.address, port, tls: false };
  const welcome = await welcomeAt(plain, outlet);
  const names = [host.host, ...host.names];
  const each = (subject: (at: PlannedSite) => string) =>
    names.flatMap((name) => [false, true].map((tls) => subject({ ...plain, host: name, tls, path: '/' })));
  const doors = each(subjectOf);
  const all = [...doors, ...each(urlOf)];
  if (welcome === 'closed') return { asked: [], findings: [], ...clearly(...all) };
  if (welcome === 'silent') return { asked: [], findings: [], ...unclearly(...all) };
  // Whoever is at home here is asked first, and spared what is for others.
  const home = settings.probes.filter(({ speaks, ports }) => speaks === 'tcp' && ports.includes(port));
  const door: Door = { endpoint: plain, speaks: 'tcp' };
  const known = await identify(door, home, outlet);
  const found: Examined[] = [];
  if (known.probe) found.push(await examined(door, known, host, settings));
  else {
    let doubt = known.vain === true;
    const ways = welcome === 'greets' ? [door] : doorsOf(plain, outlet, () => (doubt = true));
    for await (const one of ways) {
      for (const at of [one, ...underOtherNames(one, host)]) {
        // Those at home were heard already, but not behind TLS.
        const probes = at.endpoint.tls
          ? settings.probes
          : settings.probes.filter((probe) => !home.includes(probe));
        found.push(await examined(at, await identify(at, probes, outlet), host, settings));
      }
    }
    if (doubt) found.push(IN_DOUBT);
  }
  const asked = found.flatMap(({ asked }) => asked);
  const findings = found.flatMap(({ findings }) => findings);
  if (!found.every(({ sure }) => sure)) return { asked, findings, ...unclearly(...all) };
  return {
    asked,
    findings,
    clear: [...doors.map(about), ...found.flatMap(({ clear }) => clear)],
    unclear: found.flatMap(({ unclear }) => unclear),
  };
}

const about = (subject: string): Covered => ({ subject });
const clearly = (...subjects: string[]) => ({ clear: subjects.map(about), unclear: [] });
const unclearly = (...unclear: string[]) => ({ clear: [], unclear });

/** What a door turned out to be. */
interface Examined extends Omit<Outcome, 'key'> {
  /** Whether it said what it is, so that what was not found is not there. `clear` and `unclear` are of sites behind it. */
  readonly sure: boolean;
}

const IN_DOUBT: Examined = { asked: [], findings: [], sure: false, clear: [], unclear: [] };

function isSure({ examination: { verdict }, vain }: Identified): boolean {
  return verdict === 'open' || verdict === 'asks-auth' || (verdict === 'other-service' && !vain);
}

/** A web server may be another one under each of its names, and have another certificate. */
function underOtherNames({ endpoint, speaks }: Door, { names }: PlannedHost): Door[] {
  if (speaks !== 'http' && !endpoint.tls) return [];
  return names.map((name) => ({ endpoint: { ...endpoint, host: name }, speaks }));
}

/** The kinds of store are told apart by how they answer for the bucket. */
async function examineBucket(endpoint: PlannedBucket, settings: RunSettings) {
  const door: Door = { endpoint, speaks: 'http' };
  const known = await identify(door, objectListing(endpoint.bucket), settings.outlet);
  const host = { ...endpoint, ports: [], names: [], configuration: [] };
  // One store has many buckets.
  const subject = urlOf({ ...endpoint, path: `/${endpoint.bucket}` });
  const findings = known.probe
    ? await serviceFindings(subject, known.probe, known.examination, host, settings)
    : [];
  const said = isSure(known) ? clearly(subject) : unclearly(subject);
  return { asked: [answerOf(subject, door, known)], findings, ...said };
}

function answerOf(subject: string, { endpoint }: Door, { probe, examination }: Identified): Asked {
  const { verdict, version, proof } = examination;
  return {
    subject,
    address: endpoint.address,
    verdict,
    ...(probe && { service: probe.service, name: probe.name }),
    ...(version && { version }),
    ...(proof && { proof }),
  };
}

async function examined(
  door: Door,
  known: Identified,
  host: PlannedHost,
  settings: RunSettings,
): Promise<Examined> {
  const { endpoint, speaks } = door;
  const { probe, examination } = known;
  const subject = subjectOf(endpoint);
  const service = probe ? await serviceFindings(subject, probe, examination, host, settings) : [];
  const channel = examination.upgrades ? [] : await channelFindings(subject, door, settings, probe?.name);
  const below =
    probe || speaks !== 'http' ? undefined : await site({ ...endpoint, path: '/' }, false, settings);
  return {
    asked: [answerOf(subject, door, known)],
    findings: [...service, ...(channel ?? []), ...(below?.findings ?? [])],
    sure: isSure(known) && channel !== undefined,
    clear: below?.clear ?? [],
    unclear: below?.unclear ?? [],
  };
}

async function serviceFindings(
  subject: string,
  { check, service }: Probe,
  { verdict, proof, readable, beside = [] }: Examination,
  host: PlannedHost,
  { causes }: RunSettings,
): Promise<Finding[]> {
  const told = { source: 'probe', subject } as const;
  const found = beside.map((one) => findingOf(one.check, { ...told, proof: one.proof }));
  if (verdict !== 'open') return found;
  const places = (await causes?.(host, service)) ?? [];
  const open = findingOf(check, {
    ...told,
    ...(proof && { proof }),
    ...(readable && readable.length > 0 && { readable }),
    ...(places.length > 0 && { causes: places }),
  });
  return [open, ...found];
}

/** What is wrong with the way to the service, whatever it is; undefined when it does not answer now. */
async function channelFindings(
  subject: string,
  door: Door,
  { outlet, now }: RunSettings,
  name?: string,
): Promise<Finding[] | undefined> {
  const { endpoint, speaks, front } = door;
  if (endpoint.tls) {
    const facts = await tlsFacts(endpoint, outlet);
    return facts && tlsFindings(subject, endpoint.host, facts, telling, now);
  }
  // A web server that sends everybody to TLS does what it should.
  const away = speaks === 'http' && /^https:/i.test(front?.headers.location ?? '');
  if (away || (name === undefined && speaks !== 'http')) return [];
  return plainFinding(subject, endpoint, name ?? 'a web server');
}

async function site(at: PlannedSite, visited: boolean, { outlet, now = Date.now() }: RunSettings) {
  const wire = new NetWire(at, outlet);
  const subject = urlOf(at);
  const failures: WireFailure[] = [];
  const failed = (failure: WireFailure) => void failures.push(failure);
  const findings = await siteFindings(wire, { path: at.path, subject, public: visited, now, failed });
  const subjects = [subject, ...(visited ? [securityTxtOf(subject)] : [])];
  if (failures.length === 0) return { findings, ...clearly(...subjects) };
  const closed = failures.every((failure) => failure === 'refused');
  return { findings, ...(closed ? clearly(...subjects, subjectOf(at)) : unclearly(...subjects)) };
}

async function examineSite(at: PlannedSite, settings: RunSettings) {
  const found = { asked: [], ...(await site(at, true, settings)) };
  const channel =
    at.tls && (await channelFindings(subjectOf(at), { endpoint: at, speaks: 'http' }, settings));
  if (!channel) return found;
  const checks = Object.values(TLS_CHECKS).filter(({ id }) => id !== TLS_CHECKS.missing.id);
  return {
    ...found,
    findings: [...found.findings, ...channel],
    clear: [...found.clear, ...checks.map(({ id }) => ({ check: id, subject: subjectOf(at) }))],
  };
}
