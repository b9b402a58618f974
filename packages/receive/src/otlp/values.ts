import type { Json } from '@tacet/records';
import { tooDeep } from '../limits.ts';
import type { Meter } from '../measure.ts';
import { addMember, type Members } from '../members.ts';
import { BYTES, FIXED64, field, VARINT, type WireReader } from './wire.ts';

/**
 * Bytes are kept as a data URL (RFC 2397), so that a reader can tell them from text:
 * `data:application/octet-stream;base64,3q2+7w==`.
 */
export const BYTES_PREFIX = 'data:application/octet-stream;base64,';

/** JSON has no NaN and no infinities; they are kept by the names that protobuf's JSON gives them. */
export function doubleValue(value: number): number | string {
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

const KEY = field(1, BYTES);
const VALUE = field(2, BYTES);
const ITEM = field(1, BYTES);
const STRING = field(1, BYTES);
const BOOL = field(2, VARINT);
const INT = field(3, VARINT);
const DOUBLE = field(4, FIXED64);
const ARRAY = field(5, BYTES);
const KVLIST = field(6, BYTES);
const RAW = field(7, BYTES);

/** Reads `KeyValue` and `AnyValue` of `common/v1`, counting what they hold. */
export class ValueReader {
  readonly #reader: WireReader;
  readonly #meter: Meter;
  /** Of the last `keyValue` read. */
  key = '';
  value: Json = null;

  constructor(reader: WireReader, meter: Meter) {
    this.#reader = reader;
    this.#meter = meter;
  }

  /**
   * Reads the KeyValue message at the cursor into `key` and `value`.
   *
   * @param depth objects and arrays around the value
   * @throws PROTOBUF_INVALID, EVENT_TOO_DEEP, EVENT_TOO_MANY_FIELDS
   */
  keyValue(depth: number): void {
    const reader = this.#reader;
    const outer = reader.enter();
    let key = '';
    let value: Json = null;
    while (reader.more()) {
      const next = reader.tag();
      if (next === KEY) key = reader.string();
      else if (next === VALUE) value = this.anyValue(depth);
      else reader.skip(next);
    }
    reader.leave(outer);
    this.#meter.field(key);
    this.key = key;
    this.value = value;
  }

  /** Reads the AnyValue message at the cursor; null when it holds nothing. Of several values the last counts. */
  anyValue(depth: number): Json {
    const reader = this.#reader;
    const outer = reader.enter();
    let value: Json = null;
    while (reader.more()) {
      const next = reader.tag();
      switch (next) {
        case STRING:
          value = reader.string();
          break;
        case BOOL:
          value = reader.varint() !== 0;
          break;
        case INT:
          value = reader.int64();
          break;
        case DOUBLE:
          value = doubleValue(reader.double());
          break;
        case ARRAY:
          value = this.#array(depth);
          break;
        case KVLIST:
          value = this.#members(depth);
          break;
        case RAW:
          value = BYTES_PREFIX + reader.base64();
          break;
        default:
          reader.skip(next);
      }
    }
    reader.leave(outer);
    return value;
  }

  #array(depth: number): Json[] {
    if (depth >= this.#meter.limits.depth) throw tooDeep(this.#meter.limits);
    const reader = this.#reader;
    const outer = reader.enter();
    const items: Json[] = [];
    while (reader.more()) {
      const next = reader.tag();
      if (next === ITEM) items.push(this.anyValue(depth + 1));
      else reader.skip(next);
    }
    reader.leave(outer);
    return items;
  }

  #members(depth: number): Members {
    if (depth >= this.#meter.limits.depth) throw tooDeep(this.#meter.limits);
    const reader = this.#reader;
    const outer = reader.enter();
    const members: Members = {};
    while (reader.more()) {
      const next = reader.tag();
      if (next === ITEM) {
        this.keyValue(depth + 1);
        addMember(members, this.key, this.value);
      } else reader.skip(next);
    }
    reader.leave(outer);
    return members;
  }
}
