import type { FactRow } from '@tacet/store';
import type { Api } from '../api.ts';
import type { Range } from '../searching/range.ts';

const MOST_KINDS = 10_000;

/** A kind of secret that was cut out, in how many events, and when: from the clear columns. */
export interface CountedKind {
  kind: string;
  events: number;
  /** Of the first and last of them, in nanoseconds since 1970, as coarse as the clear times are. */
  first: bigint;
  last: bigint;
}

export async function kindsIn(api: Api, range: Range): Promise<CountedKind[]> {
  const query = new URLSearchParams({
    by: 'secret',
    limit: `${MOST_KINDS}`,
    ...(range.from !== undefined && { from: `${range.from}` }),
    ...(range.to !== undefined && { to: `${range.to}` }),
  });
  const { facts } = await api<{ facts: FactRow[] }>(`/v1/facts?${query}`);
  return facts.map(({ value, events, first, last }) => ({
    kind: value,
    events,
    first: nanoseconds(first),
    last: nanoseconds(last),
  }));
}

function nanoseconds(seconds: number): bigint {
  return BigInt(seconds) * 1_000_000_000n;
}
