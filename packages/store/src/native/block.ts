import { ByteWriter } from './writer.ts';

/**
 * One block of ClickHouse's Native format at revision 0: the number of columns and of rows, then for
 * each column its name, its type and all its values. https://clickhouse.com/docs/interfaces/formats/Native
 */
export class NativeBlock {
  readonly #out: ByteWriter;
  readonly #rows: number;

  constructor(columns: number, rows: number, sizeHint: number) {
    this.#out = new ByteWriter(sizeHint);
    this.#rows = rows;
    this.#out.varint(columns);
    this.#out.varint(rows);
  }

  /** Starts a column; exactly one of the value methods must follow. */
  column(name: string, type: string): this {
    this.#out.text(name);
    this.#out.text(type);
    return this;
  }

  u8(value: (row: number) => number): void {
    for (let row = 0; row < this.#rows; row++) this.#out.u8(value(row));
  }

  u16(value: (row: number) => number): void {
    for (let row = 0; row < this.#rows; row++) this.#out.u16(value(row));
  }

  u32(value: (row: number) => number): void {
    for (let row = 0; row < this.#rows; row++) this.#out.u32(value(row));
  }

  i64(value: (row: number) => number): void {
    for (let row = 0; row < this.#rows; row++) this.#out.i64(value(row));
  }

  text(value: (row: number) => string): void {
    for (let row = 0; row < this.#rows; row++) this.#out.text(value(row));
  }

  bytes(value: (row: number) => Uint8Array): void {
    for (let row = 0; row < this.#rows; row++) this.#out.bytes(value(row));
  }

  /** FixedString(n): the caller vouches for the length. */
  fixed(value: (row: number) => Uint8Array): void {
    for (let row = 0; row < this.#rows; row++) this.#out.raw(value(row));
  }

  #offsets(length: (row: number) => number): number {
    let end = 0;
    for (let row = 0; row < this.#rows; row++) {
      end += length(row);
      this.#out.i64(end);
    }
    return end;
  }

  i64Arrays(value: (row: number) => readonly number[]): void {
    this.#offsets((row) => value(row).length);
    for (let row = 0; row < this.#rows; row++) this.#out.i64s(value(row));
  }

  /** Array(Tuple(UInt64, UInt64)), from the little-endian bytes of all first and all second members. */
  u64PairArrays(value: (row: number) => readonly [Uint8Array, Uint8Array]): void {
    this.#offsets((row) => value(row)[0].length / 8);
    for (const member of [0, 1] as const) {
      for (let row = 0; row < this.#rows; row++) this.#out.raw(value(row)[member]);
    }
  }

  fixedArrays(value: (row: number) => readonly Uint8Array[]): void {
    this.#offsets((row) => value(row).length);
    for (let row = 0; row < this.#rows; row++) for (const item of value(row)) this.#out.raw(item);
  }

  textArrays(value: (row: number) => readonly string[]): void {
    this.#offsets((row) => value(row).length);
    for (let row = 0; row < this.#rows; row++) for (const item of value(row)) this.#out.text(item);
  }

  /** Array(LowCardinality(String)): one dictionary for the block, the arrays hold indexes into it. */
  dictionaryArrays(value: (row: number) => readonly string[]): void {
    // Version of the keys' serialization: shared dictionaries with additional keys.
    this.#out.i64(1);
    const total = this.#offsets((row) => value(row).length);
    this.#dictionary(total, value);
  }

  /** Array(Array(LowCardinality(String))). */
  nestedDictionaryArrays(value: (row: number) => readonly (readonly string[])[]): void {
    this.#out.i64(1);
    this.#offsets((row) => value(row).length);
    let total = 0;
    for (let row = 0; row < this.#rows; row++) {
      for (const inner of value(row)) {
        total += inner.length;
        this.#out.i64(total);
      }
    }
    this.#dictionary(total, (row) => (total === 0 ? [] : value(row).flat()));
  }

  #dictionary(total: number, value: (row: number) => readonly string[]): void {
    if (total === 0) return;
    const positions = new Map<string, number>([['', 0]]);
    const indexes = new Uint32Array(total);
    let at = 0;
    for (let row = 0; row < this.#rows; row++) {
      // Neighbours are often equal; a comparison is cheaper than a lookup.
      let last = '';
      let lastIndex = 0;
      for (const item of value(row)) {
        if (item !== last) {
          let index = positions.get(item);
          if (index === undefined) {
            index = positions.size;
            positions.set(item, index);
          }
          last = item;
          lastIndex = index;
        }
        indexes[at++] = lastIndex;
      }
    }
    const width = positions.size <= 0x100 ? 1 : positions.size <= 0x1_0000 ? 2 : 4;
    const HAS_ADDITIONAL_KEYS = 0x200;
    const UPDATE_DICTIONARY = 0x400;
    this.#out.i64((width === 4 ? 2 : width - 1) | HAS_ADDITIONAL_KEYS | UPDATE_DICTIONARY);
    this.#out.i64(positions.size);
    for (const key of positions.keys()) this.#out.text(key);
    this.#out.i64(total);
    this.#out.indexes(indexes, width);
  }

  finish(): Uint8Array {
    return this.#out.finish();
  }
}
