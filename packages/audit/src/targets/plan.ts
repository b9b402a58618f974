import { isIP } from 'node:net';
import type { Ownership } from '../ownership/ownership.ts';
import type { TargetsFile, WebRoot } from './file.ts';
import type { Resolver } from './resolver.ts';

/** A machine to be probed: one name and one address. */
export interface PlannedHost {
  readonly host: string;
  readonly address: string;
  readonly ports: readonly number[];
  /** Other names under which its web servers and certificates may know it. */
  readonly names: readonly string[];
  /** Files and folders that configure it, as the targets file names them. */
  readonly configuration: readonly string[];
}

export interface PlannedSite extends WebRoot {
  readonly address: string;
}

export interface PlannedBucket extends WebRoot {
  readonly address: string;
  readonly bucket: string;
}

/** A target that is not probed, and why. */
export interface Skipped {
  readonly host: string;
  readonly address?: string;
  readonly reason: 'no-address' | 'unproven';
}

/** Everything that will be probed; names are resolved, once, and addresses stay as they are here. */
export interface Plan {
  readonly hosts: readonly PlannedHost[];
  readonly sites: readonly PlannedSite[];
  readonly buckets: readonly PlannedBucket[];
  readonly skipped: readonly Skipped[];
}

export interface PlanSettings {
  readonly resolver: Pick<Resolver, 'addresses'>;
  /** For hosts that name no ports, when the file names none either. */
  readonly ports: readonly number[];
  owns(host: string, address: string): Promise<Ownership>;
}

const AT_ONCE = 32;

/** Resolves every name and asks for every proof, so that nothing is sent to a host before it is its turn. */
export async function planOf(file: TargetsFile, settings: PlanSettings): Promise<Plan> {
  const known = new Map<string, readonly string[]>();
  for (const { host, addresses } of file.hosts) if (addresses) known.set(host, addresses);
  const endpoints = file.buckets.map(({ endpoint }) => endpoint);
  const names = [...new Set([...file.hosts, ...file.urls, ...endpoints].map(({ host }) => host))];
  await each(
    names.filter((name) => !known.has(name)),
    async (name) => void known.set(name, isIP(name) === 0 ? await settings.resolver.addresses(name) : [name]),
  );

  const skipped: Skipped[] = [];
  const allowed = new Map<string, string[]>();
  await each(names, async (name) => {
    const addresses = known.get(name) ?? [];
    if (addresses.length === 0) skipped.push({ host: name, reason: 'no-address' });
    const proven: string[] = [];
    for (const address of addresses) {
      // Of a range every address is a host of its own.
      const host = name.includes('/') ? address : name;
      if ((await settings.owns(host, address)) !== 'unproven') proven.push(address);
      else skipped.push({ host, ...(host === address ? {} : { address }), reason: 'unproven' });
    }
    allowed.set(name, proven);
  });
  const at = (host: string) => allowed.get(host) ?? [];
  return {
    hosts: file.hosts.flatMap(({ host, addresses: _, ports, ...rest }) =>
      at(host).map((address) => ({
        ...rest,
        host: host.includes('/') ? address : host,
        address,
        ports: ports ?? file.ports ?? settings.ports,
      })),
    ),
    sites: file.urls.flatMap((site) => at(site.host).map((address) => ({ ...site, address }))),
    buckets: file.buckets.flatMap(({ name, endpoint }) =>
      at(endpoint.host).map((address) => ({ ...endpoint, address, bucket: name })),
    ),
    skipped: skipped.toSorted((a, b) => (a.host < b.host ? -1 : 1)),
  };
}

async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
