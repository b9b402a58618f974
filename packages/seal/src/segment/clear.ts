import {
  CLEAR_NUMBER_COLUMNS,
  CLEAR_STRING_COLUMNS,
  type ClearColumns,
  emptyColumns,
  TacetError,
} from '@tacet/records';
import { utf8 } from '../encoding/bytes.ts';
import { ByteReader } from '../encoding/reader.ts';
import { ByteWriter } from '../encoding/writer.ts';
import { MAX_ROWS } from './header.ts';

const MAX_TEXT_BYTES = 1024;
const MAX_SECRETS_PER_ROW = 4096;
const VERSION = 1;

function fail(what: string): never {
  throw new TacetError('SEGMENT_MALFORMED', `not in canonical form: clear columns: ${what}`);
}

/** Distinct values in order of first appearance, and each value's place among them. */
class Dictionary {
  readonly #places = new Map<string, number>();

  place(value: string): number {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(value, place);
    }
    return place;
  }

  write(writer: ByteWriter): void {
    writer.u32(this.#places.size);
    for (const value of this.#places.keys()) {
      if (!value.isWellFormed()) fail('a value is not well-formed Unicode');
      const bytes = utf8(value);
      if (bytes.length > MAX_TEXT_BYTES) fail('a value is too long');
      writer.lp(bytes);
    }
  }
}

function writeStrings(writer: ByteWriter, values: readonly string[]): void {
  const dictionary = new Dictionary();
  const places = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) places[i] = dictionary.place(values[i]!);
  dictionary.write(writer);
  for (const place of places) writer.u32(place);
}

/**
 * The canonical bytes of the clear columns, whose hash the header binds and which travel with a
 * released segment. Strings stand once each, in order of first appearance.
 * @throws TacetError SEGMENT_MALFORMED when columns differ in length or hold what no column may.
 */
export function encodeClear(columns: ClearColumns): Uint8Array {
  const count = columns.time.length;
  if (count > MAX_ROWS) fail('too many rows');
  const writer = new ByteWriter(256 + count * 72).u8(VERSION).u32(count);
  for (const name of CLEAR_NUMBER_COLUMNS) {
    const values = columns[name];
    if (values.length !== count) fail('columns differ in length');
    for (const value of values) {
      if (!Number.isInteger(value) || Object.is(value, -0)) fail('a number is not an integer');
      writer.f64(value);
    }
  }
  for (const name of CLEAR_STRING_COLUMNS) {
    if (columns[name].length !== count) fail('columns differ in length');
    writeStrings(writer, columns[name]);
  }
  if (columns.secrets.length !== count) fail('columns differ in length');
  const dictionary = new Dictionary();
  const places = columns.secrets.map((list) => list.map((value) => dictionary.place(value)));
  dictionary.write(writer);
  for (const list of places) {
    if (list.length > MAX_SECRETS_PER_ROW) fail('a row has too many secrets');
    writer.u32(list.length);
    for (const place of list) writer.u32(place);
  }
  return writer.bytes();
}

function readDictionary(reader: ByteReader): string[] {
  const size = reader.count('dictionary', 4, 0xffffffff);
  const values: string[] = [];
  for (let i = 0; i < size; i++) values.push(reader.text('a value', MAX_TEXT_BYTES));
  if (new Set(values).size !== size) reader.fail('a value stands twice');
  return values;
}

/** Looks places up and checks that values first appear in the dictionary's order, none unused. */
class Lookup {
  #seen = 0;
  readonly #reader: ByteReader;
  readonly #values: readonly string[];

  constructor(reader: ByteReader) {
    this.#reader = reader;
    this.#values = readDictionary(reader);
  }

  next(): string {
    const place = this.#reader.u32('a place');
    const value = this.#values[place];
    if (value === undefined || place > this.#seen) return this.#reader.fail('places out of order');
    if (place === this.#seen) this.#seen += 1;
    return value;
  }

  end(): void {
    if (this.#seen !== this.#values.length) this.#reader.fail('a value is not used');
  }
}

/** Reads what `encodeClear` wrote, and nothing else. @throws TacetError SEGMENT_MALFORMED. */
export function decodeClear(bytes: Uint8Array): ClearColumns {
  const reader = new ByteReader(bytes, 'SEGMENT_MALFORMED');
  if (reader.u8('version') !== VERSION) reader.fail('version of the clear columns');
  const count = reader.count('rows', 60, MAX_ROWS);
  const columns = emptyColumns();
  for (const name of CLEAR_NUMBER_COLUMNS) {
    for (let i = 0; i < count; i++) {
      const value = reader.f64('a number');
      if (!Number.isInteger(value) || Object.is(value, -0)) reader.fail('a number is not an integer');
      columns[name].push(value);
    }
  }
  for (const name of CLEAR_STRING_COLUMNS) {
    const lookup = new Lookup(reader);
    for (let i = 0; i < count; i++) columns[name].push(lookup.next());
    lookup.end();
  }
  const lookup = new Lookup(reader);
  for (let i = 0; i < count; i++) {
    const list: string[] = [];
    for (let left = reader.count('secrets', 4, MAX_SECRETS_PER_ROW); left > 0; left--)
      list.push(lookup.next());
    columns.secrets.push(list);
  }
  lookup.end();
  reader.end();
  return columns;
}
