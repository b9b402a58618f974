import type { Issued, Issuers } from '../names/issuers.ts';
import type { Span } from '../rule.ts';
import { issuable } from '../values/issued.ts';
import { looksMade, unguessable } from '../values/made.ts';
import { oneLetter, placeholder } from '../values/none.ts';
import { assignmentAt } from './assignment.ts';
import type { Runs } from './runs.ts';

/** How far before a telling word its issuer's name may begin, in UTF-16 units. */
const PHRASE = 48;
const VALUE = /["'`]?(?<value>[\w.~+/=|-]{12,512})/y;
/** A value that begins so is the rest of the name; the word in it is looked at for itself. */
const STILL_NAME = /^(?:api|access|auth|key|private|secret|token|client|id)[\W_]/i;
/** Words that leave no doubt that a secret follows, at the end of a phrase; `key` alone is none. */
const SURE =
  /(?:(?:secret|token|private|access|api)[^A-Za-z0-9]{0,3}(?:key)?|[a-z](?:KEY|Key))[^A-Za-z0-9]{0,3}$/i;
/** What a key without any word such as `key` before it must look like. */
const BEYOND_DOUBT = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[\w-]{24,128}={0,2})$/;

/** A value and the issuer that its surroundings name. */
export interface Near extends Span {
  readonly issued: Issued;
  readonly value: string;
}

/** The name that a phrase ends in, and the value right after it: for rules that know both. */
export interface Phrase extends Span {
  readonly name: string;
  readonly value: string;
}

/** `dd-apikey-` and what follows it; see `nearAt`. */
export function phraseAt(text: string, at: number, end: number): Phrase | undefined {
  const found = valueAt(text, end);
  if (!found || STILL_NAME.test(found.value)) return undefined;
  const name = /[A-Za-z][\w .-]{0,47}$/.exec(text.slice(Math.max(0, at - PHRASE), end).trimEnd());
  return name ? { name: name[0], ...found, end: found.start + found.value.length } : undefined;
}

function valueAt(text: string, at: number): { start: number; value: string } | undefined {
  VALUE.lastIndex = at;
  const match = VALUE.exec(text);
  const value = match?.groups?.value?.replace(/[.:?]{1,3}$/, '');
  if (!match || value === undefined) return undefined;
  return { start: match.index + match[0].indexOf(value), value };
}

/** The value right after a telling word that ends at `end`: `browshot SECRET 9f8a…`, `Better Stack key=…`. */
export function nearAt(text: string, at: number, end: number, issuers: Issuers): Near | undefined {
  const found = valueAt(text, end);
  if (!found || STILL_NAME.test(found.value)) return undefined;
  // The word itself belongs to the phrase: it may be glued to the name before it.
  const phrase = text.slice(Math.max(0, at - PHRASE), end);
  const issued = issuers.before(phrase);
  if (!issued) return undefined;
  const asksMore = issued.name.ordinary && !SURE.test(phrase);
  if (!hasForm(found.value, issued) && !issuable(found.value, asksMore)) return undefined;
  return { issued, ...found, end: found.start + found.value.length };
}

/** The value after an issuer's name alone: `wandb 1f3c…`, `theoddsapi=…`. */
export function aloneAt(
  text: string,
  at: number,
  end: number,
  runs: Runs,
  issuers: Issuers,
): Near | undefined {
  const spaced = text[end - 1] === ' ';
  const assignment = spaced ? undefined : assignmentAt(text, at, end, runs);
  const name = (assignment?.name ?? text.slice(at, end)).toLowerCase().replace(/[^a-z0-9]/g, '');
  const issued = issuers.exactly(name);
  if (!issued || (spaced && !issued.name.alone)) return undefined;
  const found = spaced
    ? valueAt(text, end)
    : assignment && { start: assignment.start, value: text.slice(assignment.start, assignment.end) };
  if (!found || !beyondDoubt(found.value, issued)) return undefined;
  return { issued, ...found, end: found.start + found.value.length };
}

function hasForm(value: string, { rule }: Pick<Issued, 'rule'>): boolean {
  return rule.form?.test(value) === true && !placeholder(value) && !oneLetter(value);
}

function beyondDoubt(value: string, { rule }: Issued): boolean {
  if (rule.form) return hasForm(value, { rule });
  if (!BEYOND_DOUBT.test(value) || placeholder(value)) return false;
  return looksMade(value, 24) && unguessable(value) && (value.match(/\d/g)?.length ?? 0) >= 3;
}
