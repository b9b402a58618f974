import type { Event, Json } from '@tacet/records';
import { harmless, type painter } from '../terminal/text.ts';

/** Longest excerpt of a text, in UTF-16 units. */
const EXCERPT = 160;
/** What stands before the place that matched. */
const BEFORE = 40;

/** `2026-01-31 08:00:00.123` in UTC; the number itself beyond the years that dates have. */
function timeOf(event: Event): string {
  const milliseconds = Number(BigInt(event.time) / 1_000_000n);
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? event.time : date.toISOString().replace('T', ' ').replace('Z', '');
}

/** Every string of a value, in order. */
function* stringsIn(value: Json | undefined): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item);
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) yield* stringsIn(item);
}

const lower = (text: string) => text.normalize('NFKC').toLowerCase();

/** The part of the event's text that shows why it matched: around the first of `words`, else its start. */
export function excerpt(event: Event, words: readonly string[]): string {
  const { body, input, output, system, status_message, attributes } = event;
  const texts = [body, input, output, system, status_message, attributes].flatMap((value) => [
    ...stringsIn(value),
  ]);
  for (const text of texts) {
    const folded = lower(text);
    const at = words.map((word) => folded.indexOf(word)).find((place) => place >= 0);
    if (at !== undefined) return cut(text, at);
  }
  return cut(texts[0] ?? '', 0);
}

function cut(text: string, at: number): string {
  const from = at > BEFORE && text.length > EXCERPT ? at - BEFORE : 0;
  const piece = text
    .slice(from, from + EXCERPT)
    .toWellFormed()
    .trim();
  return `${from > 0 ? '… ' : ''}${piece}${from + EXCERPT < text.length ? ' …' : ''}`;
}

/** One event for people: a line of facts and a line of text, harmless for a terminal. */
export function showEvent(event: Event, words: readonly string[], paint: ReturnType<typeof painter>): string {
  const bad = event.severity === 'error' || event.severity === 'fatal' || event.status === 'error';
  const facts = [
    paint('dim', timeOf(event)),
    paint('bold', harmless(event.service)),
    paint('cyan', harmless(event.operation)),
    event.model && harmless(event.model),
    bad && paint('red', harmless(event.severity || event.status)),
  ];
  const text = harmless(excerpt(event, words));
  return `${facts.filter(Boolean).join('  ')}\n${text ? `  ${text}\n` : ''}`;
}
