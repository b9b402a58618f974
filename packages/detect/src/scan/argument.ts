import type { Assignment } from './assignment.ts';
import { valueAt } from './quoted.ts';
import type { Runs } from './runs.ts';

/** A name between quotes, behind a type where one is asked for, and what leads to its value. */
const QUOTED =
  /\(?\s{0,4}(?:\\{0,15}["']?[sS]tring\\{0,15}["']?\s{0,4},\s{0,4})?\\{0,15}["'](?<name>[\w.-]{2,64})\\{0,15}["']\s{0,4}(?:,\s{0,4}(?:default\s{0,2}=\s{0,2})?|\)\s{0,4}(?:\|\||\?\?|\?:|or)\s{0,4})/y;
/** A name in a program: `process.env.API_KEY || `. */
const BARE = /(?<name>\w{2,64})\s{0,4}(?:\|\||\?\?)\s{0,4}/y;
/** Quotes within the quotes: the value is a program's text. */
const INNER = /^\\{0,15}["'](?=.)|\\{0,15}["']$/g;

/** A name and its value as arguments of the function whose name is [at, end): `define('DB_PASSWORD', '…')`. */
export function argumentAt(text: string, _at: number, end: number, runs: Runs): Assignment | undefined {
  const pattern = text[end - 1] === '.' ? BARE : QUOTED;
  pattern.lastIndex = end;
  const match = pattern.exec(text);
  const value = match ? valueAt(text, pattern.lastIndex, runs) : undefined;
  if (!match || !value) return undefined;
  const name = match.groups!.name!;
  const [lead = '', trail = ''] = text.slice(value.start, value.end).match(INNER) ?? [];
  const inner =
    lead !== '' && trail !== '' ? { start: value.start + lead.length, end: value.end - trail.length } : value;
  return { name, at: end + match[0].indexOf(name), ...inner, style: 'quoted', open: false };
}
