import { BARE, bitsOf, QUERY, SHELL, SPACE } from '../keywords/classes.ts';
import type { Span } from '../rule.ts';
import { valueAt } from './quoted.ts';
import type { Runs } from './runs.ts';

/** How a value is written; the surer the style, the less the value must prove. */
export type Style = 'member' | 'quoted' | 'query' | 'shell' | 'flag' | 'bare' | 'spaced';

/** `name = value` found in a text. */
export interface Assignment extends Span {
  readonly name: string;
  /** Where the name begins. */
  readonly at: number;
  readonly style: Style;
  /** Whether the value ends where a call or an expression would go on. */
  readonly open: boolean;
}

const MAX_NAME = 64;
type Named = Pick<Assignment, 'name' | 'at'>;

/** What may stand between a name and its sign; backticks and asterisks are Markdown's. */
const GAP = /[\w-]{0,24}[\\"'`\]*)\s]{0,40}(=>|:=|[=:>：＝])/y;
/** `", "value":`, and what OTLP puts between it and a string. */
const VALUE_MEMBER =
  /\\{0,15}["']\s{0,8},\s{0,8}\\{0,15}["'][vV]alue\\{0,15}["']\s{0,8}:(?:\s{0,8}\{\s{0,8}\\{0,15}"string_?[vV]alue\\{0,15}"\s{0,8}:)?/y;
const MEMBER = /^\\{0,15}["']/;
/** `: string =` before a quoted value. */
const ANNOTATION = /[ \t]{0,8}[A-Za-z][\w.<>|[\] ?]{0,40}=[ \t]{0,8}(?=["'`])/y;
/** Between an option and its value: in a command line, in a list of arguments. */
const OPTION_GAP = /(?:\\{0,15}["'],\s{0,4}|[ \t]{1,8})(?=\S)/y;
/** Where the next parameter of a form begins inside what looks like one value. */
const NEXT_PARAMETER = /&(?:[\w.[\]-]{1,64}=|\w{2,6};)/;
/** A constructor or literal prefix around a quoted value. */
const WRAPPER =
  /(?:(?:[\w.]{0,32}(?:Secret|String|Str|str|Bytes|bytes|Text|Buffer\.from))\()?[bBrRfFuUN@]?(?=["'`])/y;

function isNamePart(unit: number): boolean {
  return (
    (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 0x5f
  );
}

function nameStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < MAX_NAME) {
    const unit = text.charCodeAt(start - 1);
    if (!isNamePart(unit) && unit !== 0x2d && unit !== 0x2e) break;
    start--;
  }
  const lead = LEADS[text[start - 1] ?? '']?.exec(text.slice(start, at));
  return lead ? start + lead[0].length : start;
}

/** The rest of an escape or of a terminal colour, by what stands before it: no part of a name. */
const COLOUR = /^\d{0,3}m/;
const LEADS: Readonly<Record<string, RegExp>> = {
  '[': COLOUR,
  ';': COLOUR,
  '%': /^(?:25)?[0-9a-fA-F]{2}/,
  '\\': /^(?:[nrtbf]|u[0-9a-fA-F]{4})/,
};

/** The assignment whose name holds the units [at, end), or undefined. */
export function assignmentAt(text: string, at: number, end: number, runs: Runs): Assignment | undefined {
  const start = nameStart(text, at);
  let nameEnd = end;
  while (nameEnd - end < 24 && (isNamePart(text.charCodeAt(nameEnd)) || text[nameEnd] === '-')) nameEnd++;
  const named = { name: text.slice(start, nameEnd), at: start };
  VALUE_MEMBER.lastIndex = nameEnd;
  if (VALUE_MEMBER.test(text)) return valueFrom(text, VALUE_MEMBER.lastIndex, named, 'bare', runs);
  GAP.lastIndex = end;
  const gap = GAP.exec(text);
  if (!gap) return undefined;
  const sign = gap[1]!;
  let from = GAP.lastIndex;
  const after = text[from];
  const element = sign === '>';
  if (element && text[start - 1] !== '<') return undefined;
  // Comparison, scope and arrow are no assignment.
  if (sign === '=' && (after === '=' || after === '~')) return undefined;
  if (sign === ':' && (after === ':' || text.startsWith('//', from))) return undefined;
  ANNOTATION.lastIndex = from;
  if (sign === ':' && ANNOTATION.test(text)) from = ANNOTATION.lastIndex;
  const style = styleOf(text, start, sign, gap[0].length === nameEnd - end + sign.length, after);
  const found = valueFrom(text, from, named, style, runs);
  // `"name": "value"` is as sure as a member of an event.
  if (found?.style === 'quoted' && sign === ':' && MEMBER.test(gap[0].slice(nameEnd - end))) {
    return { ...found, style: 'member' };
  }
  // An element's text ends at the next tag.
  return element && found && text[found.end] !== '<' ? undefined : found;
}

function styleOf(
  text: string,
  start: number,
  sign: string,
  tight: boolean,
  after: string | undefined,
): Style {
  const before = text[start - 1];
  if (before === '?' || before === '&' || text.startsWith('amp;', start - 4)) return 'query';
  const glued = tight && sign === '=' && after !== undefined && !(bitsOf(after.charCodeAt(0)) & SPACE);
  if (!glued) return 'bare';
  if (text.startsWith('--', start)) return 'shell';
  return /^[A-Z]/.test(text.slice(start, start + 1)) && /^[A-Z][A-Z0-9_]*$/.test(nameOf(text, start))
    ? 'shell'
    : 'bare';
}

function nameOf(text: string, start: number): string {
  return /^[\w-]{0,64}/.exec(text.slice(start, start + MAX_NAME))![0];
}

/** The value after a command line's option, as in `--password hunter2`; `end` is after its name. */
export function optionAt(text: string, at: number, end: number, runs: Runs): Assignment | undefined {
  let nameEnd = end;
  while (nameEnd - end < 24 && (isNamePart(text.charCodeAt(nameEnd)) || text[nameEnd] === '-')) nameEnd++;
  OPTION_GAP.lastIndex = nameEnd;
  if (!OPTION_GAP.test(text)) return undefined;
  return valueFrom(text, OPTION_GAP.lastIndex, { name: text.slice(at, nameEnd), at }, 'flag', runs);
}

/** The value that follows a name and a space, as in `api key 8f3a…`; `end` is after the space. */
export function spacedAt(text: string, at: number, end: number, runs: Runs): Assignment | undefined {
  const start = nameStart(text, at);
  return valueFrom(text, end, { name: text.slice(start, end), at: start }, 'spaced', runs);
}

function valueFrom(text: string, at: number, named: Named, style: Style, runs: Runs): Assignment | undefined {
  let from = at;
  while (from - at < 40 && (text[from] === ' ' || text[from] === '\t' || text[from] === '*')) from++;
  WRAPPER.lastIndex = from;
  if (WRAPPER.test(text)) from = WRAPPER.lastIndex;
  const quoted = valueAt(text, from, runs);
  if (quoted) return { ...named, ...quoted, style: 'quoted', open: false };
  const bits = style === 'query' ? QUERY : style === 'shell' || style === 'flag' ? SHELL : BARE;
  let end = runs.end(bits, from);
  if (bits === BARE) {
    const cut = NEXT_PARAMETER.exec(text.slice(from, Math.min(end, from + 512)));
    if (cut) end = from + cut.index;
  }
  if (end === from) return undefined;
  const after = text[end];
  return { ...named, start: from, end, style, open: after === '(' || after === '[' || after === '{' };
}
