import { TacetError } from '@tacet/records';

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(Z|[-+]\d\d:\d\d)?)?$/i;

/**
 * A time as people give it: `2026-01-31`, `2026-01-31T08:00` (UTC unless an offset is given), seconds
 * since 1970, or a span back from `now` (milliseconds): `30m`, `2h`, `7d`, `now`. Gives the first and
 * the last second that it means. Throws QUERY_TIME.
 */
export function parseMoment(flag: string, text: string, now: number): { first: number; last: number } {
  const at = (second: number, seconds = 1) => ({ first: second, last: second + seconds - 1 });
  const span = /^(\d{1,6})([smhdw])$/.exec(text);
  if (text === 'now') return at(Math.floor(now / 1000));
  if (span) return at(Math.floor(now / 1000) - Number(span[1]) * UNITS[span[2]!]!);
  if (/^\d{9,11}$/.test(text)) return at(Number(text));
  const [, day, minute, second, offset] = DATE.exec(text) ?? [];
  const millis = day
    ? Date.parse(`${day}T${minute ?? '00:00'}${second ?? ':00'}${offset ?? 'Z'}`)
    : Number.NaN;
  // The calendar's own parser rolls 30 February over into March, which nobody means.
  const real = day && new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(8));
  if (!real || Number.isNaN(millis))
    throw new TacetError('QUERY_TIME', `${flag} takes a time like 2026-01-31, 2026-01-31T08:00Z or 2h`);
  return at(millis / 1000, minute === undefined ? 86_400 : second === undefined ? 60 : 1);
}
