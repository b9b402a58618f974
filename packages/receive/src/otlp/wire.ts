import { TacetError } from '@tacet/records';
import { formatTime } from '../time.ts';
import { ByteStrings } from './strings.ts';

/** Wire types of https://protobuf.dev/programming-guides/encoding/. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const GROUP_START = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/** A field's tag as it stands before its value: number and wire type in one. */
export function field(number: number, type: number): number {
  return (number << 3) | type;
}

/** Groups are long deprecated; an unknown one is skipped up to this nesting. */
const MAX_GROUP_DEPTH = 64;

export function protobufInvalid(what: string): TacetError {
  return new TacetError('PROTOBUF_INVALID', `The protobuf body is malformed: ${what}`);
}

/**
 * A cursor over protobuf bytes. It reads what the caller asks for and believes nothing: every length
 * is checked against the end of the enclosing message.
 *
 * A message is read as: `const outer = reader.enter(); while (reader.more()) { const tag =
 * reader.tag(); ... } reader.leave(outer);`. A tag is `number << 3 | wire type`, so a known field
 * with an unexpected wire type falls through to `skip` like an unknown one, as the specification asks.
 */
export class WireReader {
  readonly bytes: Buffer;
  readonly #view: DataView;
  readonly #strings = new ByteStrings();
  pos: number;
  end: number;

  constructor(body: Uint8Array) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.pos = 0;
    this.end = body.byteLength;
  }

  more(): boolean {
    return this.pos < this.end;
  }

  /** The next field's tag. */
  tag(): number {
    const first = this.bytes[this.pos]!;
    if (first < 0x80 && first > 7) {
      this.pos++;
      return first;
    }
    const tag = this.varint();
    if (tag > 0xffffffff) throw protobufInvalid('a field number is out of range');
    if (tag < 8) throw protobufInvalid('field number 0');
    return tag;
  }

  /** Enters the length-delimited message at the cursor; gives the end to hand to `leave`. */
  enter(): number {
    const length = this.length();
    const outer = this.end;
    this.end = this.pos + length;
    return outer;
  }

  /** Leaves a message that was read to its end. */
  leave(outer: number): void {
    this.end = outer;
  }

  /** Notes where the length-delimited value at the cursor starts and ends, and passes over it. */
  range(ranges: number[]): void {
    const length = this.length();
    ranges.push(this.pos, this.pos + length);
    this.pos += length;
  }

  /** Sets the cursor into each noted range in turn, and back. */
  each(ranges: readonly number[], read: () => void): void {
    const { pos, end } = this;
    for (let index = 0; index < ranges.length; index += 2) {
      this.pos = ranges[index]!;
      this.end = ranges[index + 1]!;
      read();
    }
    this.pos = pos;
    this.end = end;
  }

  /** A length that fits in the enclosing message; the cursor stands on the first byte after it. */
  length(): number {
    const length = this.varint();
    if (length > this.end - this.pos) throw protobufInvalid('a length reaches past the end');
    return length;
  }

  /** An unsigned varint as a number; exact below 2^53, which is all that lengths and enums need. */
  varint(): number {
    const bytes = this.bytes;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      if (this.pos >= this.end) throw protobufInvalid('a varint is cut off');
      const byte = bytes[this.pos++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw protobufInvalid('a varint is longer than 10 bytes');
  }

  /** A varint of type int64; `string` when a number would not hold it exactly. */
  int64(): number | string {
    const start = this.pos;
    const value = this.varint();
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    let exact = 0n;
    for (let at = this.pos - 1; at >= start; at--) exact = (exact << 7n) | BigInt(this.bytes[at]! & 0x7f);
    const signed = BigInt.asIntN(64, exact);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed.toString();
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A varint of type int32 or an enum: the low 32 bits, signed. */
  int32(): number {
    const start = this.pos;
    const value = this.varint();
    if (value <= 0x7fffffff) return value;
    this.pos = start;
    const wide = this.int64();
    return typeof wide === 'number' ? wide | 0 : Number(BigInt.asIntN(32, BigInt(wide)));
  }

  double(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.pos, true);
    this.pos += 8;
    return value;
  }

  fixed32(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.pos, true);
    this.pos += 4;
    return value;
  }

  /**
   * A fixed64 count of nanoseconds since 1970 as decimal text; '' for 0, which OTLP means by unset.
   * Exact without big integers: 2^32 = 4 * 10^9 + 294,967,296, and no step exceeds 2^53.
   */
  nanos(): string {
    this.#need(8);
    const low = this.#view.getUint32(this.pos, true);
    const high = this.#view.getUint32(this.pos + 4, true);
    this.pos += 8;
    if (low === 0 && high === 0) return '';
    const upper = (high >>> 16) * 294_967_296;
    const carried = Math.floor(upper / 1e9);
    const rest = (upper - carried * 1e9) * 65_536 + (high & 0xffff) * 294_967_296 + low;
    const seconds = Math.floor(rest / 1e9);
    return formatTime(high * 4 + carried * 65_536 + seconds, rest - seconds * 1e9);
  }

  /** A string; invalid UTF-8 gives U+FFFD as the WHATWG decoder does. */
  string(): string {
    const length = this.length();
    const start = this.pos;
    this.pos += length;
    return this.#strings.read(this.bytes, start, length);
  }

  /** The bytes of a field as lower-case hexadecimal; '' when all are zero, as unset ids are. */
  hex(): string {
    const length = this.length();
    const start = this.pos;
    this.pos += length;
    for (let at = start; at < this.pos; at++) {
      if (this.bytes[at] !== 0) return this.bytes.toString('hex', start, this.pos);
    }
    return '';
  }

  base64(): string {
    const length = this.length();
    const start = this.pos;
    this.pos += length;
    return this.bytes.toString('base64', start, this.pos);
  }

  /** Passes over the value of an unknown field. */
  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.#need(8);
        this.pos += 8;
        return;
      case BYTES: {
        const length = this.length();
        this.pos += length;
        return;
      }
      case GROUP_START:
        this.#skipGroup(tag);
        return;
      case FIXED32:
        this.#need(4);
        this.pos += 4;
        return;
      default:
        throw protobufInvalid(`wire type ${tag & 7} where a field should start`);
    }
  }

  #skipGroup(tag: number): void {
    const open = [tag];
    while (open.length > 0) {
      if (!this.more()) throw protobufInvalid('a group does not end');
      const next = this.tag();
      if ((next & 7) === GROUP_START) {
        if (open.length >= MAX_GROUP_DEPTH) throw protobufInvalid('groups are nested too deeply');
        open.push(next);
      } else if ((next & 7) === GROUP_END) {
        if (open.pop()! >>> 3 !== next >>> 3) throw protobufInvalid('a group ends with another number');
      } else {
        this.skip(next);
      }
    }
  }

  #need(count: number): void {
    if (this.end - this.pos < count) throw protobufInvalid('a fixed-size value is cut off');
  }
}
