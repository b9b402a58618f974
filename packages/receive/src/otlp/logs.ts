import type { Event } from '@tacet/records';
import { ATTRIBUTE_SLOTS } from '../dialects/index.ts';
import type { Batch } from './batch.ts';
import type { Origin } from './origin.ts';
import { emptyLog, finishLog } from './record.ts';
import type { ValueReader } from './values.ts';
import { BYTES, FIXED32, FIXED64, field, VARINT, type WireReader } from './wire.ts';

/** Reads one record, in whose message the cursor stands, into an event. */
export type RecordReader = (reader: WireReader, values: ValueReader, batch: Batch, origin: Origin) => Event;

// LogRecord of logs/v1.
const TIME = field(1, FIXED64);
const SEVERITY_NUMBER = field(2, VARINT);
const SEVERITY_TEXT = field(3, BYTES);
const BODY = field(5, BYTES);
const ATTRIBUTES = field(6, BYTES);
const DROPPED = field(7, VARINT);
const FLAGS = field(8, FIXED32);
const TRACE_ID = field(9, BYTES);
const SPAN_ID = field(10, BYTES);
const OBSERVED = field(11, FIXED64);
const EVENT_NAME = field(12, BYTES);

export const readLogRecord: RecordReader = (reader, values, batch, origin) => {
  const log = emptyLog();
  while (reader.more()) {
    const next = reader.tag();
    switch (next) {
      case ATTRIBUTES:
        values.keyValue(0);
        batch.draft.put(ATTRIBUTE_SLOTS, values.key, values.value);
        break;
      case TIME:
        log.time = reader.nanos();
        break;
      case OBSERVED:
        log.observed = reader.nanos();
        break;
      case SEVERITY_NUMBER:
        log.severityNumber = reader.int32();
        break;
      case SEVERITY_TEXT:
        log.severityText = reader.string();
        break;
      case BODY:
        log.body = values.anyValue(0) ?? undefined;
        break;
      case TRACE_ID:
        log.traceId = reader.hex();
        break;
      case SPAN_ID:
        log.spanId = reader.hex();
        break;
      case EVENT_NAME:
        log.eventName = reader.string();
        break;
      case FLAGS:
        log.flags = reader.fixed32();
        break;
      case DROPPED:
        log.dropped = reader.uint32();
        break;
      default:
        reader.skip(next);
    }
  }
  return finishLog(batch, origin, log);
};
