import { isUtf8 } from 'node:buffer';
import type { Json } from '@tacet/records';
import type { ParquetParsers } from 'hyparquet';
import { type Limits, tooDeep } from '../limits.ts';
import { type Members, setOwn } from '../members.ts';
import { BYTES_PREFIX } from '../otlp/values.ts';

/** A time of nanoseconds since 1970 as RFC 3339 text; outside its years, the number. */
function isoTime(nanos: bigint): string {
  const second = 1_000_000_000n;
  const fraction = ((nanos % second) + second) % second;
  const date = new Date(Number((nanos - fraction) / second) * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return nanos.toString();
  return `${date.toISOString().slice(0, 19)}.${fraction.toString().padStart(9, '0')}Z`;
}

/** Bytes as text if they are UTF-8, else as a data URL; writers mark either kind as a string. */
function text(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString('utf8') : BYTES_PREFIX + buffer.toString('base64');
}

/** Keeps nanoseconds, and does not fail on values that the defaults throw at. */
export const PARQUET_PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value) => (value === undefined ? value : isoTime(BigInt(value) * 1_000_000n)),
  timestampFromMicroseconds: (value) => (value === undefined ? value : isoTime(BigInt(value) * 1000n)),
  timestampFromNanoseconds: (value) => (value === undefined ? value : isoTime(BigInt(value))),
  dateFromDays: (value) =>
    value === undefined ? value : isoTime(BigInt(value) * 86_400_000_000_000n).slice(0, 10),
  stringFromBytes: (bytes) => bytes && text(bytes),
  jsonFromBytes: (bytes) => bytes && text(bytes),
};

/** A row as JSON: NULL columns are absent, integers beyond a double are strings, bytes text or base64. */
export function jsonRow(row: Record<string, unknown>, limits: Limits): Members {
  const members: Members = {};
  for (const key of Object.keys(row)) {
    const value = row[key];
    if (value !== null && value !== undefined) setOwn(members, key, jsonValue(value, limits, 1));
  }
  return members;
}

function jsonValue(value: unknown, limits: Limits, depth: number): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint': {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value.toString();
    }
    case 'object':
      return value === null ? null : jsonObject(value, limits, depth);
    default:
      return null;
  }
}

function jsonObject(value: object, limits: Limits, depth: number): Json {
  if (value instanceof Uint8Array) return text(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= limits.depth) throw tooDeep(limits);
  if (Array.isArray(value)) return value.map((item) => jsonValue(item, limits, depth + 1));
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<number | bigint>, (item) =>
      jsonValue(item, limits, depth + 1),
    );
  const members: Members = {};
  for (const [key, inner] of Object.entries(value)) setOwn(members, key, jsonValue(inner, limits, depth + 1));
  return members;
}
