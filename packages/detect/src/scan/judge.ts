import { GENERIC } from '../names/generic.ts';
import type { Issued } from '../names/issuers.ts';
import { ruleFor, type Telling } from '../names/names.ts';
import { anothersForm } from '../names/providers.ts';
import type { NameClass } from '../names/telling.ts';
import type { Doubt, IssuerRule, Span } from '../rule.ts';
import { issuable } from '../values/issued.ts';
import { unguessable } from '../values/made.ts';
import { placeholder } from '../values/none.ts';
import type { Assignment } from './assignment.ts';
import { basicCredentials } from './basic.ts';
import { anyId, exampleOf, sandboxExample } from './owner.ts';
import { plausible } from './plausible.ts';
import { MAX_SECRET } from './quoted.ts';
import type { Runs } from './runs.ts';

/** What a name and its value come to. */
export interface Verdict extends Span {
  readonly kind: string;
  readonly fingerprint: boolean;
  readonly doubt?: Doubt;
}

/** Why a value under a telling name is no secret. */
export type Refusal = 'marker' | 'too long' | 'name' | 'value';

const BASIC = 'basic-credentials';

/** The scheme before the credentials of an Authorization header (RFC 9110 section 11.4). */
export const SCHEME =
  /^(?:Bearer|Basic|(?:Api-?)?(?:Token|Key)|Bot|JWT|SSWS|Splunk|GenieKey|OAuth|PAT|Negotiate|Zoho-oauthtoken)\s+/i;

/** Judges an assignment found in a text, whose name is told by `telling`: a verdict, or why it is no secret. */
export function judge(
  text: string,
  assignment: Assignment,
  telling: Telling,
  query: boolean,
  runs: Runs,
): Verdict | Refusal {
  const nameClass = telling.class ?? (query ? 'key' : undefined);
  // Most names that a keyword ends tell nothing.
  if (!nameClass && telling.rules.length === 0) return 'name';
  let { start, end } = assignment;
  if (nameClass === 'cookie' && assignment.style === 'bare') end = lineEnd(text, start, runs);
  if (end - start > MAX_SECRET) return 'too long';
  if (nameClass !== 'cookie' && nameClass !== 'password')
    ({ start, end } = withoutScheme(text, start, end, assignment));
  const value = trimmed(text.slice(start, end), assignment);
  end = start + value.length;
  if (value.startsWith('[secret:')) return 'marker';
  const rule = ruleFor(telling, value);
  if (rule && !placeholder(value)) return { kind: rule.kind, start, end, fingerprint: rule.fingerprint };
  if (!nameClass) return 'name';
  const before = text.slice(Math.max(0, start - 12), start);
  if (/basic\s+$/i.test(before) && basicCredentials(value))
    return { kind: BASIC, fingerprint: false, start, end };
  const issued = ISSUED.has(nameClass) && telling.issuer ? telling.issuer : undefined;
  const known = issued !== undefined && !assignment.open && issuable(value, issued.name.ordinary);
  if (!known && !plausible(value, nameClass, assignment.style, assignment.open, telling.words))
    return 'value';
  if (!known && nameClass !== 'password' && exampleOf(value, telling.words, text, assignment.at))
    return 'value';
  const doubt = doubtOf(value, telling, assignment, issued && !known ? issued : undefined, text, nameClass);
  const doubted = doubt ? { doubt } : {};
  if (issued) return { ...issuedKind(issued.rule, value), start, end, ...doubted };
  return { ...kindOf(nameClass, value, before), start, end, ...doubted };
}

/** Why a value under a telling name is most likely none; `stranger` is its issuer, whose keys look otherwise. */
function doubtOf(
  value: string,
  { words }: Telling,
  { style, at }: Assignment,
  stranger: Issued | undefined,
  text: string,
  nameClass: NameClass,
): Doubt | undefined {
  if (!ISSUED.has(nameClass)) return undefined;
  if (sandboxExample(value)) return 'example';
  const another = (stranger && !stranger.name.ordinary) || anothersForm(words, value);
  return another || (style === 'bare' && anyId(value, words, text, at)) ? 'form' : undefined;
}

/** Classes of names under which an issuer's own keys stand. */
const ISSUED: ReadonlySet<NameClass> = new Set(['key', 'some-key', 'secret', 'token', 'token-alone', 'auth']);

/** The kind of a value under its issuer's name. */
export function issuedKind(
  rule: IssuerRule,
  value: string,
): { kind: string; fingerprint: boolean; doubt?: Doubt } {
  const doubtful = rule.form !== undefined && !rule.form.test(value);
  return { kind: rule.kind, fingerprint: unguessable(value), ...(doubtful ? { doubt: 'form' } : {}) };
}

/** The kind of a value that only its name gives away; `before` is the text before it. */
export function kindOf(
  nameClass: NameClass,
  value: string,
  before: string,
): { kind: string; fingerprint: boolean } {
  if (/basic\s+$/i.test(before) && basicCredentials(value)) return { kind: BASIC, fingerprint: false };
  if (/bearer\s+$/i.test(before)) return { kind: 'bearer-token', fingerprint: unguessable(value) };
  const facts = GENERIC[nameClass];
  return { kind: facts.kind, fingerprint: facts.fingerprint && unguessable(value) };
}

function lineEnd(text: string, start: number, runs: Runs): number {
  const line = runs.indexOf('\n', start);
  const quote = runs.indexOf('"', start);
  const ends = [line, quote, text.length].filter((end) => end >= start);
  return Math.min(start + MAX_SECRET, ...ends);
}

function withoutScheme(text: string, start: number, end: number, assignment: Assignment): Span {
  const scheme = SCHEME.exec(text.slice(start, start + 40));
  if (!scheme) return { start, end };
  const from = start + scheme[0].length;
  if (assignment.style === 'quoted') return { start: from, end };
  const rest = /^[^\s"'`\\,;<>]{1,8192}/.exec(text.slice(from, from + 8192));
  return rest ? { start: from, end: from + rest[0].length } : { start, end };
}

/** A value in running text does not hold the sentence's full stop. */
function trimmed(value: string, assignment: Assignment): string {
  return assignment.style === 'bare' ? value.replace(/[.:?]{1,3}$/, '') : value;
}
