import { TacetError } from '@tacet/records';

/** Values of one column: numbers, bytes of String and FixedString, texts of LowCardinality(String), arrays. */
export type Value = number | Uint8Array | string | Value[];

/** Columns of a result by name; every column has `rows` entries. */
export interface Columns {
  rows: number;
  columns: Map<string, Value[]>;
}

const TEXT = new TextDecoder();

/**
 * Reads a whole result in ClickHouse's Native format at revision 0 (any number of blocks).
 *
 * Types: UInt8/16/32/64, Int64, Date, String and FixedString(n) as views into `body`,
 * LowCardinality(String) as text, arrays of these. 64-bit integers must be within ±2^53.
 * Throws STORE_QUERY_FAILED on anything else or on a truncated body.
 */
export function readNative(body: Uint8Array): Columns {
  const reader = new NativeReader(body);
  const columns = new Map<string, Value[]>();
  let rows = 0;
  while (!reader.atEnd()) {
    const width = reader.varint();
    const height = reader.varint();
    rows += height;
    for (let column = 0; column < width; column++) {
      const name = TEXT.decode(reader.bytes());
      const type = TEXT.decode(reader.bytes());
      const values = reader.column(type, height);
      const before = columns.get(name);
      // A spread of a large array overflows the stack, concat does not.
      columns.set(name, before ? before.concat(values) : values);
    }
  }
  return { rows, columns };
}

class NativeReader {
  readonly #body: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(body: Uint8Array) {
    // A plain Uint8Array: `slice` of a Buffer would be a view, which callers do not expect.
    this.#body = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  }

  atEnd(): boolean {
    return this.#at >= this.#body.length;
  }

  #take(size: number): number {
    const start = this.#at;
    if (start + size > this.#body.length) {
      throw new TacetError('STORE_QUERY_FAILED', 'the engine sent a truncated result');
    }
    this.#at = start + size;
    return start;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#view.getUint8(this.#take(1));
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  bytes(): Uint8Array {
    const size = this.varint();
    const start = this.#take(size);
    return this.#body.subarray(start, start + size);
  }

  #i64(): number {
    const at = this.#take(8);
    return this.#view.getInt32(at + 4, true) * 0x1_0000_0000 + this.#view.getUint32(at, true);
  }

  #repeat<T>(count: number, read: () => T): T[] {
    const values: T[] = [];
    for (let index = 0; index < count; index++) values.push(read());
    return values;
  }

  column(type: string, count: number): Value[] {
    // Dictionaries write their version before the offsets of the arrays around them.
    if (type.includes('LowCardinality(') && count > 0) this.#take(8);
    return this.#values(type, count);
  }

  #values(type: string, count: number): Value[] {
    if (type.startsWith('Array(')) return this.#arrays(type.slice(6, -1), count);
    if (type === 'LowCardinality(String)') return this.#dictionary(count);
    const fixed = /^FixedString\((\d+)\)$/.exec(type);
    if (fixed) {
      const size = Number(fixed[1]);
      return this.#repeat(count, () => {
        const start = this.#take(size);
        return this.#body.subarray(start, start + size);
      });
    }
    switch (type) {
      case 'String':
        return this.#repeat(count, () => this.bytes());
      case 'UInt8':
        return this.#repeat(count, () => this.#view.getUint8(this.#take(1)));
      case 'UInt16':
      case 'Date':
        return this.#repeat(count, () => this.#view.getUint16(this.#take(2), true));
      case 'UInt32':
        return this.#repeat(count, () => this.#view.getUint32(this.#take(4), true));
      case 'UInt64':
      case 'Int64':
        return this.#repeat(count, () => this.#i64());
      default:
        throw new TacetError('STORE_QUERY_FAILED', `unexpected column type in a result: ${type}`);
    }
  }

  #arrays(inner: string, count: number): Value[][] {
    const ends = this.#repeat(count, () => this.#i64());
    const items = this.#values(inner, ends.at(-1) ?? 0);
    return ends.map((end, index) => items.slice(ends[index - 1] ?? 0, end));
  }

  #dictionary(count: number): string[] {
    if (count === 0) return [];
    const width = [1, 2, 4][this.#i64() & 0xff];
    const keys = this.#repeat(this.#i64(), () => TEXT.decode(this.bytes()));
    const indexes = this.#i64();
    if (width === undefined || indexes !== count) {
      throw new TacetError('STORE_QUERY_FAILED', 'unexpected dictionary in a result');
    }
    return this.#repeat(indexes, () => {
      const at = this.#take(width);
      const index =
        width === 1
          ? this.#view.getUint8(at)
          : width === 2
            ? this.#view.getUint16(at, true)
            : this.#view.getUint32(at, true);
      return keys[index] ?? '';
    });
  }
}
