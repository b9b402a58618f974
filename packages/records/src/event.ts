/** Any JSON value. Lone surrogates and NUL are legal in strings and survive a round trip through JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Attribute maps. May hold an own key `__proto__`; never merge one into an ordinary object. */
export type Attributes = { [key: string]: Json };

/**
 * The canonical event: what every dialect of logs and traces becomes, and what one sealed row holds.
 *
 * A row is `JSON.stringify(event)` in UTF-8; names are the ones a query uses. Absent is absent: no
 * member is ever null for want of a value. Exact values stand here; coarse ones go to `ClearRow`.
 */
export interface Event {
  /** Nanoseconds since 1970-01-01T00:00:00Z, decimal, may be negative. */
  time: string;
  kind: 'log' | 'span';
  /** `service.name`, or `unknown_service`. */
  service: string;
  /** Span name, event name or `gen_ai.operation.name`; '' when the source names none. */
  operation: string;
  /** `trace|debug|info|warn|error|fatal`, '' when unknown. */
  severity: string;
  /** `ok|error`, '' when unset. */
  status: string;
  /** `gen_ai.provider.name`, '' when the event is not GenAI. */
  provider: string;
  /** Response model, else request model, '' when none. */
  model: string;
  /** Exact duration in nanoseconds, spans only. */
  duration_ns?: number;
  input_tokens?: number;
  output_tokens?: number;
  /** Hexadecimal, lower case. */
  trace_id?: string;
  span_id?: string;
  parent_span_id?: string;
  conversation_id?: string;
  session_id?: string;
  user_id?: string;
  response_id?: string;
  finish_reasons?: Json;
  status_message?: string;
  /** The log record's body. */
  body?: Json;
  /** System instructions, input and output messages, tool definitions: as structured as they came. */
  system?: Json;
  input?: Json;
  output?: Json;
  tools?: Json;
  attributes?: Attributes;
  resource?: Attributes;
  scope?: Attributes;
  /** Span events: `{name, time, attributes}`. */
  events?: Json[];
  /** Span links: `{trace_id, span_id, attributes}`. */
  links?: Json[];
  /** Kinds of secret that detection cut out, with how often; written by detection only. */
  secrets?: { [kind: string]: number };
}

/** Fields whose value is prose: `field:value` in a query means "contains", elsewhere "equals". */
export const TEXT_FIELDS: ReadonlySet<string> = new Set([
  'body',
  'system',
  'input',
  'output',
  'tools',
  'status_message',
  'message',
  'events',
  'exception.message',
  'exception.stacktrace',
]);

/** Members that a row begins with, in this order; the first eight are in every row. */
const HEAD = [
  'time',
  'kind',
  'service',
  'operation',
  'severity',
  'status',
  'provider',
  'model',
  'duration_ns',
  'input_tokens',
  'output_tokens',
] as const;
const PLACES: ReadonlyMap<string, number> = new Map(HEAD.map((name, place) => [name, place]));

function isInOrder(event: Event): boolean {
  let next = 0;
  for (const name in event) {
    const place = PLACES.get(name) ?? HEAD.length;
    if (place < next) return false;
    next = place < HEAD.length ? place + 1 : place;
  }
  return true;
}

/** The JSON text of an event; what its clear columns are made of stands first, so that it is found by looking. */
export function encodeRow(event: Event): string {
  if (isInOrder(event)) return JSON.stringify(event);
  const head = HEAD.filter((name) => event[name] !== undefined).map((name) => [name, event[name]]);
  return JSON.stringify({ ...Object.fromEntries(head), ...event });
}
