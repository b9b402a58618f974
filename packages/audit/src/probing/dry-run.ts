import { objectListing } from '../services/index.ts';
import type { Plan } from '../targets/plan.ts';
import { sitePackets } from '../web/site.ts';
import type { Probe } from './probe.ts';
import { subjectOf } from './wire.ts';

/**
 * What would be sent to some endpoints: the steps are tried in order, services that the answer names before
 * others, and end with the first that knows the service.
 */
export interface Rehearsal {
  readonly to: readonly string[];
  readonly steps: readonly { readonly when: string; readonly packets: readonly string[] }[];
}

const HANDSHAKES = ['TLS handshake', 'TLS handshake, version 1.1 at most'];

/** Everything that probing a plan could send. What answers decides how much of it is sent. */
export function rehearse(plan: Plan, probes: readonly Probe[]): Rehearsal[] {
  const ports = new Map<number, string[]>();
  for (const { host, address, ports: numbers } of plan.hosts)
    for (const port of numbers) {
      const to = ports.get(port) ?? [];
      to.push(
        host === address
          ? subjectOf({ host, port, tls: false })
          : `${subjectOf({ host, port, tls: false })} (${address})`,
      );
      ports.set(port, to);
    }
  return [
    ...[...ports].map(([port, to]) => ({ to, steps: stepsAt(port, probes) })),
    ...plan.sites.map((site) => ({
      to: [`${subjectOf(site)} (${site.address})`],
      steps: [
        { when: 'the site', packets: sitePackets(site.path, true) },
        ...(site.tls ? [{ when: 'its certificate', packets: HANDSHAKES }] : []),
      ],
    })),
    ...plan.buckets.map((endpoint) => ({
      to: [`${subjectOf(endpoint)} (${endpoint.address})`],
      steps: [{ when: `the bucket ${endpoint.bucket}`, packets: packetsOf(objectListing(endpoint.bucket)) }],
    })),
  ];
}

function packetsOf(probes: readonly Probe[]): string[] {
  return probes.flatMap(({ name, packets }) => packets.map((packet) => `${name}: ${packet}`));
}

function stepsAt(port: number, probes: readonly Probe[]): Rehearsal['steps'] {
  const home = probes.filter(({ ports }) => ports.includes(port));
  const others = (speaks: 'http' | 'tcp') =>
    probes.filter((probe) => !home.includes(probe) && probe.speaks === speaks);
  return [
    { when: 'first', packets: ['connect, and wait half a second for a greeting'] },
    ...(home.length > 0 ? [{ when: 'at home on this port', packets: packetsOf(home) }] : []),
    { when: 'not known yet, and no greeting', packets: ['GET /', 'TLS handshake, GET /'] },
    { when: 'speaks HTTP', packets: packetsOf(others('http')) },
    { when: 'speaks something else', packets: packetsOf(others('tcp')) },
    { when: 'speaks TLS', packets: HANDSHAKES },
    { when: 'a web server of no known service', packets: sitePackets('/', false) },
  ];
}
