import { ascii, int32, joined, Malformed, type Reader } from './bytes.ts';

/** Documents within documents; MongoDB itself allows 100. */
const MAX_DEPTH = 20;

type Value = string | number | boolean;

/** A flat document of strings, 32-bit numbers and booleans: https://bsonspec.org/spec.html */
export function encodeBson(document: Readonly<Record<string, Value>>): Uint8Array {
  const body = joined(...Object.entries(document).map(([name, value]) => element(name, value)), ascii('\0'));
  return joined(int32(body.length + 4, true), body);
}

function element(name: string, value: Value): Uint8Array {
  const key = Buffer.from(`${name}\0`);
  if (typeof value === 'number') return joined(ascii('\x10'), key, int32(value, true));
  if (typeof value === 'boolean') return joined(ascii('\x08'), key, Uint8Array.of(Number(value)));
  const text = Buffer.from(`${value}\0`);
  return joined(ascii('\x02'), key, int32(text.length, true), text);
}

/**
 * A document as JSON has it: numbers of every size as such (beyond 2⁵³ not exact), dates in milliseconds,
 * what is neither text nor number as null. Throws Malformed.
 */
export function decodeBson(reader: Reader, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new Malformed('too deep');
  const body = reader.part(reader.i32(true) - 4);
  // Without a prototype, a name such as __proto__ is one like any other.
  const document: Record<string, unknown> = Object.create(null);
  for (;;) {
    const type = body.u8();
    if (type === 0) return document;
    document[body.zeroEnded()] = valueIn(type, body, depth);
  }
}

function valueIn(type: number, body: Reader, depth: number): unknown {
  switch (type) {
    case 0x01:
      return body.f64(true);
    case 0x02:
      return body.text(body.i32(true)).replace(/\0$/, '');
    case 0x03:
      return decodeBson(body, depth + 1);
    case 0x04:
      return Object.values(decodeBson(body, depth + 1) as object);
    case 0x05: {
      const length = body.i32(true);
      body.take(length + 1);
      return null;
    }
    case 0x07:
      body.take(12);
      return null;
    case 0x08:
      return body.u8() === 1;
    case 0x09:
    case 0x11:
    case 0x12:
      return body.i64(true);
    case 0x0a:
      return null;
    case 0x10:
      return body.i32(true);
    default:
      throw new Malformed('a type that no answer of ours has');
  }
}
