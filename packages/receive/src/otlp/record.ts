import type { Event, Json } from '@tacet/records';
import { DETAIL_EVENTS } from '../dialects/gen-ai.ts';
import { ATTRIBUTE_SLOTS } from '../dialects/index.ts';
import { liftMessage, messageOfEvent } from '../dialects/message-events.ts';
import type { Draft } from '../draft.ts';
import { isObject, type Members, setOwn } from '../members.ts';
import { severityOfNumber, severityOfText } from '../severity.ts';
import type { Batch } from './batch.ts';
import type { Origin } from './origin.ts';

/** A log record's own members, besides its attributes. '' and 0 are unset, as in protobuf. */
export interface LogFields {
  time: string;
  observed: string;
  severityNumber: number;
  severityText: string;
  eventName: string;
  body: Json | undefined;
  traceId: string;
  spanId: string;
  flags: number;
  dropped: number;
}

/** A span's own members, besides its attributes. */
export interface SpanFields {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  start: string;
  end: string;
  flags: number;
  statusCode: number;
  statusMessage: string;
  events: Json[];
  links: Json[];
  dropped: number;
  droppedEvents: number;
  droppedLinks: number;
}

export function emptyLog(): LogFields {
  return {
    time: '',
    observed: '',
    severityNumber: 0,
    severityText: '',
    eventName: '',
    body: undefined,
    traceId: '',
    spanId: '',
    flags: 0,
    dropped: 0,
  };
}

export function emptySpan(): SpanFields {
  return {
    name: '',
    kind: 0,
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    start: '',
    end: '',
    flags: 0,
    statusCode: 0,
    statusMessage: '',
    events: [],
    links: [],
    dropped: 0,
    droppedEvents: 0,
    droppedLinks: 0,
  };
}

export const SPAN_KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
export const STATUSES = ['', 'ok', 'error'];

/** Names of the attributes that hold what an event has no place for. */
export const EXTRA = {
  severityText: 'otel.severity_text',
  severityNumber: 'otel.severity_number',
  observedTime: 'otel.observed_time',
  flags: 'otel.flags',
  dropped: 'otel.dropped_attributes_count',
  kind: 'span.kind',
  traceState: 'otel.trace_state',
  droppedEvents: 'otel.dropped_events_count',
  droppedLinks: 'otel.dropped_links_count',
} as const;

/** Members of OTLP that an event has no place for stay as attributes, unless they are unset. */
function keepExtra(draft: Draft, name: string, value: string | number): void {
  if (value !== '' && value !== 0) draft.keep(name, value);
}

/** Turns a log record, whose attributes are already in the draft, into an event. */
export function finishLog(batch: Batch, origin: Origin, log: LogFields): Event {
  const { draft } = batch;
  const time = log.time || log.observed || batch.now;
  draft.set('service', origin.service);
  draft.set('operation', log.eventName);
  setSeverity(draft, log.severityNumber, log.severityText);
  draft.set('trace_id', log.traceId);
  draft.set('span_id', log.spanId);
  draft.set('body', log.body);
  if (log.observed !== time) keepExtra(draft, EXTRA.observedTime, log.observed);
  keepExtra(draft, EXTRA.flags, log.flags);
  keepExtra(draft, EXTRA.dropped, log.dropped);
  return withOrigin(liftMessage(draft.finish('log', time)), origin);
}

/** The level, and the original beside it where the level says less. */
function setSeverity(draft: Draft, number: number, text: string): void {
  const named = text === '' ? undefined : severityOfText(text);
  const level = severityOfNumber(number) || named?.level || '';
  draft.set('severity', level);
  if (text !== '' && !(named?.whole && named.level === level)) draft.keep(EXTRA.severityText, text);
  // The first of a level's four numbers says no more than the level.
  if (number !== 0 && (number % 4 !== 1 || level === '')) draft.keep(EXTRA.severityNumber, number);
}

/** A span event as it is kept. Events without a name or time have none. */
export function eventOfSpan(name: string, time: string, attributes: Members, dropped: number): Members {
  const event: Members = {};
  if (name !== '') event.name = name;
  if (time !== '') event.time = time;
  if (Object.keys(attributes).length > 0) event.attributes = attributes;
  if (dropped !== 0) event.dropped_attributes_count = dropped;
  return event;
}

/** A span link's own members; '' and 0 are unset. */
export interface LinkFields {
  traceId: string;
  spanId: string;
  traceState: string;
  flags: number;
  dropped: number;
  attributes: Members;
}

export function linkOfSpan(link: LinkFields): Members {
  const members: Members = {};
  if (link.traceId !== '') members.trace_id = link.traceId;
  if (link.spanId !== '') members.span_id = link.spanId;
  if (link.traceState !== '') members.trace_state = link.traceState;
  if (Object.keys(link.attributes).length > 0) members.attributes = link.attributes;
  if (link.flags !== 0) members.flags = link.flags;
  if (link.dropped !== 0) members.dropped_attributes_count = link.dropped;
  return members;
}

/** Turns a span, whose attributes are already in the draft, into an event. */
export function finishSpan(batch: Batch, origin: Origin, span: SpanFields): Event {
  const { draft } = batch;
  const time = span.start || span.end || batch.now;
  draft.set('service', origin.service);
  draft.set('operation', span.name);
  draft.set('status', STATUSES[span.statusCode]);
  draft.set('status_message', span.statusMessage);
  draft.set('trace_id', span.traceId);
  draft.set('span_id', span.spanId);
  draft.set('parent_span_id', span.parentSpanId);
  const duration = span.start && span.end ? Number(BigInt(span.end) - BigInt(span.start)) : -1;
  if (duration >= 0) draft.set('duration_ns', duration);
  else if (span.end !== time) keepExtra(draft, 'otel.end_time', span.end);
  keepExtra(draft, EXTRA.kind, SPAN_KINDS[span.kind] ?? span.kind);
  keepExtra(draft, EXTRA.traceState, span.traceState);
  keepExtra(draft, EXTRA.flags, span.flags);
  keepExtra(draft, EXTRA.dropped, span.dropped);
  keepExtra(draft, EXTRA.droppedEvents, span.droppedEvents);
  keepExtra(draft, EXTRA.droppedLinks, span.droppedLinks);
  const events = span.events.length === 0 ? span.events : liftEvents(draft, span.events);
  const event = draft.finish('span', time);
  if (events.length > 0) event.events = events;
  if (span.links.length > 0) event.links = span.links;
  return withOrigin(event, origin);
}

function withOrigin(event: Event, origin: Origin): Event {
  if (origin.resource) event.resource = origin.resource;
  if (origin.scope) event.scope = origin.scope;
  return event;
}

/**
 * Moves what GenAI events of a span say about the span's content into the draft. The events stay,
 * with name and time, without what was moved.
 */
function liftEvents(draft: Draft, events: Json[]): Json[] {
  const lists = { system: [] as Json[], input: [] as Json[], output: [] as Json[] };
  const open = { system: !draft.has('system'), input: !draft.has('input'), output: !draft.has('output') };
  const kept = events.map((event) => {
    if (!isObject(event) || typeof event.name !== 'string' || !isObject(event.attributes)) return event;
    if (DETAIL_EVENTS.has(event.name)) return withAttributes(event, moveDetails(draft, event.attributes));
    const message = messageOfEvent(event.name, event.attributes);
    if (!message || !open[message.field]) return event;
    lists[message.field].push(message.message);
    return withAttributes(event, {});
  });
  for (const field of ['system', 'input', 'output'] as const) {
    if (lists[field].length > 0) draft.set(field, lists[field]);
  }
  return kept;
}

function moveDetails(draft: Draft, attributes: Members): Members {
  const rest: Members = {};
  for (const [key, value] of Object.entries(attributes)) {
    const slot = ATTRIBUTE_SLOTS.find(key);
    if (slot) draft.offer(slot, key, value);
    else setOwn(rest, key, value);
  }
  return rest;
}

function withAttributes(event: Members, attributes: Members): Members {
  const { attributes: _moved, ...rest } = event;
  return Object.keys(attributes).length > 0 ? { ...rest, attributes } : rest;
}
