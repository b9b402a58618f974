import type { ListColumn, TextColumn } from '@tacet/records';
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

  i64Arrays(value: (row: number) => Float64Array): void {
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
  dictionaryArrays(value: (row: number) => TextColumn): void {
    // Version of the keys' serialization: shared dictionaries with additional keys.
    this.#out.i64(1);
    const total = this.#offsets((row) => value(row).places.length);
    this.#dictionary(total, value);
  }

  /** Array(Array(LowCardinality(String))). */
  nestedDictionaryArrays(value: (row: number) => ListColumn): void {
    this.#out.i64(1);
    this.#offsets((row) => value(row).ends.length);
    let total = 0;
    for (let row = 0; row < this.#rows; row++) {
      const { ends, places } = value(row);
      this.#out.ends(ends, total);
      total += places.length;
    }
    this.#dictionary(total, value);
  }

  #dictionary(total: number, value: (row: number) => TextColumn): void {
    if (total === 0) return;
    const known = new Map<string, number>([['', 0]]);
    /** For each row the block's indexes of its texts. */
    const indexes: Uint32Array[] = [];
    for (let row = 0; row < this.#rows; row++) {
      indexes.push(
        Uint32Array.from(value(row).texts, (text) => {
          const index = known.get(text) ?? known.size;
          known.set(text, index);
          return index;
        }),
      );
    }
    const width = known.size <= 0x100 ? 1 : known.size <= 0x1_0000 ? 2 : 4;
    const HAS_ADDITIONAL_KEYS = 0x200;
    const UPDATE_DICTIONARY = 0x400;
    this.#out.i64((width === 4 ? 2 : width - 1) | HAS_ADDITIONAL_KEYS | UPDATE_DICTIONARY);
    this.#out.i64(known.size);
    for (const key of known.keys()) this.#out.text(key);
    this.#out.i64(total);
    for (let row = 0; row < this.#rows; row++) this.#out.indexes(value(row).places, indexes[row]!, width);
  }

  finish(): Uint8Array {
    return this.#out.finish();
  }
}
