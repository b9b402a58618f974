/** Nanoseconds in each unit of a duration. */
const DURATION_UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

/** From the mildest to the worst; an event's `severity` is one of these or ''. */
export const SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const SEVERITY_SYNONYMS: Readonly<Record<string, string>> = {
  warning: 'warn',
  err: 'error',
  critical: 'fatal',
};

/** Every name with a rank, folded. */
export const SEVERITY_NAMES: readonly string[] = [...SEVERITIES, ...Object.keys(SEVERITY_SYNONYMS)];

/** A finite decimal number, undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Nanoseconds of `5s`, `1.5ms`, `250us`; undefined for anything else, a missing unit included. */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d+\.?\d*|\.\d+)(\p{L}+)$/u.exec(text);
  const unit = found && Object.hasOwn(DURATION_UNITS, found[2]!) ? DURATION_UNITS[found[2]!] : undefined;
  // Rounding hides that 0.1 s is not a whole number of nanoseconds in binary.
  return unit === undefined ? undefined : Math.round(Number(found![1]) * unit);
}

/** Place in SEVERITIES, undefined for a name that is not there. */
export function severityRank(text: string): number | undefined {
  const name = severityName(text.toLowerCase());
  const rank = (SEVERITIES as readonly string[]).indexOf(name);
  return rank < 0 ? undefined : rank;
}

/** The canonical name of a severity: `warning` is `warn`. Takes lower case; others pass through. */
export function severityName(text: string): string {
  return (Object.hasOwn(SEVERITY_SYNONYMS, text) && SEVERITY_SYNONYMS[text]) || text;
}

/** The first and last nanosecond, since 1970, that a text such as `2025-01-06` or `…T10:30Z` means. */
export interface Instant {
  first: bigint;
  last: bigint;
}

const SECOND = 1_000_000_000n;
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[-+]\d\d:\d\d)?)?$/i;

/**
 * Reads an instant: RFC 3339 with seconds, minutes or the whole time left out (it then means that
 * minute or day), UTC unless an offset is given; or whole seconds since 1970 (9 digits or more).
 */
export function parseInstant(text: string): Instant | undefined {
  if (/^\d{9,11}$/.test(text)) {
    const first = BigInt(text) * SECOND;
    return { first, last: first + SECOND - 1n };
  }
  const found = INSTANT.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = found;
  const iso = `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}Z`;
  const millis = Date.parse(iso);
  // Date.parse rolls 30 February over into March, which nobody means.
  if (Number.isNaN(millis) || new Date(millis).getUTCDate() !== Number(day)) return undefined;
  const away = offsetMinutes(offset);
  if (away === undefined) return undefined;
  const first = BigInt(millis) * 1_000_000n - BigInt(away) * 60n * SECOND + fractionNanos(fraction);
  return { first, last: first + width(hour, second, fraction) - 1n };
}

function offsetMinutes(offset: string | undefined): number | undefined {
  if (offset === undefined || /^z$/i.test(offset)) return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4));
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function fractionNanos(fraction: string | undefined): bigint {
  return fraction === undefined ? 0n : BigInt(fraction.padEnd(9, '0'));
}

function width(hour?: string, second?: string, fraction?: string): bigint {
  if (hour === undefined) return 86_400n * SECOND;
  if (second === undefined) return 60n * SECOND;
  return fraction === undefined ? SECOND : 10n ** BigInt(9 - fraction.length);
}
