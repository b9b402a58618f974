import { TacetError } from '@tacet/records';
import { FACT_GROUPS, type FactRow } from '@tacet/store';
import { type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { parseMoment } from '../searching/moment.ts';
import { table } from '../terminal/table.ts';

export interface FactsOptions extends Omit<Place, 'to'> {
  by: string;
  from?: string;
  /** A time or a URL; given at most once each. */
  to?: string[];
  limit: string;
  json?: boolean;
}

const MOST = 10_000;
const isUrl = (text: string) => /^https?:\/\//i.test(text);

/** `tacet facts`: counts by a clear column, without a key. */
export async function facts(options: FactsOptions, io: Io): Promise<number> {
  if (!FACT_GROUPS.some((group) => group === options.by))
    throw new TacetError('USAGE', `--by takes one of ${FACT_GROUPS.join(', ')}`);
  const urls = (options.to ?? []).filter(isUrl);
  const times = (options.to ?? []).filter((value) => !isUrl(value));
  if (urls.length > 1 || times.length > 1)
    throw new TacetError('USAGE', '--to is given once with a time and once with a URL at most');
  const now = Date.now();
  const query = new URLSearchParams({
    by: options.by,
    limit: `${wholeNumber('--limit', options.limit, 1, MOST)}`,
    ...(options.from !== undefined && { from: `${parseMoment('--from', options.from, now).first}` }),
    ...(times[0] !== undefined && { to: `${parseMoment('--to', times[0], now).last}` }),
  });
  const { to: _, ...rest } = options;
  const place: Place = { ...rest, ...(urls[0] !== undefined && { to: urls[0] }) };
  const answer = await withApi(place, 'reader', io, (api) => api<{ facts: FactRow[] }>(`/v1/facts?${query}`));
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
