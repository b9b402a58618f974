import { TacetError } from '@tacet/records';

/** What one sender may ask of the receiver. Every number is a cap; reaching it is still allowed. */
export interface Limits {
  /** Bytes of a request body as it arrives, compressed or not. */
  bodyBytes: number;
  /** Bytes of a request body after decompression. */
  decodedBytes: number;
  /**
   * Size of one event, with the resource and scope it repeats: bytes of protobuf, bytes of a JSON
   * line, characters of an OTLP/JSON record.
   */
  eventBytes: number;
  /** Named members in one event, at all depths. Elements of arrays are not counted. */
  fields: number;
  /** Objects and arrays inside one another in a value. */
  depth: number;
  /** Events of one OTLP body, refused ones included. */
  events: number;
  /** Sum of the sizes of all events of a body, each with its own copy of resource and scope. */
  expandedBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 64 * MIB,
  decodedBytes: 64 * MIB,
  eventBytes: 16 * MIB,
  fields: 20_000,
  depth: 64,
  events: 500_000,
  expandedBytes: 1024 * MIB,
};

export function tooDeep(limits: Limits): TacetError {
  return new TacetError('EVENT_TOO_DEEP', `An event is nested deeper than ${limits.depth} levels`);
}

export function tooLarge(limits: Limits): TacetError {
  return new TacetError('EVENT_TOO_LARGE', `An event is larger than ${limits.eventBytes} bytes`);
}

export function tooManyFields(limits: Limits): TacetError {
  return new TacetError('EVENT_TOO_MANY_FIELDS', `An event has more than ${limits.fields} fields`);
}

export function timeInvalid(): TacetError {
  return new TacetError('TIME_INVALID', 'A timestamp is not a time between the years 0000 and 9999');
}
