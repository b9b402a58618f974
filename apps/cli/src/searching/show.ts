import type { Event } from '@tacet/records';
import { harmless, type painter } from '../terminal/text.ts';
import { excerpt, type Place } from './excerpt.ts';

/** `2026-01-31T08:00:00.123Z` of nanoseconds since 1970; the number itself beyond the years that dates have. */
export function instantText(time: bigint): string {
  const date = new Date(Number(time / 1_000_000n));
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

/** The same for people: `2026-01-31 08:00:00.123`. */
export function momentText(time: bigint): string {
  return instantText(time).replace('T', ' ').replace('Z', '');
}

/** One event for people: a line of facts and a line of text, harmless for a terminal. */
export function showEvent(event: Event, places: readonly Place[], paint: ReturnType<typeof painter>): string {
  const bad = event.severity === 'error' || event.severity === 'fatal' || event.status === 'error';
  const facts = [
    paint('dim', momentText(BigInt(event.time))),
    paint('bold', harmless(event.service)),
    paint('cyan', harmless(event.operation)),
    event.model && harmless(event.model),
    bad && paint('red', harmless(event.severity || event.status)),
  ];
  const text = harmless(excerpt(event, places));
  return `${facts.filter(Boolean).join('  ')}\n${text ? `  ${text}\n` : ''}`;
}
