import type { Event, Json, TacetError } from '@tacet/records';
import { ATTRIBUTE_SLOTS } from '../dialects/index.ts';
import { addMember, isObject, type Members } from '../members.ts';
import type { Batch, Signal } from './batch.ts';
import {
  enumMember,
  idMember,
  JsonValues,
  listMember,
  objectMember,
  otlpInvalid,
  stringMember,
  uintMember,
} from './json-values.ts';
import { emptyScope, type Origin, originOf, withScope } from './origin.ts';
import { eventOfSpan, finishLog, finishSpan, linkOfSpan } from './record.ts';

/** The members under which each signal nests its records: lowerCamelCase and snake_case. */
interface Nesting {
  groups: readonly [string, string];
  scopes: readonly [string, string];
  records: readonly [string, string];
}

const NESTING: { readonly [S in Signal]: Nesting } = {
  logs: {
    groups: ['resourceLogs', 'resource_logs'],
    scopes: ['scopeLogs', 'scope_logs'],
    records: ['logRecords', 'log_records'],
  },
  traces: {
    groups: ['resourceSpans', 'resource_spans'],
    scopes: ['scopeSpans', 'scope_spans'],
    records: ['spans', 'spans'],
  },
};

const SPAN_KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (k) => `SPAN_KIND_${k}`,
);
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'].map((code) => `STATUS_CODE_${code}`);
const SEVERITIES = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) =>
    ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${level}${step}`),
  ),
];

/**
 * Decodes a parsed OTLP/JSON request into `batch`.
 *
 * @returns whether a 64-bit number stood there as a JSON number too large for a double: then the
 * text should be parsed again without loss
 * @throws OTLP_INVALID when the value is not such a request; what concerns single records is
 * counted in the batch
 */
export function decodeJson(request: Json, signal: Signal, batch: Batch): { inexact: boolean } {
  if (!isObject(request)) throw otlpInvalid('it is not an object');
  const reader = new RequestReader(signal, batch);
  const { groups } = NESTING[signal];
  for (const group of listMember(request, ...groups)) reader.resourceGroup(group);
  return { inexact: reader.values.inexact };
}

class RequestReader {
  readonly #batch: Batch;
  readonly #signal: Signal;
  readonly values: JsonValues;

  constructor(signal: Signal, batch: Batch) {
    this.#signal = signal;
    this.#batch = batch;
    this.values = new JsonValues(batch.meter);
  }

  resourceGroup(group: Json): void {
    if (!isObject(group)) throw otlpInvalid('a resource group is not an object');
    const { meter } = this.#batch;
    meter.start();
    let attributes: Members = {};
    const resource = objectMember(group, 'resource');
    const refused = this.#sharedPart(() => {
      attributes = this.values.members(listMember(resource, 'attributes'), 0);
      const dropped = uintMember(resource, 'droppedAttributesCount', 'dropped_attributes_count');
      if (dropped !== 0) addMember(attributes, 'otel.dropped_attributes_count', dropped);
    });
    const origin = originOf(attributes, stringMember(group, 'schemaUrl', 'schema_url'));
    origin.refused = refused;
    origin.size = meter.size;
    origin.fields = meter.fields;
    for (const scope of listMember(group, ...NESTING[this.#signal].scopes)) this.#scopeGroup(scope, origin);
  }

  #sharedPart(read: () => void): TacetError | undefined {
    try {
      read();
      return undefined;
    } catch (error) {
      return this.#batch.refusal(error);
    }
  }

  #scopeGroup(group: Json, resource: Origin): void {
    if (!isObject(group)) throw otlpInvalid('a scope group is not an object');
    const { meter } = this.#batch;
    meter.start(resource.size, resource.fields);
    const scope = emptyScope();
    scope.schemaUrl = stringMember(group, 'schemaUrl', 'schema_url');
    const source = objectMember(group, 'scope');
    const refused = this.#sharedPart(() => {
      scope.name = this.values.text(source, 'name');
      scope.version = this.values.text(source, 'version');
      scope.attributes = this.values.members(listMember(source, 'attributes'), 0);
      scope.dropped = uintMember(source, 'droppedAttributesCount', 'dropped_attributes_count');
    });
    const origin = withScope(resource, scope);
    origin.refused ??= refused;
    origin.size = meter.size;
    origin.fields = meter.fields;
    for (const record of listMember(group, ...NESTING[this.#signal].records)) this.#oneRecord(record, origin);
  }

  #oneRecord(record: Json, origin: Origin): void {
    const batch = this.#batch;
    try {
      if (origin.refused) throw origin.refused;
      if (!isObject(record)) throw otlpInvalid('a record is not an object');
      batch.meter.start(origin.size, origin.fields);
      batch.draft.begin();
      const event = this.#signal === 'logs' ? this.#log(record, origin) : this.#span(record, origin);
      batch.add(event, batch.meter.size);
    } catch (error) {
      batch.refuse(error);
    }
  }

  #attributes(from: Members): void {
    const { draft } = this.#batch;
    this.values.keyValues(listMember(from, 'attributes'), 0, (key, value) =>
      draft.put(ATTRIBUTE_SLOTS, key, value),
    );
  }

  #log(record: Members, origin: Origin): Event {
    const { values } = this;
    this.#attributes(record);
    return finishLog(this.#batch, origin, {
      time: values.time(record, 'timeUnixNano', 'time_unix_nano'),
      observed: values.time(record, 'observedTimeUnixNano', 'observed_time_unix_nano'),
      severityNumber: enumMember(record, SEVERITIES, 'severityNumber', 'severity_number'),
      severityText: values.text(record, 'severityText', 'severity_text'),
      eventName: values.text(record, 'eventName', 'event_name'),
      body: values.any(objectMember(record, 'body'), 0) ?? undefined,
      traceId: idMember(record, 'traceId', 'trace_id'),
      spanId: idMember(record, 'spanId', 'span_id'),
      flags: uintMember(record, 'flags'),
      dropped: uintMember(record, 'droppedAttributesCount', 'dropped_attributes_count'),
    });
  }

  #span(record: Members, origin: Origin): Event {
    const { values } = this;
    this.#attributes(record);
    const status = objectMember(record, 'status');
    return finishSpan(this.#batch, origin, {
      name: values.text(record, 'name'),
      kind: enumMember(record, SPAN_KINDS, 'kind'),
      traceId: idMember(record, 'traceId', 'trace_id'),
      spanId: idMember(record, 'spanId', 'span_id'),
      parentSpanId: idMember(record, 'parentSpanId', 'parent_span_id'),
      traceState: values.text(record, 'traceState', 'trace_state'),
      start: values.time(record, 'startTimeUnixNano', 'start_time_unix_nano'),
      end: values.time(record, 'endTimeUnixNano', 'end_time_unix_nano'),
      flags: uintMember(record, 'flags'),
      statusCode: enumMember(status, STATUS_CODES, 'code'),
      statusMessage: values.text(status, 'message'),
      events: listMember(record, 'events').map((event) => this.#event(event)),
      links: listMember(record, 'links').map((link) => this.#link(link)),
      dropped: uintMember(record, 'droppedAttributesCount', 'dropped_attributes_count'),
      droppedEvents: uintMember(record, 'droppedEventsCount', 'dropped_events_count'),
      droppedLinks: uintMember(record, 'droppedLinksCount', 'dropped_links_count'),
    });
  }

  #event(event: Json): Members {
    if (!isObject(event)) throw otlpInvalid('an event of a span is not an object');
    return eventOfSpan(
      this.values.text(event, 'name'),
      this.values.time(event, 'timeUnixNano', 'time_unix_nano'),
      this.values.members(listMember(event, 'attributes'), 0),
      uintMember(event, 'droppedAttributesCount', 'dropped_attributes_count'),
    );
  }

  #link(link: Json): Members {
    if (!isObject(link)) throw otlpInvalid('a link of a span is not an object');
    return linkOfSpan({
      traceId: idMember(link, 'traceId', 'trace_id'),
      spanId: idMember(link, 'spanId', 'span_id'),
      traceState: this.values.text(link, 'traceState', 'trace_state'),
      attributes: this.values.members(listMember(link, 'attributes'), 0),
      flags: uintMember(link, 'flags'),
      dropped: uintMember(link, 'droppedAttributesCount', 'dropped_attributes_count'),
    });
  }
}
