import { type Json, TacetError } from '@tacet/records';
import { namesIn, parseExact } from './exact.ts';
import { isJsonBomb } from './guard.ts';
import { DEFAULT_LIMITS, type Limits, tooDeep } from './limits.ts';
import { Meter } from './measure.ts';

/**
 * Parses a body that is one JSON value, such as an array of events, without loss: whole numbers
 * beyond 2^53 are strings, later values of a repeated name stand under `tacet.duplicates`. Limits of
 * single events are left to `eventFromJson`, which its elements are for.
 *
 * @throws JSON_INVALID; EVENT_TOO_DEEP when an event in it could not be taken, or
 * BODY_TOO_LARGE_DECOMPRESSED, for JSON that would take far more memory than its length
 */
export function parseDocument(text: string, limits: Limits = DEFAULT_LIMITS): Json {
  // The array around the events is one level more.
  const depth = limits.depth + 1;
  const bomb = isJsonBomb(text, depth);
  if (bomb === 'depth') throw tooDeep(limits);
  if (bomb) throw new TacetError('BODY_TOO_LARGE_DECOMPRESSED', 'The body holds too many objects and arrays');
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TacetError('JSON_INVALID', 'The body is not JSON');
  }
  const unbounded = Number.POSITIVE_INFINITY;
  const meter = new Meter({ ...limits, depth, fields: unbounded, eventBytes: unbounded });
  meter.value(value, 0);
  return meter.inexact || namesIn(text) > meter.fields ? parseExact(text, limits, depth) : value;
}
