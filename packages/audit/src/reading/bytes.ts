import type { Conversation } from '../probing/wire.ts';

/** Bytes that no message, string or list of an answer may exceed. */
const MAX_LENGTH = 1 << 20;

/** What was received cannot be of the protocol that was asked for. */
export class Malformed extends Error {
  override readonly name: string = 'Malformed';
}

/** What was received is too short to tell. */
class Short extends Malformed {
  override readonly name = 'Short';
}

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();

/** Reads numbers and strings one after another; never past the end, and never a length that nobody means. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #whole: boolean;
  #at = 0;

  /** With `whole`, nothing more will come: what ends too early is no message then. */
  constructor(bytes: Uint8Array, whole = false) {
    this.#bytes = bytes;
    this.#whole = whole;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #step(length: number): number {
    if (length > MAX_LENGTH || length < 0) throw new Malformed('a length that nobody means');
    if (length > this.left) throw this.#short();
    const from = this.#at;
    this.#at += length;
    return from;
  }

  #short(): Malformed {
    return this.#whole ? new Malformed('ends within a message') : new Short('more is to come');
  }

  take(length: number): Uint8Array {
    const from = this.#step(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** The next bytes, as a message of its own. */
  part(length: number): Reader {
    return new Reader(this.take(length), true);
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  u16(little = false): number {
    return this.#view.getUint16(this.#step(2), little);
  }

  i16(): number {
    return this.#view.getInt16(this.#step(2));
  }

  u32(little = false): number {
    return this.#view.getUint32(this.#step(4), little);
  }

  i32(little = false): number {
    return this.#view.getInt32(this.#step(4), little);
  }

  /** As a number: beyond 2⁵³ it is not exact. */
  i64(little = false): number {
    return Number(this.#view.getBigInt64(this.#step(8), little));
  }

  f64(little = false): number {
    return this.#view.getFloat64(this.#step(8), little);
  }

  /** LEB128, at most 64 bits. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Malformed('a number without end');
  }

  text(length: number): string {
    return utf8.decode(this.take(length));
  }

  /** Up to a zero byte, which is not part of it. */
  zeroEnded(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) {
      if (this.left > MAX_LENGTH) throw new Malformed('a string without end');
      throw this.#short();
    }
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  /** Up to a line feed; the line without its end. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) {
      if (this.left > MAX_LENGTH) throw new Malformed('a line without end');
      throw this.#short();
    }
    const text = this.text(end - this.#at);
    this.#at++;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  /** Throws unless what comes next is `expected`, as far as anything came. */
  expect(expected: string): void {
    const came = latin1.decode(this.#bytes.subarray(this.#at, this.#at + expected.length));
    if (!expected.startsWith(came)) throw new Malformed('says something else');
    this.#step(expected.length);
  }
}

/** One connection, read message by message: what comes beyond a message is kept for the next. */
export class Dialogue {
  readonly #conversation: Conversation;
  #rest: Uint8Array = new Uint8Array();

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  send(bytes: Uint8Array): Promise<void> {
    return this.#conversation.send(bytes);
  }

  /** Goes on behind TLS; throws Malformed when something was said already that belongs behind it. */
  async secure(): Promise<void> {
    if (this.#rest.length > 0) throw new Malformed('speaks before TLS');
    await this.#conversation.secure();
  }

  /** Receives until `parse` has what it needs, or it is clear that it never will; throws Malformed then. */
  async hear<Heard>(parse: (reader: Reader) => Heard): Promise<Heard> {
    let bytes = this.#rest;
    const kept = this.#rest;
    if (!settles(parse, kept))
      bytes = joined(
        kept,
        await this.#conversation.receive((received) => settles(parse, joined(kept, received))),
      );
    const reader = new Reader(bytes, true);
    const heard = parse(reader);
    this.#rest = reader.rest();
    return heard;
  }
}

/** Whether `parse` comes to an end with these bytes, be it that they are of no use. */
function settles(parse: (reader: Reader) => unknown, bytes: Uint8Array): boolean {
  try {
    parse(new Reader(bytes));
    return true;
  } catch (error) {
    if (error instanceof Malformed) return !(error instanceof Short);
    throw error;
  }
}

/** Latin-1 text as bytes. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** A 32-bit number, big-endian unless said otherwise. */
export function int32(value: number, little = false): Uint8Array {
  const bytes = Buffer.alloc(4);
  if (little) bytes.writeInt32LE(value);
  else bytes.writeInt32BE(value);
  return bytes;
}

export function int16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
