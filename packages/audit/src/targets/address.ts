import { BlockList, isIP } from 'node:net';

/** Addresses of one range that are taken at most: a /20. */
export const MAX_RANGE = 4096;

/** Loopback, RFC 1918 and RFC 4193: nobody else's, so that nothing has to be proven about them. */
const INNER = new BlockList();
for (const [network, prefix, family] of [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
] as const)
  INNER.addSubnet(network, prefix, family);

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** The one way to write an address (RFC 5952); undefined when the text is none, or an IPv4 one inside IPv6. */
export function canonical(text: string): string | undefined {
  if (isIP(text) === 4) return text;
  // A zone (`fe80::1%eth0`) means something else on every machine.
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return address.startsWith('::ffff:') ? undefined : address;
}

/** Whether an address belongs to this machine or to a private network. */
export function isInner(address: string): boolean {
  return isIP(address) !== 0 && INNER.check(address, familyOf(address));
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/**
 * Every address of a range in CIDR notation, from the first on, network and broadcast included. Undefined
 * when the text is no range, or it has more than `MAX_RANGE` addresses.
 */
export function addressesOf(range: string): string[] | undefined {
  const [, network = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(range) ?? [];
  const address = canonical(network);
  if (address === undefined) return undefined;
  const width = isIP(address) === 6 ? 128 : 32;
  const free = width - Number(length);
  if (free < 0 || 2 ** free > MAX_RANGE) return undefined;
  const first = (numberOf(address) >> BigInt(free)) << BigInt(free);
  return Array.from({ length: 2 ** free }, (_, at) => written(first + BigInt(at), width));
}

/** The eight groups of an IPv6 address, of four hexadecimal digits each. */
export function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => group.padStart(4, '0'));
  const missing = Math.max(0, 8 - groups(head).length - groups(tail).length);
  return [...groups(head), ...Array<string>(missing).fill('0000'), ...groups(tail)];
}

function numberOf(address: string): bigint {
  if (isIP(address) === 6) return BigInt(`0x${groupsOf(address).join('')}`);
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function written(value: bigint, width: number): string {
  const part = (at: number, bits: number) => (value >> BigInt(at * bits)) & ((1n << BigInt(bits)) - 1n);
  if (width === 32) return [3, 2, 1, 0].map((at) => part(at, 8)).join('.');
  const groups = [7, 6, 5, 4, 3, 2, 1, 0].map((at) => part(at, 16).toString(16));
  return canonical(groups.join(':')) ?? groups.join(':');
}
