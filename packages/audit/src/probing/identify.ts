import type { Door } from './doors.ts';
import { NetWire } from './net-wire.ts';
import type { Limits, Outlet } from './outlet.ts';
import type { Examination, Probe } from './probe.ts';
import { WireError } from './wire.ts';

/** What is known of a door before anybody knocks. */
export type Sight = Pick<Door, 'endpoint' | 'speaks' | 'front'>;

/** What a door turned out to be. */
export interface Identified {
  /** Undefined when no probe knew it. */
  readonly probe?: Probe;
  readonly examination: Examination;
  /** When no probe knew it: whether one of them waited in vain, so that another time it might. */
  readonly vain?: true;
}

/**
 * Probes of HTTP that try the same door at the same time. Of other protocols it is one after the other: some
 * servers have a thread for each connection and few of them, and what does not understand may keep one.
 */
const BATCH = { http: 6, tcp: 1 };
/** An unlikely service is given less time to answer what it most likely does not understand. */
const UNLIKELY = { silence: 1500, total: 4000 };
/** Characters of a page in which names are looked for. */
const FRONT = 4096;
/** A web server at which so many batches waited in vain is left: it would cost the time of all others. */
const MAX_SILENT = 3;

/** Whether a probe's service usually listens here, or the answer to a first request names it. */
function isLikely({ service, ports }: Probe, { endpoint, front }: Sight): boolean {
  const [word = service] = service.split('-');
  const names = () => new RegExp(`\\b${word}\\b`, 'i').test(front?.body.slice(0, FRONT) ?? '');
  return ports.includes(endpoint.port) || names();
}

/**
 * The probes in the order in which a door is tried: the likely ones, then all that speak as it does. What
 * refuses a request of HTTP is more likely none of its servers.
 */
export function orderFor(door: Sight, probes: readonly Probe[]): { likely: Probe[]; others: Probe[] } {
  const likely = probes.filter((probe) => isLikely(probe, door));
  const rest = probes.filter((probe) => !likely.includes(probe));
  const speaking = (how: Probe['speaks']) => rest.filter(({ speaks }) => speaks === how);
  return {
    likely,
    others: [
      ...(door.speaks === 'http' ? [] : speaking('tcp')),
      ...(door.speaks === 'tcp' ? [] : speaking('http')),
    ],
  };
}

/**
 * Asks probes, some at a time, until one knows the service: `open` and `asks-auth` end the search;
 * `indeterminate` is kept unless a later one knows better.
 */
export async function identify(door: Door, probes: readonly Probe[], outlet: Outlet): Promise<Identified> {
  let unclear: Identified | undefined;
  let silent = 0;
  let vain = false;
  const asking = probes.filter(({ optIn }) => !optIn);
  for (const batch of batchesFor(door, asking)) {
    const found = await Promise.all(batch.map((attempt) => tried(attempt, door, outlet)));
    const known = found.find(({ examination }) => ['open', 'asks-auth'].includes(examination.verdict));
    if (known) return (await loggedIn(known, door, probes, outlet)) ?? known;
    unclear ??= found.find(({ probe, examination }) => probe && examination.verdict === 'indeterminate');
    if (found.some(({ examination }) => examination.verdict === 'closed')) return unclear ?? found[0]!;
    vain ||= found.some(({ probe }) => !probe);
    if (door.speaks === 'http' && found.every(({ probe }) => !probe) && ++silent === MAX_SILENT)
      return unclear ?? { examination: { verdict: 'indeterminate' } };
  }
  return unclear ?? { examination: { verdict: 'other-service' }, ...(vain && { vain }) };
}

/** What lets in with a login that anybody could try, when the service asks who it is and such logins are tried. */
async function loggedIn(
  { probe, examination }: Identified,
  door: Door,
  probes: readonly Probe[],
  outlet: Outlet,
): Promise<Identified | undefined> {
  if (!probe || examination.verdict !== 'asks-auth') return undefined;
  for (const login of probes.filter(
    ({ optIn, service }) => optIn && service.startsWith(`${probe.service}-`),
  )) {
    const found = await tried({ probe: login, limits: {} }, door, outlet);
    if (found.examination.verdict === 'open') return found;
  }
  return undefined;
}

/** One after the other, but for those of HTTP that are not likely. */
function* batchesFor(door: Door, probes: readonly Probe[]): Generator<Attempt[]> {
  const { likely, others } = orderFor(door, probes);
  for (const probe of likely) yield [{ probe, limits: {} }];
  for (let at = 0; at < others.length; ) {
    const batch = others.slice(at, at + BATCH[others[at]!.speaks]);
    yield batch.map((probe) => ({ probe, limits: UNLIKELY }));
    at += batch.length;
  }
}

interface Attempt {
  readonly probe: Probe;
  readonly limits: Partial<Limits>;
}

/** What one probe says; without it when it waited in vain. */
async function tried({ probe, limits }: Attempt, { endpoint }: Door, outlet: Outlet): Promise<Identified> {
  try {
    return { probe, examination: await probe.examine(new NetWire(endpoint, outlet, limits)) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.failure === 'refused') return { examination: { verdict: 'closed' } };
    const silent = error.failure === 'timeout' ? {} : { probe };
    return { ...silent, examination: { verdict: 'other-service' } };
  }
}
