import type { Event } from '@tacet/records';
import type { Json } from '../test/protobuf-writer.ts';

/** One span or log record of a dialect, and what its event must hold. */
export interface Case {
  name: string;
  /** Attributes as an SDK sets them. */
  attributes?: { [name: string]: Json };
  /** `traces` unless told. */
  signal?: 'logs' | 'traces';
  /** Of a log record. */
  eventName?: string;
  body?: Json;
  /** Of a span. */
  spanEvents?: { name: string; attributes: { [name: string]: Json } }[];
  /** Members the event must have, beside time, kind, service and unset ones. Nothing else may be there. */
  event: Partial<Event>;
}
