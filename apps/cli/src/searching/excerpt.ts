import type { Event, Json } from '@tacet/records';
import type { Query } from '@tacet/search/query';
import { RE2JS } from 're2js';

/** Longest excerpt of a text, in UTF-16 units. */
const EXCERPT = 160;
/** What stands before the place that matched. */
const BEFORE = 40;
/** A text that says something by itself: longer than a role or the name of a type. */
const TELLING = 12;

/** Where in a text a part of the query stands; -1 where it does not. */
export type Place = (text: string) => number;

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

function placeOf(text: string): Place {
  const folded = fold(text);
  // Folding may move places by a little, which an excerpt does not mind.
  return folded === '' ? () => -1 : (where) => fold(where).indexOf(folded);
}

function placeOfRegex(pattern: string, flags: string): Place {
  const bits = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
  const expression = RE2JS.compile(
    pattern,
    [...flags].reduce((sum, flag) => sum | (bits[flag as keyof typeof bits] ?? 0), 0),
  );
  return (text) => {
    const matcher = expression.matcher(text);
    return matcher.find() ? matcher.start() : -1;
  };
}

/** Finds the parts of a query that are looked for in texts: what an excerpt should show. */
export function placesOf(query: Query): Place[] {
  switch (query.type) {
    case 'and':
    case 'or':
      return query.of.flatMap(placesOf);
    case 'text':
    case 'contains':
      return [placeOf(query.text)];
    case 'is':
      return [placeOf(query.value)];
    case 'regex':
      return [placeOfRegex(query.pattern, query.flags)];
    default:
      return [];
  }
}

/** Every string of a value, in order. */
function* stringsIn(value: Json | undefined): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item);
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) yield* stringsIn(item);
}

/** The part of the event's text that shows why it matched: around the first place, else a start. */
export function excerpt(event: Event, places: readonly Place[]): string {
  const { body, input, output, system, status_message, attributes } = event;
  const texts = [body, input, output, system, status_message, attributes].flatMap((value) => [
    ...stringsIn(value),
  ]);
  for (const text of texts) {
    const at = places.map((place) => place(text)).find((found) => found >= 0);
    if (at !== undefined) return cut(text, at);
  }
  return cut(texts.find((text) => text.length >= TELLING) ?? texts[0] ?? '', 0);
}

function cut(text: string, at: number): string {
  const from = at > BEFORE && text.length > EXCERPT ? at - BEFORE : 0;
  const piece = text
    .slice(from, from + EXCERPT)
    .toWellFormed()
    .trim();
  return `${from > 0 ? '… ' : ''}${piece}${from + EXCERPT < text.length ? ' …' : ''}`;
}
