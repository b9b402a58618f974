import { timeInvalid } from './limits.ts';

/** Years 0000 to 9999, the range of RFC 3339, in whole seconds since 1970. */
const MIN_SECONDS = -62_167_219_200;
const MAX_SECONDS = 253_402_300_799;

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Hinnant, days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= MONTH_DAYS[month - 1]! + (leap ? 1 : 0);
}

/**
 * Nanoseconds as the decimal text of `Event.time`.
 *
 * @param seconds whole seconds since 1970, floor
 * @param nanos 0 to 999,999,999, counted forward from `seconds`
 * @throws TIME_INVALID outside the years 0000 to 9999
 */
export function formatTime(seconds: number, nanos: number): string {
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) throw timeInvalid();
  if (seconds > 0) {
    const fraction = String(nanos);
    return String(seconds) + (fraction.length === 9 ? fraction : fraction.padStart(9, '0'));
  }
  if (seconds === 0) return String(nanos);
  return (BigInt(seconds) * 1_000_000_000n + BigInt(nanos)).toString();
}

/** Milliseconds since 1970, as `Date.now` gives them, to the text of `Event.time`. */
export function timeOfMillis(millis: number): string {
  const seconds = Math.floor(millis / 1000);
  return formatTime(seconds, Math.floor((millis - seconds * 1000) * 1e6));
}

/** A run of digits, with an optional sign and fraction: the only texts of numbers that are times. */
const DECIMAL = /^(-?)0*(\d{9,40})(?:\.(\d{1,40}))?$/;

/**
 * An epoch number in the unit that its magnitude tells: below 1e11 seconds, below 1e14 milliseconds,
 * below 1e17 microseconds, else nanoseconds. So seconds reach the year 5138, and smaller units begin
 * in March 1973; numbers below 1e8 are more often an elapsed time than a date, and are not taken.
 *
 * @returns undefined when `text` is not such a number
 * @throws TIME_INVALID outside the years 0000 to 9999
 */
export function timeOfEpoch(text: string): string | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const digits = match[2]!.length;
  const scale = digits <= 11 ? 9 : digits <= 14 ? 6 : digits <= 17 ? 3 : 0;
  const fraction = (match[3] ?? '').slice(0, scale).padEnd(scale, '0');
  return checkedNanos(BigInt(`${match[1]}${match[2]}${fraction}`));
}

/** The same for a number; whole positive ones, as pino and winston write them, without big integers. */
function timeOfNumber(value: number): string | undefined {
  if (!Number.isSafeInteger(value) || value < 1e8) return timeOfEpoch(decimal(value));
  if (value < 1e11) return formatTime(value, 0);
  const unit = value < 1e14 ? 1e3 : 1e6;
  const seconds = Math.floor(value / unit);
  return formatTime(seconds, (value - seconds * unit) * (1e9 / unit));
}

/** @throws TIME_INVALID outside the years 0000 to 9999 */
export function checkedNanos(nanos: bigint): string {
  const seconds = nanos / 1_000_000_000n;
  if (seconds < BigInt(MIN_SECONDS) || seconds > BigInt(MAX_SECONDS)) throw timeInvalid();
  return nanos.toString();
}

const ZEROS = ['', '0', '00', '000', '0000', '00000', '000000', '0000000', '00000000'];

/** Two decimal digits at `at`; -1 when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

// Logs come in order of time: the last day asked for is nearly always asked for again.
let lastDate = -1;
let lastDays = 0;

/**
 * `YYYY-MM-DDThh:mm:ss[.fff]Z` of 1971 and later, also with a space or without the Z, as nearly every
 * logger writes it, without a regular expression.
 *
 * @returns undefined for every other form
 */
function timeOfCommonIso(text: string): string | undefined {
  // 90 is Z; without it the time is UTC as well, and a zone of another kind fails as a digit below.
  const last = text.charCodeAt(text.length - 1) === 90 ? text.length - 1 : text.length;
  const separator = text.charCodeAt(10);
  if (separator !== 84 && separator !== 32) return undefined;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const century = twoDigits(text, 0);
  const yearOfCentury = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if ((century | yearOfCentury | month | day | hour | minute | second) < 0) return undefined;
  const date = century * 1_000_000 + yearOfCentury * 10_000 + month * 100 + day;
  if (hour > 23 || minute > 59 || second > 59 || date < 19_710_000) return undefined;
  if (date !== lastDate) {
    if (!isDate(century * 100 + yearOfCentury, month, day)) return undefined;
    lastDays = daysFromCivil(century * 100 + yearOfCentury, month, day);
    lastDate = date;
  }
  const seconds = lastDays * 86_400 + hour * 3600 + minute * 60 + second;
  const digits = last - 20;
  if (digits < 0) return last === 19 ? `${seconds}000000000` : undefined;
  if (text.charCodeAt(19) !== 46 || digits === 0 || digits > 9) return undefined;
  for (let at = 20; at < last; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
  }
  return `${seconds}${text.slice(20, last)}${ZEROS[9 - digits]}`;
}

const ISO =
  /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?\s?(?:([Zz])|UTC|GMT|([+-])(\d\d):?(\d\d)?)?)?$/;

/**
 * RFC 3339 and its relatives: a space for the `T`, a comma for the point, `±hhmm`, no seconds, a
 * bare date. Without a zone it is UTC, as ClickHouse's `YYYY-MM-DD hh:mm:ss[.fff]` is. Digits
 * finer than nanoseconds are cut.
 *
 * @returns undefined when `text` is not a calendar time
 */
export function timeOfIso(text: string): string | undefined {
  const m = ISO.exec(text);
  if (!m) return undefined;
  const month = +m[2]!;
  const day = +m[3]!;
  const hour = m[4] === undefined ? 0 : +m[4];
  const minute = m[5] === undefined ? 0 : +m[5];
  const second = m[6] === undefined ? 0 : +m[6];
  // 60 is a leap second; it counts as the first moment of the next minute.
  if (!isDate(+m[1]!, month, day) || hour > 24 || minute > 59 || second > 60) return undefined;
  let seconds = daysFromCivil(+m[1]!, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  if (m[9] !== undefined) {
    const offset = +m[10]! * 3600 + (m[11] === undefined ? 0 : +m[11]) * 60;
    seconds += m[9] === '-' ? offset : -offset;
  }
  const nanos = m[7] === undefined ? 0 : +m[7].slice(0, 9).padEnd(9, '0');
  return formatTime(seconds, nanos);
}

/**
 * A time in any of the forms above.
 *
 * @returns undefined when the value is no time at all
 * @throws TIME_INVALID when it is one outside the years 0000 to 9999
 */
export function timeOfValue(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (value.length < 9 || value.length > 64) return undefined;
    return timeOfCommonIso(value) ?? timeOfIso(value) ?? timeOfEpoch(value);
  }
  if (typeof value === 'number') return timeOfNumber(value);
  return undefined;
}

/** The shortest decimal text of a number, without an exponent. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes('e') && Number.isInteger(value) ? BigInt(value).toString() : text;
}
