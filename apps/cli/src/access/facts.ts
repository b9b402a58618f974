import { TacetError } from '@tacet/records';
import { FACT_GROUPS, type FactRow } from '@tacet/store';
import { type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { placeAndRange, type RangeFlags } from '../searching/range.ts';
import { table } from '../terminal/table.ts';

export interface FactsOptions extends RangeFlags {
  by: string;
  tokenFile?: string;
  limit: string;
  json?: boolean;
}

const MOST = 10_000;

/** `tacet facts`: counts by a clear column, without a key. */
export async function facts(options: FactsOptions, io: Io): Promise<number> {
  if (!FACT_GROUPS.some((group) => group === options.by))
    throw new TacetError('USAGE', `--by takes one of ${FACT_GROUPS.join(', ')}`);
  const { place, range } = placeAndRange(options);
  const query = new URLSearchParams({
    by: options.by,
    limit: `${wholeNumber('--limit', options.limit, 1, MOST)}`,
    ...(range.from !== undefined && { from: `${range.from}` }),
    ...(range.to !== undefined && { to: `${range.to}` }),
  });
  const { tokenFile } = options;
  const at: Place = { ...place, ...(tokenFile !== undefined && { tokenFile }) };
  const answer = await withApi(at, 'reader', io, (api) => api<{ facts: FactRow[] }>(`/v1/facts?${query}`));
  if (options.json) {
    for (const row of answer.facts) io.stdout.write(`${JSON.stringify(row)}\n`);
    return STATUS.done;
  }
  const rows = answer.facts.map((row) => [
    row.value || '(none)',
    `${row.events}`,
    `${row.errors}`,
    row.inputTokens === undefined ? '-' : `${row.inputTokens}`,
    row.outputTokens === undefined ? '-' : `${row.outputTokens}`,
    millisecondsText(row.medianNs),
    millisecondsText(row.slowNs),
  ]);
  const headings = [
    options.by.toUpperCase(),
    'EVENTS',
    'ERRORS',
    'TOKENS IN',
    'TOKENS OUT',
    'MEDIAN',
    '95 %',
  ];
  io.stdout.write(table(headings, rows));
  if (rows.length === 0) io.stderr.write('tacet: no events in this range\n');
  return STATUS.done;
}

function millisecondsText(nanoseconds: number | undefined): string {
  return nanoseconds === undefined ? '-' : `${(nanoseconds / 1e6).toFixed(nanoseconds < 1e7 ? 1 : 0)} ms`;
}
