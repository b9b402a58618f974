/** A stretch of IPv4 or IPv6 addresses, both ends within it. */
export interface Stretch {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS = { 4: 32, 6: 128 } as const;

/** Reads `203.0.113.0/24`, `2001:db8::/32` or one address; undefined if it is neither. */
export function stretchOf(text: string): Stretch | undefined {
  const [, address, prefix] = /^([0-9a-fA-F:.]{2,45})(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  if (address === undefined) return undefined;
  const version = address.includes(':') ? 6 : 4;
  const number = version === 4 ? fourOf(address) : sixOf(address);
  const length = prefix === undefined ? BITS[version] : Number(prefix);
  if (number === undefined || length > BITS[version]) return undefined;
  const size = 1n << BigInt(BITS[version] - length);
  const first = number - (number % size);
  return { version, first, last: first + size - 1n };
}

function fourOf(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((number, part) => number * 256n + BigInt(part), 0n);
}

function sixOf(text: string): bigint | undefined {
  const tail = /^(.*:)([\d.]+)$/.exec(text);
  if (tail?.[2]?.includes('.')) {
    const four = fourOf(tail[2]);
    if (four === undefined) return undefined;
    return sixOf(`${tail[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - groups.flat().length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = halves.length === 2 ? [...groups[0]!, ...Array(missing).fill('0'), ...groups[1]!] : groups[0]!;
  if (all.some((group: string) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((number: bigint, group: string) => number * 65536n + BigInt(`0x${group}`), 0n);
}

export function addressText({ version, first }: Stretch): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n).join('.');
  return Array.from({ length: 8 }, (_, at) => ((first >> BigInt(112 - 16 * at)) & 0xffffn).toString(16)).join(
    ':',
  );
}

export function within(one: Stretch, other: Stretch): boolean {
  return one.version === other.version && one.first >= other.first && one.last <= other.last;
}

/** What no packet from the internet comes from (RFC 6890). */
const RESERVED = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.168.0.0/16', '224.0.0.0/3'],
].map((text) => stretchOf(text)!);
const INTERNET = [stretchOf('0.0.0.0/0')!, stretchOf('2000::/3')!];

/**
 * Cuts the addresses of the internet at every edge of the given stretches: within one piece, no condition on
 * these stretches tells two addresses apart.
 */
export function piecesOf(stretches: readonly Stretch[], { reserved = false } = {}): Stretch[] {
  const pieces: Stretch[] = [];
  for (const whole of INTERNET) {
    const edges = new Set([whole.first, whole.last + 1n]);
    for (const { version, first, last } of [...stretches, ...RESERVED]) {
      if (version !== whole.version) continue;
      for (const edge of [first, last + 1n]) if (edge > whole.first && edge <= whole.last) edges.add(edge);
    }
    const cuts = [...edges].sort((a, b) => (a < b ? -1 : 1));
    for (let at = 0; at + 1 < cuts.length; at++) {
      pieces.push({ version: whole.version, first: cuts[at]!, last: cuts[at + 1]! - 1n });
    }
  }
  return pieces.filter((piece) => reserved || !RESERVED.some((one) => within(piece, one)));
}

/** What some stretches, which may overlap, hold of the internet; of any number in about linear time. */
export function ofInternet(stretches: readonly Stretch[]): Stretch[] {
  const sorted = [...stretches].sort((a, b) => a.version - b.version || (a.first < b.first ? -1 : 1));
  const merged: Stretch[] = [];
  for (const one of sorted) {
    const before = merged.at(-1);
    if (before?.version !== one.version || one.first > before.last + 1n) merged.push(one);
    else if (one.last > before.last) merged[merged.length - 1] = { ...before, last: one.last };
  }
  let at = 0;
  return piecesOf(merged).filter((piece) => {
    while (at < merged.length && isBefore(merged[at]!, piece)) at++;
    return merged[at] !== undefined && within(piece, merged[at]!);
  });
}

const isBefore = (one: Stretch, other: Stretch): boolean =>
  one.version < other.version || (one.version === other.version && one.last < other.first);

/**
 * Whether so many addresses are as good as everybody: more than a /8 of IPv4 or a /32 of IPv6, in all. The
 * bounds are those of S3 for a single range
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html);
 * taken together, two halves of the internet are the internet. Stretches must not overlap: see `ofInternet`.
 */
export function asGoodAsEverybody(stretches: readonly Stretch[]): boolean {
  const count = { 4: 0n, 6: 0n };
  for (const { version, first, last } of stretches) count[version] += last - first + 1n;
  return count[4] > 1n << 24n || count[6] > 1n << 96n;
}
