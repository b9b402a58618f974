import { addresses } from './address.ts';
import { cardOf } from './card.ts';
import { emails } from './email.ts';
import { before, type Confidence, type PersonalFinding } from './finding.ts';
import { ibans } from './iban.ts';
import { LETTERED } from './lettered.ts';
import { NUMBERS } from './numbers.ts';
import { phones } from './phone.ts';

export type { Confidence, PersonalFinding } from './finding.ts';

/** Every kind of personal data. */
export const PERSONAL_KINDS: ReadonlySet<string> = new Set([
  ...['email', 'phone', 'payment-card', 'iban', 'ip-address', 'fi-hetu', 'hk-id'],
  ...[...NUMBERS, ...LETTERED].map(({ kind }) => kind),
]);

const RANKS: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };
/** Digits, with single signs between them; a Chinese id may end in a letter. */
const NUMBER = /(?<![\w.+]|\w-)\d(?:[.-]?\d){8,18}(?:[Xx](?!\w))?(?![\w]|[.-]\d)/g;
/** The first group of a number that is written in groups, with blanks between. */
const FIRST_GROUP = /(?<![\w.+-])\d{1,7}(?= \d)/g;
const NEXT_GROUP = / \d{1,7}(?!\w)/y;
const MOST_GROUPS = 7;
const [LEAST_DIGITS, MOST_DIGITS] = [9, 19];
/** A word of letters and digits of the lengths that ids have. */
const WORD = /(?<![A-Za-z0-9_])(?=[A-Za-z]{0,6}\d)[A-Za-z0-9]{9,18}(?![A-Za-z0-9_])/g;
/** The same for ids that are written with signs. */
const SPACED_NINO = /(?<![A-Za-z0-9])[A-Za-z]{2} \d{2} \d{2} \d{2} [A-Da-d](?![A-Za-z0-9])/g;
const HETU = /(?<!\w)(\d{6})([-+A-FU-Y])(\d{3})([0-9A-Y])(?!\w)/g;
const HKID = /(?<!\w)([A-Z]{1,2}\d{6})\(([0-9A])\)/g;
/** Names of other numbers of such lengths. */
const OTHER =
  /(?:id|hash|etag|nonce|seq|sequence|offset|time|timestamp|bytes|size|count|number)["'\s:=]{1,5}$/;
const CARD =
  /(?:card|visa|mastercard|amex|\bpan|credit|debit|卡号|银行卡)[\w.]{0,12}["'\s:=#：]{0,6}(?:is |no\.? |number )?["']?$/;
const GROUPED_CARD = /^(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})$/;
const MOST = 10_000;

/**
 * The personal data in a text, in order and without overlaps: e-mail, telephone, payment card and bank account
 * numbers, IP addresses, national ids. Names and postal addresses are not looked for. At most 10,000; time is
 * linear in the length of the text, whatever the text. docs/personal-data.md has the kinds.
 */
export function findPersonal(given: string): PersonalFinding[] {
  const found = [...emails(given), ...addresses(given)];
  const text = plain(given);
  for (const { start, end } of windowsOf(text)) {
    const part = text.slice(start, end);
    for (const one of [...numbers(part), ...words(part), ...phones(part), ...ibans(part)])
      found.push({ ...one, start: one.start + start, end: one.end + start });
  }
  return settled(found).slice(0, MOST);
}

/** Typeset blanks and hyphens, and digits as wide as a Chinese character, as plain ones: unit for unit. */
function plain(text: string): string {
  return text.replace(/[\u00a0\u2007\u2009\u202f\u2010-\u2015\uff10-\uff19\uff0b]/g, (unit) => {
    const code = unit.charCodeAt(0);
    if (code >= 0xff00) return String.fromCharCode(code - 0xfee0);
    return code >= 0x2010 && code <= 0x2015 ? '-' : ' ';
  });
}

/** Six digits with one sign between at most: every number has them. Most texts have few. */
const DENSE = /\d(?:[^\d\n]?\d){5}/g;
/** What of a number, and of what names it, may stand around such digits. */
const AROUND = 96;

/** Parts of a text in which numbers may be. */
function windowsOf(text: string): { start: number; end: number }[] {
  const windows: { start: number; end: number }[] = [];
  for (const { 0: digits, index } of text.matchAll(DENSE)) {
    const [start, end] = [Math.max(0, index - AROUND), Math.min(text.length, index + digits.length + AROUND)];
    const last = windows.at(-1);
    if (last && start <= last.end) last.end = end;
    else windows.push({ start, end });
  }
  return windows;
}

/** The surest of those that overlap, then the longest. */
export function settled(found: PersonalFinding[]): PersonalFinding[] {
  if (found.length < 2) return found;
  const better = (a: PersonalFinding, b: PersonalFinding) =>
    RANKS[a.confidence] - RANKS[b.confidence] || b.end - b.start - (a.end - a.start);
  const kept: PersonalFinding[] = [];
  for (const one of found.sort((a, b) => a.start - b.start || better(a, b))) {
    const last = kept.at(-1);
    if (!last || one.start >= last.end) kept.push(one);
    else if (better(one, last) < 0) kept[kept.length - 1] = one;
  }
  return kept;
}

function numbers(text: string): PersonalFinding[] {
  const found: PersonalFinding[] = [];
  for (const { 0: written, index } of text.matchAll(NUMBER)) judge(text, index, written, found);
  for (const { 0: first, index } of text.matchAll(FIRST_GROUP)) {
    NEXT_GROUP.lastIndex = index + first.length;
    let digits = first.length;
    for (let groups = 1; groups < MOST_GROUPS; groups++) {
      const next = NEXT_GROUP.exec(text)?.[0];
      digits += (next?.length ?? MOST_DIGITS) - 1;
      if (next === undefined || digits > MOST_DIGITS) break;
      if (digits >= LEAST_DIGITS) judge(text, index, text.slice(index, NEXT_GROUP.lastIndex), found);
    }
  }
  return found;
}

/** Adds what the digits at `start` may be. */
function judge(text: string, start: number, written: string, found: PersonalFinding[]): void {
  const digits = written.replace(/[ .-]/g, '').toUpperCase();
  const add = (kind: string, confidence: Confidence | undefined) => {
    if (confidence) found.push({ kind, start, end: start + written.length, confidence });
  };
  const card = cardOf(digits);
  if (card) add('payment-card', cardConfidence(card, written, before(text, start)));
  for (const { kind, length, holds, told, form, bare } of NUMBERS) {
    if (length !== digits.length || !holds(digits)) continue;
    const formed = form?.written.test(written) ? form.confidence : undefined;
    const alone = formed ?? (written.length === length ? bare : undefined);
    add(kind, told.test(before(text, start)) ? 'high' : alone);
  }
}

/** A number alone is a card's in one of many cases; in groups, or named, it is one. */
function cardConfidence(card: 'usual' | 'rare', written: string, context: string): Confidence | undefined {
  if (CARD.test(context) || GROUPED_CARD.test(written)) return 'high';
  return card === 'usual' && !/\D/.test(written) && !OTHER.test(context) ? 'medium' : undefined;
}

function words(text: string): PersonalFinding[] {
  const found: PersonalFinding[] = [];
  const add = (kind: string, start: number, length: number, confidence: Confidence) =>
    found.push({ kind, start, end: start + length, confidence });
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const id = word.toUpperCase();
    for (const { kind, pattern, holds, confidence, told } of LETTERED)
      if (pattern.test(id) && holds(id) && (!told || told.test(before(text, index))))
        add(kind, index, word.length, confidence);
  }
  for (const { 0: written, index } of text.matchAll(SPACED_NINO))
    if (LETTERED[0]!.pattern.test(written.replace(/ /g, '').toUpperCase()))
      add('uk-nino', index, written.length, 'medium');
  // Finland's Digital and Population Data Services Agency: the rest by 31.
  for (const { 0: written, 1: day, 3: number, 4: check, index } of text.matchAll(HETU))
    if ('0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(`${day}${number}`) % 31] === check)
      add('fi-hetu', index, written.length, 'high');
  for (const { 0: written, 1: letters, 2: check, index } of text.matchAll(HKID))
    if (hongKongCheck(letters!) === check) add('hk-id', index, written.length, 'high');
  return found;
}

/** A letter counts 10 to 35, a missing one 36; weights 9 to 2; the check digit makes the sum divisible by 11. */
function hongKongCheck(letters: string): string {
  const values = [...letters].map((letter) => Number.parseInt(letter, 36));
  if (values.length === 7) values.unshift(36);
  const rest = values.reduce((sum, value, i) => sum + value * (9 - i), 0) % 11;
  return rest === 0 ? '0' : rest === 1 ? 'A' : String(11 - rest);
}
