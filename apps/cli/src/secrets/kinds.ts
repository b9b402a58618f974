import type { FactRow } from '@tacet/store';
import type { Api } from '../api.ts';
import type { Range } from '../searching/range.ts';

const MOST_KINDS = 10_000;

/** Kinds of secret that were cut out, and in how many events: from the clear columns. */
export async function kindsIn(api: Api, range: Range): Promise<{ kind: string; events: number }[]> {
  const query = new URLSearchParams({
    by: 'secret',
    limit: `${MOST_KINDS}`,
    ...(range.from !== undefined && { from: `${range.from}` }),
    ...(range.to !== undefined && { to: `${range.to}` }),
  });
  const { facts } = await api<{ facts: FactRow[] }>(`/v1/facts?${query}`);
  return facts.map(({ value, events }) => ({ kind: value, events }));
}
