/**
 * Growing byte buffer for ClickHouse's binary formats: little-endian integers, LEB128 lengths.
 * A guess of the final size given up front saves the copies of growing.
 */
export class ByteWriter {
  #bytes: Buffer;
  #view: DataView;
  length = 0;

  constructor(sizeHint: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(64, sizeHint));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes room for `size` more bytes and gives where they go. It may replace buffer and view: call it first. */
  #reserve(size: number): number {
    const start = this.length;
    const end = start + size;
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.length = end;
    return start;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  /** Any integer within ±2^53, two's complement. */
  i64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setInt32(at + 4, Math.floor(value / 0x1_0000_0000), true);
  }

  i64s(values: Float64Array): void {
    let at = this.#reserve(values.length * 8);
    const view = this.#view;
    for (let index = 0; index < values.length; index++, at += 8) {
      const value = values[index]!;
      view.setUint32(at, value >>> 0, true);
      view.setInt32(at + 4, Math.floor(value / 0x1_0000_0000), true);
    }
  }

  /** Each of these and `before`, as 64 bits. */
  ends(ends: Uint32Array, before: number): void {
    let at = this.#reserve(ends.length * 8);
    const view = this.#view;
    for (let index = 0; index < ends.length; index++, at += 8) {
      const end = before + ends[index]!;
      view.setUint32(at, end >>> 0, true);
      view.setUint32(at + 4, Math.floor(end / 0x1_0000_0000), true);
    }
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.u8(rest);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Length, then the bytes. */
  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Length, then UTF-8. */
  text(text: string): void {
    const size = Buffer.byteLength(text);
    this.varint(size);
    const at = this.#reserve(size);
    this.#bytes.write(text, at, 'utf8');
  }

  /** The index of each place, 1, 2 or 4 bytes wide. */
  indexes(places: Uint32Array, indexes: Uint32Array, width: 1 | 2 | 4): void {
    let at = this.#reserve(places.length * width);
    const view = this.#view;
    for (let row = 0; row < places.length; row++, at += width) {
      const index = indexes[places[row]!]!;
      if (width === 1) view.setUint8(at, index);
      else if (width === 2) view.setUint16(at, index, true);
      else view.setUint32(at, index, true);
    }
  }

  /** What has been written; the writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
