import { tooLarge } from '../limits.ts';
import { addMember, type Members } from '../members.ts';
import type { Batch, Signal } from './batch.ts';
import { type RecordReader, readLogRecord } from './logs.ts';
import { emptyScope, type Origin, originOf, type ScopeFields, withScope } from './origin.ts';
import type { RecordRows } from './rows.ts';
import { readSpan } from './spans.ts';
import { ValueReader } from './values.ts';
import { BYTES, field, VARINT, WireReader } from './wire.ts';

// Field numbers are those of opentelemetry-proto 1.x: collector, resource and common.
const RESOURCE_GROUP = field(1, BYTES);
const RESOURCE = field(1, BYTES);
const SCOPE_GROUP = field(2, BYTES);
const GROUP_SCHEMA_URL = field(3, BYTES);
const RESOURCE_ATTRIBUTES = field(1, BYTES);
const RESOURCE_DROPPED = field(2, VARINT);
const SCOPE = field(1, BYTES);
const RECORD = field(2, BYTES);
const SCOPE_NAME = field(1, BYTES);
const SCOPE_VERSION = field(2, BYTES);
const SCOPE_ATTRIBUTES = field(3, BYTES);
const SCOPE_DROPPED = field(4, VARINT);

/** Stretches of the body that are read later, as fields of a message come in any order: start, end, start, ... */
type Ranges = number[];

/**
 * Decodes an ExportLogsServiceRequest or ExportTraceServiceRequest into `batch`; records that are not unusual by
 * `quick`, if it is given, without making objects of them.
 *
 * @throws PROTOBUF_INVALID when the bytes are not such a message; what concerns single records is
 * counted in the batch
 */
export function decodeProtobuf(body: Uint8Array, signal: Signal, batch: Batch, quick?: RecordRows): void {
  new RequestReader(body, signal, batch, quick).read();
}

class RequestReader {
  readonly #reader: WireReader;
  readonly #values: ValueReader;
  readonly #batch: Batch;
  readonly #signal: Signal;
  readonly #record: RecordReader;
  readonly #quick: RecordRows | undefined;

  constructor(body: Uint8Array, signal: Signal, batch: Batch, quick: RecordRows | undefined) {
    this.#reader = new WireReader(body);
    this.#values = new ValueReader(this.#reader, batch.meter);
    this.#batch = batch;
    this.#signal = signal;
    this.#quick = quick;
    this.#record = signal === 'logs' ? readLogRecord : readSpan;
  }

  read(): void {
    const reader = this.#reader;
    while (reader.more()) {
      const next = reader.tag();
      if (next === RESOURCE_GROUP) this.#resourceGroup();
      else reader.skip(next);
    }
  }

  /** ResourceLogs and ResourceSpans. */
  #resourceGroup(): void {
    const reader = this.#reader;
    const { meter } = this.#batch;
    const resources: Ranges = [];
    const groups: Ranges = [];
    let schemaUrl = '';
    const outer = reader.enter();
    while (reader.more()) {
      const next = reader.tag();
      if (next === RESOURCE) reader.range(resources);
      else if (next === SCOPE_GROUP) reader.range(groups);
      else if (next === GROUP_SCHEMA_URL) schemaUrl = reader.string();
      else reader.skip(next);
    }
    const attributes: Members = {};
    meter.start();
    const refused = this.#sharedPart(resources, () => this.#resourceField(attributes));
    const origin = originOf(attributes, schemaUrl);
    origin.refused = refused;
    origin.size = lengthOf(resources) + schemaUrl.length;
    origin.fields = meter.fields;
    reader.each(groups, () => this.#scopeGroup(origin));
    reader.leave(outer);
  }

  /** Reads what records share; too much of it refuses the records, not the body. */
  #sharedPart(ranges: Ranges, read: () => void) {
    const reader = this.#reader;
    const { pos, end } = reader;
    try {
      reader.each(ranges, () => {
        while (reader.more()) read();
      });
      return undefined;
    } catch (error) {
      reader.pos = pos;
      reader.end = end;
      return this.#batch.refusal(error);
    }
  }

  #resourceField(attributes: Members): void {
    const next = this.#reader.tag();
    if (next === RESOURCE_ATTRIBUTES) {
      this.#values.keyValue(0);
      addMember(attributes, this.#values.key, this.#values.value);
    } else if (next === RESOURCE_DROPPED) {
      const dropped = this.#reader.uint32();
      if (dropped !== 0) addMember(attributes, 'otel.dropped_attributes_count', dropped);
    } else this.#reader.skip(next);
  }

  /** ScopeLogs and ScopeSpans; the cursor stands inside the message. */
  #scopeGroup(resource: Origin): void {
    const reader = this.#reader;
    const { meter } = this.#batch;
    const scopes: Ranges = [];
    const records: Ranges = [];
    const scope = emptyScope();
    while (reader.more()) {
      const next = reader.tag();
      if (next === RECORD) reader.range(records);
      else if (next === SCOPE) reader.range(scopes);
      else if (next === GROUP_SCHEMA_URL) scope.schemaUrl = reader.string();
      else reader.skip(next);
    }
    meter.start(0, resource.fields);
    const refused = this.#sharedPart(scopes, () => this.#scopeField(scope));
    const origin = withScope(resource, scope);
    origin.refused ??= refused;
    origin.size = resource.size + lengthOf(scopes) + scope.schemaUrl.length;
    origin.fields = meter.fields;
    this.#quick?.begin(this.#signal, origin, this.#batch.now, this.#batch.limits);
    for (let index = 0; index < records.length; index += 2) {
      this.#oneRecord(records[index]!, records[index + 1]!, origin);
    }
  }

  #scopeField(scope: ScopeFields): void {
    const reader = this.#reader;
    const next = reader.tag();
    if (next === SCOPE_NAME) scope.name = reader.string();
    else if (next === SCOPE_VERSION) scope.version = reader.string();
    else if (next === SCOPE_ATTRIBUTES) {
      this.#values.keyValue(0);
      addMember(scope.attributes, this.#values.key, this.#values.value);
    } else if (next === SCOPE_DROPPED) scope.dropped = reader.uint32();
    else reader.skip(next);
  }

  #oneRecord(start: number, end: number, origin: Origin): void {
    const reader = this.#reader;
    const batch = this.#batch;
    const outerPos = reader.pos;
    const outerEnd = reader.end;
    const size = end - start + origin.size;
    try {
      if (origin.refused) throw origin.refused;
      if (size > batch.limits.eventBytes) throw tooLarge(batch.limits);
      const row = this.#quick?.row(reader.bytes, start, end);
      if (row) {
        batch.addRow(row, size);
        return;
      }
      reader.pos = start;
      reader.end = end;
      batch.meter.start(0, origin.fields);
      batch.draft.begin();
      batch.add(this.#record(reader, this.#values, batch, origin), size);
    } catch (error) {
      batch.refuse(error);
    }
    reader.pos = outerPos;
    reader.end = outerEnd;
  }
}

function lengthOf(ranges: Ranges): number {
  let length = 0;
  for (let index = 0; index < ranges.length; index += 2) length += ranges[index + 1]! - ranges[index]!;
  return length;
}
