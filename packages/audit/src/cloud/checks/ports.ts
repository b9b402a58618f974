import type { Severity } from '../../finding.ts';
import { asGoodAsEverybody, ofInternet, stretchOf } from '../policy/addresses.ts';

/** What a rule of a firewall opens. Protocols by name or number; `all` where it is any. */
export interface Opening {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

/** Where databases, queues, caches and what stands before them listen. */
const DATA = [
  ...[
    1433, 1521, 2181, 2379, 3306, 4222, 5432, 5601, 5672, 5984, 6333, 6379, 7000, 7474, 7687, 8086, 8123,
    8529,
  ],
  ...[
    9000, 9042, 9092, 9160, 9200, 9300, 9440, 11211, 15672, 19530, 26257, 27017, 27018, 28015, 33060, 50000,
  ],
];
/** Where machines are controlled, by people or by others. */
const CONTROL = [
  22, 23, 111, 135, 445, 2049, 2375, 2376, 3389, 5900, 5985, 5986, 6443, 8265, 8888, 10250, 11434,
];

export type Kind = 'all' | 'database' | 'control';

/** What it means that a rule opens a kind of port to the whole internet. */
export interface World {
  readonly kind: Kind;
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
}

/** The worst first. */
export const WORLD: readonly World[] = [
  {
    kind: 'all',
    severity: 'critical',
    what: 'every port',
    why: 'Whatever listens on the machine now or tomorrow is open.',
  },
  {
    kind: 'database',
    severity: 'critical',
    what: 'a database port',
    why: 'Scanners find it within minutes; only the password, if there is one, is left.',
  },
  {
    kind: 'control',
    severity: 'high',
    what: 'a port that controls machines',
    why: 'SSH, remote desktops, Docker, kubelets and notebooks give whoever gets through the machine itself.',
  },
];

/** The worst kind of what one opening lets through: everything, a database, or control of a machine. */
export function kindOf({ protocol, from, to }: Opening): Kind | undefined {
  const any = /^(?:-1|all|any|\*)$/i.test(protocol);
  if (!any && !/^(?:tcp|6|udp|17)$/i.test(protocol)) return undefined;
  if (any || to - from > 10_000) return 'all';
  const holds = (port: number) => port >= from && port <= to;
  if (DATA.some(holds)) return 'database';
  return CONTROL.some(holds) ? 'control' : undefined;
}

/** The worst kind of what a rule for these ports, such as `22` or `8000-9000`, lets through. */
export function openedBy(protocol: string, ports: readonly string[]): Kind | undefined {
  const openings = ports.map(portsOf).filter((one) => one !== undefined);
  const kinds = openings.map((one) => kindOf({ protocol, ...one }));
  return WORLD.find(({ kind }) => kinds.includes(kind))?.kind;
}

/** Whether these sources, taken together, are as good as everybody. */
export function everybody(sources: readonly unknown[]): boolean {
  const texts = sources.filter((one): one is string => typeof one === 'string');
  if (texts.some((text) => /^(?:\*|any|internet)$/i.test(text))) return true;
  return asGoodAsEverybody(ofInternet(texts.map(stretchOf).filter((one) => one !== undefined)));
}

/** Reads `22`, `1000-2000`, `*`. */
function portsOf(text: string): { from: number; to: number } | undefined {
  if (text.trim() === '*') return { from: 0, to: 65_535 };
  const [, from, to] = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(text) ?? [];
  return from === undefined ? undefined : { from: Number(from), to: Number(to ?? from) };
}
