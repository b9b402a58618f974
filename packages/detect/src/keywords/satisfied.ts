import { ALNUM, bitsOf, HEX, RUN_BITS, WORD } from './classes.ts';
import { type Keyword, MAX_ASSIGNMENT_GAP, MAX_CREDENTIALS, type Next } from './keyword.ts';

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const COLON = 0x3a;
const EQUALS = 0x3d;
const SLASH = 0x2f;

/** Whether a secret may begin at `at`: see `Keyword.start`. */
export function startsAt(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (at === 0 || !(bitsOf(before) & ALNUM)) return true;
  if ('nrtbf'.includes(text[at - 1]!) && endsBackslash(text, at - 2)) return true;
  if (hex(text, at - 2) && hex(text, at - 1) && opensPercent(text, at - 3)) return true;
  if (text.charCodeAt(at - 6) === BACKSLASH && text[at - 5] === 'u') {
    if (hex(text, at - 4) && hex(text, at - 3) && hex(text, at - 2) && hex(text, at - 1)) return true;
  }
  return before === 0x6d && endsColour(text, at - 2);
}

function hex(text: string, at: number): boolean {
  return (bitsOf(text.charCodeAt(at)) & HEX) !== 0;
}

/** A backslash, or its percent form, that ends at `at`. */
function endsBackslash(text: string, at: number): boolean {
  if (text.charCodeAt(at) === BACKSLASH) return true;
  return text[at - 1] === '5' && text[at]!.toLowerCase() === 'c' && opensPercent(text, at - 2);
}

/** `%`, or `%25`, that ends at `at`. */
function opensPercent(text: string, at: number): boolean {
  if (text.charCodeAt(at) === PERCENT) return true;
  return text[at] === '5' && text[at - 1] === '2' && text.charCodeAt(at - 2) === PERCENT;
}

/** `[` or `%5b`, then at most 16 digits and semicolons, up to `at` inclusive: the rest of `ESC [ 31 m`. */
function endsColour(text: string, at: number): boolean {
  for (let i = at; i >= 0 && i > at - 17; i--) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5b) return true;
    if ((unit === 0x42 || unit === 0x62) && text[i - 1] === '5') return opensPercent(text, i - 2);
    if (unit !== 0x3b && !(unit >= 0x30 && unit <= 0x39)) return false;
  }
  return false;
}

/** The hex value of a percent escape at `at` (`%` of any nesting), and where it ends; -1 when none. */
export function percentAt(text: string, at: number): { value: number; end: number } | undefined {
  let i = at + 1;
  while (text.startsWith('25', i) && hex(text, i + 2) && hex(text, i + 3)) i += 2;
  if (!hex(text, i) || !hex(text, i + 1)) return undefined;
  return { value: Number.parseInt(text.slice(i, i + 2), 16), end: i + 2 };
}

function runFollows(text: string, at: number, next: Extract<Next, { kind: 'run' }>): boolean {
  const bits = RUN_BITS[next.class];
  const percent = next.class === 'base64' ? PERCENT : BACKSLASH;
  let count = 0;
  for (let i = at; count < next.min; i++) {
    const unit = text.charCodeAt(i);
    if (bitsOf(unit) & bits) count++;
    else if (unit !== BACKSLASH && unit !== percent) return false;
  }
  return true;
}

function isSign(unit: number): boolean {
  return unit === COLON || unit === EQUALS || unit === 0x3e || unit === 0xff1a || unit === 0xff1d;
}

/** U+FF1A and U+FF1D where each unit is a byte of UTF-8. */
function isWideSign(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0xef || text.charCodeAt(at + 1) !== 0xbc) return false;
  return text.charCodeAt(at + 2) === 0x9a || text.charCodeAt(at + 2) === 0x9d;
}

/** The letter after the backslash of an escaped newline, return or tab. */
function isLineEscape(unit: number): boolean {
  return unit === 0x6e || unit === 0x72 || unit === 0x74;
}

function isCloser(unit: number): boolean {
  return (
    unit === 0x20 ||
    unit === 0x09 ||
    unit === 0x0a ||
    unit === 0x0d ||
    isQuote(unit) ||
    unit === 0x5d ||
    unit === 0x2a
  );
}

function isQuote(unit: number): boolean {
  return unit === 0x22 || unit === 0x27 || unit === 0x60;
}

function assignmentFollows(text: string, at: number, within: number): boolean {
  let i = at;
  while (i - at < within && bitsOf(text.charCodeAt(i)) & WORD) i++;
  let quoted = false;
  for (let gap = 0; gap <= MAX_ASSIGNMENT_GAP; i++) {
    const unit = text.charCodeAt(i);
    if (isSign(unit) || isWideSign(text, i)) return true;
    if (unit === BACKSLASH) {
      // An escaped newline, return or tab is a closer of two units.
      if (isLineEscape(text.charCodeAt(i + 1))) {
        i++;
        gap++;
      }
      continue;
    }
    if (unit === PERCENT) {
      const form = percentAt(text, i);
      if (!form) return false;
      if (form.value === COLON || form.value === EQUALS) return true;
      i = form.end - 1;
      if (form.value === BACKSLASH) {
        if (isLineEscape(text.charCodeAt(form.end))) i++;
        continue;
      }
      if (!isCloser(form.value)) return false;
      quoted = isQuote(form.value);
      gap++;
      continue;
    }
    if (unit === 0x2c && quoted) return valueFollows(text, i + 1);
    if (!isCloser(unit)) return false;
    quoted = isQuote(unit) || (quoted && unit === 0x20);
    gap++;
  }
  return false;
}

/** The `"value"` member of `{"name": "password", "value": …}`. */
function valueFollows(text: string, at: number): boolean {
  let i = at;
  for (let gap = 0; gap <= MAX_ASSIGNMENT_GAP; i++) {
    const unit = text.charCodeAt(i);
    if (unit === BACKSLASH) {
      if (isLineEscape(text.charCodeAt(i + 1))) i++;
      continue;
    }
    if (!isCloser(unit)) break;
    gap++;
  }
  return text.slice(i, i + 5).toLowerCase() === 'value';
}

function credentialsFollow(text: string, at: number): boolean {
  let colon = false;
  let leading = true;
  for (let i = at; i < at + MAX_CREDENTIALS; i++) {
    const unit = text.charCodeAt(i);
    if (unit === SLASH || unit === BACKSLASH) {
      if (leading) continue;
      if (unit === SLASH) return false;
      continue;
    }
    let value = unit;
    if (unit === PERCENT) {
      const form = percentAt(text, i);
      if (form) {
        if (leading && form.value === SLASH) {
          i = form.end - 1;
          continue;
        }
        if (form.value === COLON || form.value === 0x40) {
          value = form.value;
          i = form.end - 1;
        }
      }
    }
    leading = false;
    if (value === COLON) colon = true;
    else if (value === 0x40 && colon) return true;
    // Written as a negation so that NaN, the end of the text, stops too.
    if (!(value > 0x20) || isQuote(value) || value === 0x3c || value === 0x3e) return false;
    if (value === 0x3f || value === 0x23) return false;
  }
  return false;
}

/** Whether every condition of `keyword` holds for its hit at `at`. Constant time. */
export function satisfied(text: string, at: number, keyword: Keyword): boolean {
  if (keyword.exact !== undefined && !text.startsWith(keyword.exact, at)) return false;
  if (keyword.start && !startsAt(text, at)) return false;
  const next = keyword.next;
  if (!next) return true;
  const end = at + keyword.text.length;
  if (next.kind === 'run') return runFollows(text, end, next);
  if (next.kind === 'assignment') return assignmentFollows(text, end, next.within);
  return credentialsFollow(text, end);
}
