import { TacetError } from '@tacet/records';
import { FACT_GROUPS, type FactRow, type FactsQuery } from '../port.ts';
import type { Cells } from './decode.ts';
import { text } from './literal.ts';

const MOST_ROWS = 10_000;
/** Seconds that ClickHouse's calendar holds: 1900 to 2299. */
const CALENDAR = [-2_208_988_800, 10_413_791_999] as const;

const INSTANT = `toDateTime64(least(greatest(time, ${CALENDAR[0]}), ${CALENDAR[1]}), 0, 'UTC')`;
const EXPRESSIONS: Partial<Record<FactsQuery['by'], string>> = {
  day: `formatDateTime(${INSTANT}, '%Y-%m-%d')`,
  hour: `formatDateTime(${INSTANT}, '%Y-%m-%dT%H:00Z')`,
  // An element is a kind and how often: `aws-key×2`.
  secret: `splitByString('×', arrayJoin(secrets))[1]`,
};

/** Of present values; -1 where there is none. */
const total = (column: string) => `if(countIf(${column} >= 0) = 0, -1, sumIf(${column}, ${column} >= 0))`;
const quantile = (level: number) =>
  `if(countIf(duration_ns >= 0) = 0, -1, toInt64(quantileIf(${level})(duration_ns, duration_ns >= 0)))`;

/** The statement that counts events by one clear fact. Throws MATCH_INVALID for what cannot be asked. */
export function factsSql({ workspace, from, to, by, services, limit }: FactsQuery): string {
  const invalid = (what: string) =>
    new TacetError('MATCH_INVALID', `the query for facts has a wrong ${what}`);
  if (!FACT_GROUPS.includes(by)) throw invalid('group');
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) throw invalid('limit');
  const least = Math.floor(from ?? -Number.MAX_SAFE_INTEGER);
  const most = Math.floor(to ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most)) throw invalid('time');
  const joined =
    'time, kind, service, operation, model, provider, status, severity, duration_ns, input_tokens, output_tokens, secrets';
  const conditions = [`workspace = ${text(workspace)}`, `time BETWEEN ${least} AND ${most}`];
  if (services) conditions.push(services.length ? `service IN (${services.map(text).join(', ')})` : '0');
  const order = by === 'day' || by === 'hour' ? 'value' : 'events DESC, value';
  return `SELECT toString(${EXPRESSIONS[by] ?? by}) AS value, toInt64(count()) AS events,
toInt64(countIf(status = 'error' OR severity IN ('error', 'fatal'))) AS errors,
toInt64(min(time)) AS first, toInt64(max(time)) AS last,
toInt64(${total('input_tokens')}) AS input, toInt64(${total('output_tokens')}) AS output,
${quantile(0.5)} AS median, ${quantile(0.95)} AS slow
FROM segments ARRAY JOIN ${joined}
PREWHERE time_max >= ${least} AND time_min <= ${most}
WHERE ${conditions.join(' AND ')}
GROUP BY value ORDER BY ${order} LIMIT ${limit}`;
}

export function decodeFacts(cells: Cells, row: number): FactRow {
  const present = (name: string) => {
    const value = cells.number(name, row);
    return value < 0 ? undefined : value;
  };
  const [input, output, median, slow] = ['input', 'output', 'median', 'slow'].map(present);
  return {
    value: cells.text('value', row),
    events: cells.number('events', row),
    errors: cells.number('errors', row),
    first: cells.number('first', row),
    last: cells.number('last', row),
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(median !== undefined && { medianNs: median }),
    ...(slow !== undefined && { slowNs: slow }),
  };
}
