import {
  CLEAR_NUMBER_COLUMNS,
  CLEAR_STRING_COLUMNS,
  type ClearColumns,
  type ListColumn,
  TacetError,
  type TextColumn,
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

/** Writes the texts of a column. @throws TacetError unless they are those of its places, in order of first appearance. */
function writeTexts(writer: ByteWriter, { texts, places }: TextColumn): void {
  let seen = 0;
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    if (place > seen) fail('places out of order');
    if (place === seen) seen += 1;
  }
  if (seen !== texts.length) fail('a value is not there, or not used');
  if (new Set(texts).size !== texts.length) fail('a value stands twice');
  writer.u32(texts.length);
  for (const text of texts) {
    if (!text.isWellFormed()) fail('a value is not well-formed Unicode');
    const bytes = utf8(text);
    if (bytes.length > MAX_TEXT_BYTES) fail('a value is too long');
    writer.lp(bytes);
  }
}

function writeNumbers(writer: ByteWriter, values: Float64Array): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isInteger(value) || Object.is(value, -0)) fail('a number is not an integer');
  }
  writer.f64s(values);
}

function writeLists(writer: ByteWriter, lists: ListColumn): void {
  writeTexts(writer, lists);
  let from = 0;
  const { places, ends } = lists;
  for (let row = 0; row < ends.length; row++) {
    const end = ends[row]!;
    if (end < from || end > places.length) fail('lists out of order');
    if (end - from > MAX_SECRETS_PER_ROW) fail('a row has too many secrets');
    writer.u32(end - from);
    for (; from < end; from++) writer.u32(places[from]!);
  }
  if (from !== places.length) fail('a value is in no list');
}

/**
 * The canonical bytes of the clear columns, whose hash the header binds and which travel with a
 * released segment. Strings stand once each, in order of first appearance.
 * @throws TacetError SEGMENT_MALFORMED when columns differ in length or hold what no column may.
 */
export function encodeClear(columns: ClearColumns): Uint8Array {
  const count = columns.time.length;
  if (count > MAX_ROWS) fail('too many rows');
  const numbers = CLEAR_NUMBER_COLUMNS.map((name) => columns[name]);
  const texts = CLEAR_STRING_COLUMNS.map((name) => columns[name]);
  const { secrets } = columns;
  const lengths = [...numbers, ...texts.map(({ places }) => places), secrets.ends];
  if (lengths.some(({ length }) => length !== count)) fail('columns differ in length');
  const writer = new ByteWriter(1024 + count * 72).u8(VERSION).u32(count);
  for (const values of numbers) writeNumbers(writer, values);
  for (const column of texts) {
    writeTexts(writer, column);
    writer.u32s(column.places);
  }
  writeLists(writer, secrets);
  return writer.bytes();
}

function readDictionary(reader: ByteReader): string[] {
  const size = reader.count('dictionary', 4, 0xffffffff);
  const values: string[] = [];
  for (let i = 0; i < size; i++) values.push(reader.text('a value', MAX_TEXT_BYTES));
  if (new Set(values).size !== size) reader.fail('a value stands twice');
  return values;
}

/** Reads places and checks that values first appear in the dictionary's order, none unused. */
class Places {
  #seen = 0;
  readonly #reader: ByteReader;
  readonly texts: string[];

  constructor(reader: ByteReader) {
    this.#reader = reader;
    this.texts = readDictionary(reader);
  }

  next(): number {
    const place = this.#reader.u32('a place');
    if (place >= this.texts.length || place > this.#seen) this.#reader.fail('places out of order');
    if (place === this.#seen) this.#seen += 1;
    return place;
  }

  end(): void {
    if (this.#seen !== this.texts.length) this.#reader.fail('a value is not used');
  }
}

function readNumbers(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const value = reader.f64('a number');
    if (!Number.isInteger(value) || Object.is(value, -0)) reader.fail('a number is not an integer');
    values[row] = value;
  }
  return values;
}

function readTexts(reader: ByteReader, count: number): TextColumn {
  const found = new Places(reader);
  const places = new Uint32Array(count);
  for (let row = 0; row < count; row++) places[row] = found.next();
  found.end();
  return { texts: found.texts, places };
}

function readLists(reader: ByteReader, count: number): ListColumn {
  const found = new Places(reader);
  const places: number[] = [];
  const ends = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    for (let left = reader.count('secrets', 4, MAX_SECRETS_PER_ROW); left > 0; left--)
      places.push(found.next());
    ends[row] = places.length;
  }
  found.end();
  return { texts: found.texts, places: Uint32Array.from(places), ends };
}

/** Reads what `encodeClear` wrote, and nothing else. @throws TacetError SEGMENT_MALFORMED. */
export function decodeClear(bytes: Uint8Array): ClearColumns {
  const reader = new ByteReader(bytes, 'SEGMENT_MALFORMED');
  if (reader.u8('version') !== VERSION) reader.fail('version of the clear columns');
  const count = reader.count('rows', 60, MAX_ROWS);
  const columns: Partial<ClearColumns> = {};
  for (const name of CLEAR_NUMBER_COLUMNS) columns[name] = readNumbers(reader, count);
  for (const name of CLEAR_STRING_COLUMNS) columns[name] = readTexts(reader, count);
  columns.secrets = readLists(reader, count);
  reader.end();
  return columns as ClearColumns;
}
