import type { Json } from '@tacet/records';
import { ATTRIBUTE_SLOTS } from '../dialects/index.ts';
import { addMember, type Members } from '../members.ts';
import type { RecordReader } from './logs.ts';
import { emptySpan, eventOfSpan, finishSpan, linkOfSpan, type SpanFields } from './record.ts';
import type { ValueReader } from './values.ts';
import { BYTES, FIXED32, FIXED64, field, VARINT, type WireReader } from './wire.ts';

// Span of trace/v1.
const TRACE_ID = field(1, BYTES);
const SPAN_ID = field(2, BYTES);
const TRACE_STATE = field(3, BYTES);
const PARENT_SPAN_ID = field(4, BYTES);
const NAME = field(5, BYTES);
const KIND = field(6, VARINT);
const START = field(7, FIXED64);
const END = field(8, FIXED64);
const ATTRIBUTES = field(9, BYTES);
const DROPPED = field(10, VARINT);
const EVENTS = field(11, BYTES);
const DROPPED_EVENTS = field(12, VARINT);
const LINKS = field(13, BYTES);
const DROPPED_LINKS = field(14, VARINT);
const STATUS = field(15, BYTES);
const FLAGS = field(16, FIXED32);
// Span.Event
const EVENT_TIME = field(1, FIXED64);
const EVENT_NAME = field(2, BYTES);
const EVENT_ATTRIBUTES = field(3, BYTES);
const EVENT_DROPPED = field(4, VARINT);
// Span.Link
const LINK_TRACE_ID = field(1, BYTES);
const LINK_SPAN_ID = field(2, BYTES);
const LINK_TRACE_STATE = field(3, BYTES);
const LINK_ATTRIBUTES = field(4, BYTES);
const LINK_DROPPED = field(5, VARINT);
const LINK_FLAGS = field(6, FIXED32);
// Status
const STATUS_MESSAGE = field(2, BYTES);
const STATUS_CODE = field(3, VARINT);

export const readSpan: RecordReader = (reader, values, batch, origin) => {
  const span = emptySpan();
  while (reader.more()) {
    const next = reader.tag();
    switch (next) {
      case ATTRIBUTES:
        values.keyValue(0);
        batch.draft.put(ATTRIBUTE_SLOTS, values.key, values.value);
        break;
      case TRACE_ID:
        span.traceId = reader.hex();
        break;
      case SPAN_ID:
        span.spanId = reader.hex();
        break;
      case TRACE_STATE:
        span.traceState = reader.string();
        break;
      case PARENT_SPAN_ID:
        span.parentSpanId = reader.hex();
        break;
      case NAME:
        span.name = reader.string();
        break;
      case KIND:
        span.kind = reader.int32();
        break;
      case START:
        span.start = reader.nanos();
        break;
      case END:
        span.end = reader.nanos();
        break;
      case EVENTS:
        span.events.push(readEvent(reader, values));
        break;
      case LINKS:
        span.links.push(readLink(reader, values));
        break;
      case STATUS:
        readStatus(reader, span);
        break;
      case FLAGS:
        span.flags = reader.fixed32();
        break;
      case DROPPED:
        span.dropped = reader.uint32();
        break;
      case DROPPED_EVENTS:
        span.droppedEvents = reader.uint32();
        break;
      case DROPPED_LINKS:
        span.droppedLinks = reader.uint32();
        break;
      default:
        reader.skip(next);
    }
  }
  return finishSpan(batch, origin, span);
};

function readStatus(reader: WireReader, span: SpanFields): void {
  const outer = reader.enter();
  while (reader.more()) {
    const next = reader.tag();
    if (next === STATUS_MESSAGE) span.statusMessage = reader.string();
    else if (next === STATUS_CODE) span.statusCode = reader.int32();
    else reader.skip(next);
  }
  reader.leave(outer);
}

function readEvent(reader: WireReader, values: ValueReader): Json {
  const attributes: Members = {};
  let name = '';
  let time = '';
  let dropped = 0;
  const outer = reader.enter();
  while (reader.more()) {
    const next = reader.tag();
    if (next === EVENT_TIME) time = reader.nanos();
    else if (next === EVENT_NAME) name = reader.string();
    else if (next === EVENT_ATTRIBUTES) {
      values.keyValue(0);
      addMember(attributes, values.key, values.value);
    } else if (next === EVENT_DROPPED) dropped = reader.uint32();
    else reader.skip(next);
  }
  reader.leave(outer);
  return eventOfSpan(name, time, attributes, dropped);
}

function readLink(reader: WireReader, values: ValueReader): Json {
  const attributes: Members = {};
  let traceId = '';
  let spanId = '';
  let traceState = '';
  let flags = 0;
  let dropped = 0;
  const outer = reader.enter();
  while (reader.more()) {
    const next = reader.tag();
    if (next === LINK_TRACE_ID) traceId = reader.hex();
    else if (next === LINK_SPAN_ID) spanId = reader.hex();
    else if (next === LINK_TRACE_STATE) traceState = reader.string();
    else if (next === LINK_ATTRIBUTES) {
      values.keyValue(0);
      addMember(attributes, values.key, values.value);
    } else if (next === LINK_DROPPED) dropped = reader.uint32();
    else if (next === LINK_FLAGS) flags = reader.fixed32();
    else reader.skip(next);
  }
  reader.leave(outer);
  return linkOfSpan({ traceId, spanId, traceState, flags, dropped, attributes });
}
