import { utf8 } from './bytes.ts';

/** Builds canonical bytes: big-endian integers, byte strings with a 4-byte length before them. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes room for `count` bytes and gives the offset of the first; may replace the buffer: call it first. */
  #take(count: number): number {
    const start = this.#length;
    const end = start + count;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = end;
    return start;
  }

  u8(value: number): this {
    const at = this.#take(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#take(2);
    this.#view.setUint16(at, value);
    return this;
  }

  u32(value: number): this {
    const at = this.#take(4);
    this.#view.setUint32(at, value);
    return this;
  }

  /** A safe integer as 64-bit two's complement. */
  i64(value: number): this {
    const at = this.#take(8);
    this.#view.setInt32(at, Math.floor(value / 2 ** 32));
    this.#view.setUint32(at + 4, value >>> 0);
    return this;
  }

  f64(value: number): this {
    const at = this.#take(8);
    this.#view.setFloat64(at, value);
    return this;
  }

  u32s(values: Uint32Array): this {
    let at = this.#take(values.length * 4);
    const view = this.#view;
    for (let index = 0; index < values.length; index++, at += 4) view.setUint32(at, values[index]!);
    return this;
  }

  f64s(values: Float64Array): this {
    let at = this.#take(values.length * 8);
    const view = this.#view;
    for (let index = 0; index < values.length; index++, at += 8) view.setFloat64(at, values[index]!);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  lp(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  text(value: string): this {
    return this.lp(utf8(value));
  }

  /** What was written so far, in a buffer of its own. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
