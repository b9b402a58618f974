import type { Readable } from '../finding.ts';
import { telling } from './telling.ts';

const MOST = 100;

/** As a probe found it: the name as the service said it, the counts where it said any. */
export interface Named {
  readonly kind: string;
  readonly name: string | undefined;
  readonly count?: number | undefined;
  readonly bytes?: number | undefined;
}

/** What may be reported of it: at most 100, largest first, by count and then by bytes; names without secrets. */
export function largest(found: readonly Named[]): Readable[] {
  return found
    .filter((one) => one.name !== undefined && one.name !== '')
    .toSorted((a, b) => (b.count ?? -1) - (a.count ?? -1) || (b.bytes ?? -1) - (a.bytes ?? -1))
    .slice(0, MOST)
    .map(({ kind, name, count, bytes }) => ({
      kind,
      name: telling(name!, 120),
      ...(count === undefined ? {} : { count }),
      ...(bytes === undefined ? {} : { bytes }),
    }));
}
