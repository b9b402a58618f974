import { CLEAR_STRING_COLUMNS, SEALED_NUMBER, TacetError } from '@tacet/records';
import { NativeBlock } from '../native/block.ts';
import type { SegmentRow } from '../port.ts';
import { facets, secretFacets } from './fold.ts';
import {
  FACET_COLUMNS,
  RANGED_COLUMNS,
  SLICE_BYTES,
  SLICE_COLUMNS,
  SLICES,
  UNFILTERED_BYTES,
} from './schema.ts';

/** Every bit set: whatever the position, the test holds. */
const ALWAYS = new Uint8Array([0xff]);

const SCALARS = 10;
const SEALED = 5;
const LISTS = 2;
const COLUMNS =
  SCALARS +
  SLICES +
  FACET_COLUMNS.length +
  2 * RANGED_COLUMNS.length +
  SEALED +
  1 +
  CLEAR_STRING_COLUMNS.length +
  RANGED_COLUMNS.length +
  1 +
  LISTS;

/** Least and greatest value that is present (not -1); -1 for both when none is, -2 when they are sealed. */
function range(values: readonly number[]): [min: number, max: number] {
  if (values.includes(SEALED_NUMBER)) return [SEALED_NUMBER, SEALED_NUMBER];
  let min = -1;
  let max = -1;
  for (const value of values) {
    if (value < 0) continue;
    if (min < 0 || value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

function sizeOf(rows: readonly SegmentRow[]): number {
  let size = 8192;
  for (const row of rows) {
    size += row.ciphertext.length + row.filter.length + row.header.length + 4096;
    size += row.count * (8 * (1 + RANGED_COLUMNS.length) + 2 * CLEAR_STRING_COLUMNS.length + 10);
  }
  return size;
}

/** One Native block of sealed rows, its columns in the order of the table. */
export function encodeSegments(rows: readonly SegmentRow[]): Uint8Array {
  const block = new NativeBlock(COLUMNS, rows.length, sizeOf(rows));
  const at = (index: number) => rows[index] as SegmentRow;
  const sliceBytes = rows.map((row) => row.filter.length / SLICES);
  const ranges = RANGED_COLUMNS.map((name) => rows.map((row) => range(row.clear[name])));

  block.column('id', 'FixedString(16)').fixed((row) => at(row).id);
  block.column('workspace', 'String').text((row) => at(row).workspace);
  block.column('period_no', 'UInt32').u32((row) => at(row).periodNo);
  block.column('number', 'UInt32').u32((row) => at(row).number);
  block.column('received_day', 'Date').u16((row) => at(row).receivedDay);
  block.column('count', 'UInt32').u32((row) => at(row).count);
  block.column('bytes', 'UInt32').u32((row) => at(row).ciphertext.length);
  block.column('time_min', 'Int64').i64((row) => at(row).timeMin);
  block.column('time_max', 'Int64').i64((row) => at(row).timeMax);
  block.column('slice_bytes', 'UInt16').u16((row) => sliceBytes[row] || UNFILTERED_BYTES);
  SLICE_COLUMNS.forEach((name, slice) => {
    block.column(name, 'String').bytes((row) => {
      const size = sliceBytes[row] ?? 0;
      return size === 0 ? ALWAYS : at(row).filter.subarray(slice * size, (slice + 1) * size);
    });
  });
  for (const name of CLEAR_STRING_COLUMNS) {
    const distinct = rows.map((row) => facets(row.clear[name]));
    block.column(`${name}_facets`, 'Array(String)').textArrays((row) => distinct[row]!);
  }
  const kinds = rows.map((row) => secretFacets(row.clear.secrets));
  block.column('secrets_facets', 'Array(String)').textArrays((row) => kinds[row]!);
  RANGED_COLUMNS.forEach((name, index) => {
    block.column(`${name}_min`, 'Int64').i64((row) => ranges[index]![row]![0]);
    block.column(`${name}_max`, 'Int64').i64((row) => ranges[index]![row]![1]);
  });
  for (const name of ['header', 'salt', 'commitment', 'signature', 'ciphertext'] as const) {
    block.column(name, 'String').bytes((row) => at(row)[name]);
  }
  block.column('time', 'Array(Int64)').i64Arrays((row) => at(row).clear.time);
  for (const name of CLEAR_STRING_COLUMNS) {
    block.column(name, 'Array(LowCardinality(String))').dictionaryArrays((row) => at(row).clear[name]);
  }
  for (const name of RANGED_COLUMNS) {
    block.column(name, 'Array(Int64)').i64Arrays((row) => at(row).clear[name]);
  }
  block
    .column('secrets', 'Array(Array(LowCardinality(String)))')
    .nestedDictionaryArrays((row) => at(row).clear.secrets);
  block.column('batches', 'Array(FixedString(16))').fixedArrays((row) => at(row).batches);
  block.column('supersedes', 'Array(FixedString(16))').fixedArrays((row) => at(row).supersedes);
  return block.finish();
}

const U32 = 0xffff_ffff;
const uint = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
const id16 = (value: Uint8Array) => value.length === 16;

/** Refuses a row that the binary format would not carry faithfully: SEGMENT_MALFORMED. */
export function checkSegment(row: SegmentRow): void {
  const wrong = (what: string) => new TacetError('SEGMENT_MALFORMED', `a segment row has a wrong ${what}`);
  if (!id16(row.id)) throw wrong('id length');
  if (!uint(row.periodNo, U32) || !uint(row.number, U32)) throw wrong('number');
  if (!uint(row.receivedDay, 0xffff)) throw wrong('day of receipt');
  if (!Number.isSafeInteger(row.timeMin) || !Number.isSafeInteger(row.timeMax)) throw wrong('time');
  if (!uint(row.count, U32) || row.ciphertext.length > U32) throw wrong('size');
  if (row.filter.length !== 0 && !SLICE_BYTES.includes(row.filter.length / SLICES))
    throw wrong('filter size');
  for (const values of Object.values(row.clear))
    if (values.length !== row.count) throw wrong('column length');
  for (const name of ['time', ...RANGED_COLUMNS] as const) {
    if (!row.clear[name].every(Number.isSafeInteger)) throw wrong('clear number');
  }
  if (!row.batches.every(id16) || !row.supersedes.every(id16)) throw wrong('id list');
}
