import { type Json, TacetError } from '@tacet/records';
import { hexId } from '../convert.ts';
import { tooDeep } from '../limits.ts';
import type { Meter } from '../measure.ts';
import { addMember, isObject, type Members } from '../members.ts';
import { checkedNanos } from '../time.ts';
import { BYTES_PREFIX, doubleValue } from './values.ts';

export function otlpInvalid(what: string): TacetError {
  return new TacetError('OTLP_INVALID', `The OTLP/JSON body is malformed: ${what}`);
}

/** A member by its lowerCamelCase name or, tolerated, its snake_case one; null is unset. */
export function member(from: Members, camel: string, snake?: string): Json | undefined {
  if (Object.hasOwn(from, camel)) return from[camel] ?? undefined;
  if (snake !== undefined && Object.hasOwn(from, snake)) return from[snake] ?? undefined;
  return undefined;
}

export function objectMember(from: Members, camel: string, snake?: string): Members {
  const value = member(from, camel, snake);
  if (value === undefined) return {};
  if (!isObject(value)) throw otlpInvalid(`${camel} is not an object`);
  return value;
}

export function listMember(from: Members, camel: string, snake?: string): Json[] {
  const value = member(from, camel, snake);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw otlpInvalid(`${camel} is not an array`);
  return value;
}

export function stringMember(from: Members, camel: string, snake?: string): string {
  const value = member(from, camel, snake);
  if (value === undefined) return '';
  if (typeof value !== 'string') throw otlpInvalid(`${camel} is not a string`);
  return value;
}

/** An unsigned 32-bit number, or its digits. */
export function uintMember(from: Members, camel: string, snake?: string): number {
  const value = member(from, camel, snake) ?? 0;
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0 && number <= 0xffffffff)) {
    throw otlpInvalid(`${camel} is not a 32-bit number`);
  }
  return number >>> 0;
}

/** An enum as its number; its name, `prefix` and all, is tolerated. */
export function enumMember(from: Members, names: readonly string[], camel: string, snake?: string): number {
  const value = member(from, camel, snake) ?? 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value | 0;
  if (typeof value === 'string') {
    const index = names.indexOf(value);
    if (index !== -1) return index;
    if (/^-?\d{1,9}$/.test(value)) return Number(value);
  }
  throw otlpInvalid(`${camel} is not a number of its enum`);
}

const BASE64_ID = /^[A-Za-z0-9+/]{11}=$|^[A-Za-z0-9+/]{22}==$/;

/** A trace or span id in hexadecimal of any case; base64, which plain protobuf JSON uses, is tolerated. */
export function idMember(from: Members, camel: string, snake?: string): string {
  const text = stringMember(from, camel, snake);
  if (text === '') return '';
  if (BASE64_ID.test(text)) return hexId(Buffer.from(text, 'base64').toString('hex')) ?? '';
  if (!/^[0-9a-fA-F]+$/.test(text)) throw otlpInvalid(`${camel} is not hexadecimal`);
  return /^0+$/.test(text) ? '' : text.toLowerCase();
}

/** Reads values of OTLP/JSON, counting what they hold. */
export class JsonValues {
  readonly #meter: Meter;
  /** Whether a number was met that a double may not hold as it was written. */
  inexact = false;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Nanoseconds since 1970; '' when unset or 0. @throws TIME_INVALID */
  time(from: Members, camel: string, snake: string): string {
    const value = member(from, camel, snake) ?? '';
    if (typeof value === 'string' && /^[1-9]\d{0,18}$/.test(value)) return value;
    if (value === '' || value === 0 || value === '0') return '';
    if (typeof value === 'number' && Number.isInteger(value)) {
      this.#exactly(value);
      return checkedNanos(BigInt(value));
    }
    if (typeof value === 'string' && /^-?\d{1,40}$/.test(value)) return checkedNanos(BigInt(value));
    throw checkedTimeError();
  }

  /** A string that counts toward the event's size. */
  text(from: Members, camel: string, snake?: string): string {
    const text = stringMember(from, camel, snake);
    this.#meter.text(text);
    return text;
  }

  /** Gives each `{key, value}` of a list to `take`. */
  keyValues(list: readonly Json[], depth: number, take: (key: string, value: Json) => void): void {
    for (const entry of list) {
      if (!isObject(entry)) throw otlpInvalid('an attribute is not an object');
      const key = stringMember(entry, 'key');
      this.#meter.field(key);
      take(key, this.any(objectMember(entry, 'value'), depth));
    }
  }

  members(list: readonly Json[], depth: number): Members {
    const members: Members = {};
    this.keyValues(list, depth, (key, value) => addMember(members, key, value));
    return members;
  }

  /** An AnyValue; null when it holds nothing. @param depth objects and arrays around it */
  any(value: Members, depth: number): Json {
    for (const name in value) {
      const inner = value[name]!;
      if (inner === null) continue;
      switch (name) {
        case 'stringValue':
        case 'string_value':
          if (typeof inner !== 'string') throw otlpInvalid('a stringValue is not a string');
          this.#meter.text(inner);
          return inner;
        case 'boolValue':
        case 'bool_value':
          if (typeof inner !== 'boolean') throw otlpInvalid('a boolValue is not true or false');
          return inner;
        case 'intValue':
        case 'int_value':
          return this.#int(inner);
        case 'doubleValue':
        case 'double_value':
          return this.#double(inner);
        case 'arrayValue':
        case 'array_value':
          return this.#array(inner, depth);
        case 'kvlistValue':
        case 'kvlist_value':
          if (depth >= this.#meter.limits.depth) throw tooDeep(this.#meter.limits);
          if (!isObject(inner)) throw otlpInvalid('a kvlistValue is not an object');
          return this.members(listMember(inner, 'values'), depth + 1);
        case 'bytesValue':
        case 'bytes_value':
          if (typeof inner !== 'string') throw otlpInvalid('a bytesValue is not base64');
          this.#meter.text(inner);
          return BYTES_PREFIX + Buffer.from(inner, 'base64').toString('base64');
      }
    }
    return null;
  }

  #array(inner: Json, depth: number): Json[] {
    if (depth >= this.#meter.limits.depth) throw tooDeep(this.#meter.limits);
    if (!isObject(inner)) throw otlpInvalid('an arrayValue is not an object');
    return listMember(inner, 'values').map((item) => {
      if (item === null) return null;
      if (!isObject(item)) throw otlpInvalid('a value of an array is not an object');
      return this.any(item, depth + 1);
    });
  }

  /** A 64-bit integer; `string` when a number would not hold it exactly. */
  #int(value: Json): number | string {
    if (typeof value === 'number' && Number.isInteger(value)) {
      this.#exactly(value);
      return Number.isSafeInteger(value) ? value : BigInt(value).toString();
    }
    if (typeof value !== 'string' || !/^[+-]?\d{1,20}$/.test(value))
      throw otlpInvalid('an intValue is not an integer');
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : BigInt(value).toString();
  }

  #double(value: Json): number | string {
    if (typeof value === 'number') {
      return doubleValue(value);
    }
    const number =
      value === 'NaN' ? Number.NaN : typeof value === 'string' && value.trim() !== '' ? Number(value) : null;
    if (number === null || (Number.isNaN(number) && value !== 'NaN'))
      throw otlpInvalid('a doubleValue is not a number');
    return doubleValue(number);
  }

  #exactly(value: number): void {
    if (!Number.isSafeInteger(value)) this.inexact = true;
  }
}

function checkedTimeError(): TacetError {
  return new TacetError('TIME_INVALID', 'A timestamp is not a whole number of nanoseconds');
}
