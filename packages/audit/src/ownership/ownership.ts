import { isIP } from 'node:net';
import { ask } from '../probing/net-wire.ts';
import type { Outlet } from '../probing/outlet.ts';
import { WireError } from '../probing/wire.ts';
import { groupsOf, isInner } from '../targets/address.ts';
import type { Resolver } from '../targets/resolver.ts';
import { allows, readStatement } from './statement.ts';

export const WELL_KNOWN = '/.well-known/tacet-audit';
const LABEL = '_tacet-audit';
const MAX_LINES = 64;

/** How it was shown that a host may be probed; `unproven` when it was not. */
export type Ownership = 'inner' | 'dns' | 'file' | 'unproven';

/** Where the statement about a host may stand in the domain name system, and which host it then names. */
export function recordsFor(host: string): { name: string; host: string }[] {
  if (isIP(host) !== 0) return [{ name: `${LABEL}.${reverseOf(host)}`, host }];
  const labels = host.split('.');
  const parents = labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join('.'));
  return [
    { name: `${LABEL}.${host}`, host },
    ...parents.map((parent) => ({ name: `${LABEL}.${parent}`, host: `*.${parent}` })),
  ];
}

/** The name under which an address stands in reverse (RFC 1035, 3.5; RFC 3596, 2.5). */
function reverseOf(address: string): string {
  if (isIP(address) === 4) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  return `${[...groupsOf(address).join('')].toReversed().join('.')}.ip6.arpa`;
}

export interface OwnershipSettings {
  /** The auditor's public key, base64url; without one nothing beyond private networks is probed. */
  readonly key: string | undefined;
  readonly resolver: Resolver;
  readonly outlet: Pick<Outlet, 'talk'>;
  readonly now?: number;
}

/**
 * Whether `host`, which has this address, may be probed: it is this machine's or a private network's, or
 * whoever controls it has published a statement for the auditor's key. Names are asked first; only when they
 * say nothing, one file is asked for over https, and its certificate must be good.
 */
export async function ownershipOf(
  host: string,
  address: string,
  { key, resolver, outlet, now = Date.now() }: OwnershipSettings,
): Promise<Ownership> {
  if (isInner(address)) return 'inner';
  if (key === undefined) return 'unproven';
  const permits = (lines: readonly string[], named: string) =>
    lines.slice(0, MAX_LINES).some((line) => {
      const statement = readStatement(line);
      return statement !== undefined && allows(statement, named, key, now);
    });
  for (const record of recordsFor(host))
    if (permits(await resolver.texts(record.name), record.host)) return 'dns';
  return permits(await published(host, address, outlet), host) ? 'file' : 'unproven';
}

async function published(host: string, address: string, outlet: Pick<Outlet, 'talk'>): Promise<string[]> {
  const endpoint = { host, address, port: 443, tls: true };
  try {
    return await outlet.talk(endpoint, async (line) => {
      if (!line.secured?.authorized) return [];
      const reply = await ask(line, endpoint, { path: WELL_KNOWN });
      return reply.status === 200 && !reply.cut ? reply.body.split('\n') : [];
    });
  } catch (error) {
    if (error instanceof WireError) return [];
    throw error;
  }
}
