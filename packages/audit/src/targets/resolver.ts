import { Resolver as DnsResolver, lookup } from 'node:dns/promises';
import { canonical } from './address.ts';

/** The domain name system, as far as the audit asks it. */
export interface Resolver {
  /** Every address of a name; none when it has none. */
  addresses(name: string): Promise<string[]>;
  /** The texts (TXT) of a name, each put together; none when it has none. */
  texts(name: string): Promise<string[]>;
}

const MAX_ADDRESSES = 16;
const TIMEOUT_MS = 3000;

/** The system's own: /etc/hosts and its name servers. `servers` (`10.0.0.53:5353`) instead, for texts. */
export function systemResolver(servers?: readonly string[]): Resolver {
  const dns = new DnsResolver({ timeout: TIMEOUT_MS, tries: 2 });
  if (servers) dns.setServers(servers);
  return {
    addresses: (name) =>
      lookup(name, { all: true }).then(
        (found) =>
          [...new Set(found.flatMap(({ address }) => canonical(address) ?? []))].slice(0, MAX_ADDRESSES),
        () => [],
      ),
    texts: (name) =>
      dns.resolveTxt(name).then(
        (records) => records.map((parts) => parts.join('')),
        () => [],
      ),
  };
}
