import {
  CLEAR_NUMBER_COLUMNS,
  CLEAR_STRING_COLUMNS,
  clearColumns,
  type ListColumn,
  SEALED_NUMBER,
  TacetError,
  type TextColumn,
} from '@tacet/records';
import { NativeBlock } from '../native/block.ts';
import type { SegmentRow } from '../port.ts';
import { facets, secretFacets } from './fold.ts';
import {
  BLOCK_SLICE_BYTES,
  BLOCKS,
  BODY,
  BODY_AND_FILTER,
  FACET_COLUMNS,
  LOW_SLICES,
  RANGED_COLUMNS,
  SLICE_BYTES,
  SLICES,
  UNFILTERED_BYTES,
} from './schema.ts';

/** Every bit set: whatever the position, the test holds. */
const UNFILTERED = new Uint8Array(SLICES * UNFILTERED_BYTES).fill(0xff);
const NO_BYTES = new Uint8Array(0);
const NO_CLEAR = clearColumns([]);

const SCALARS = 11;
const PARTS = 2;
const SEALED = 5;
const LISTS = 2;
const COLUMNS =
  SCALARS +
  PARTS +
  FACET_COLUMNS.length +
  2 * RANGED_COLUMNS.length +
  SEALED +
  1 +
  CLEAR_STRING_COLUMNS.length +
  RANGED_COLUMNS.length +
  1 +
  LISTS;

/** Least and greatest value that is present (not -1); -1 for both when none is, -2 when they are sealed. */
function range(values: Float64Array): [min: number, max: number] {
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
    size += row.ciphertext.length + row.filter.length + row.header.length + 8192;
    size += row.count * (8 * (1 + RANGED_COLUMNS.length) + 2 * CLEAR_STRING_COLUMNS.length + 10);
  }
  return size;
}

/** A row of the table: the body of a segment, a part of its filter, or both. */
interface TableRow {
  segment: SegmentRow;
  block: number;
  /** Slices of equal size one after another, or nothing. */
  part: Uint8Array;
}

function tableRows(segment: SegmentRow): TableRow[] {
  const { filter } = segment;
  if (filter.length === 0) return [{ segment, block: BODY_AND_FILTER, part: UNFILTERED }];
  if (!inBlocks(filter)) return [{ segment, block: BODY_AND_FILTER, part: filter }];
  const size = filter.length / BLOCKS;
  const blocks = Array.from({ length: BLOCKS }, (_, block) => ({
    segment,
    block,
    part: filter.subarray(block * size, (block + 1) * size),
  }));
  return [...blocks, { segment, block: BODY, part: NO_BYTES }];
}

function inBlocks(filter: Uint8Array): boolean {
  return BLOCK_SLICE_BYTES.includes(filter.length / SLICES / BLOCKS);
}

/** One Native block of sealed rows, its columns in the order of the table. */
export function encodeSegments(segments: readonly SegmentRow[]): Uint8Array {
  const rows = segments.flatMap(tableRows);
  const block = new NativeBlock(COLUMNS, rows.length, sizeOf(segments));
  const at = (index: number) => rows[index]!.segment;
  const isBody = (index: number) => rows[index]!.block >= BODY;
  /** What only bodies have; the rows of blocks have nothing there. */
  const clear = (row: number) => (isBody(row) ? at(row).clear : NO_CLEAR);
  const ofBody = <T>(value: (segment: SegmentRow) => readonly T[]) => {
    return (row: number) => (isBody(row) ? value(at(row)) : []);
  };
  const ranges = RANGED_COLUMNS.map((name) => rows.map((_, row) => range(clear(row)[name])));

  block.column('id', 'FixedString(16)').fixed((row) => at(row).id);
  block.column('workspace', 'String').text((row) => at(row).workspace);
  block.column('period_no', 'UInt32').u32((row) => at(row).periodNo);
  block.column('block', 'UInt8').u8((row) => rows[row]!.block);
  block.column('number', 'UInt32').u32((row) => at(row).number);
  block.column('received_day', 'Date').u16((row) => at(row).receivedDay);
  block.column('count', 'UInt32').u32((row) => at(row).count);
  block.column('bytes', 'UInt32').u32((row) => at(row).ciphertext.length);
  block.column('time_min', 'Int64').i64((row) => at(row).timeMin);
  block.column('time_max', 'Int64').i64((row) => at(row).timeMax);
  block.column('slice_bytes', 'UInt16').u16((row) => rows[row]!.part.length / SLICES);
  const end = ({ part }: TableRow) => (part.length / SLICES) * LOW_SLICES;
  block.column('low', 'String').bytes((row) => rows[row]!.part.subarray(0, end(rows[row]!)));
  block.column('high', 'String').bytes((row) => rows[row]!.part.subarray(end(rows[row]!)));
  for (const name of CLEAR_STRING_COLUMNS) {
    const distinct = memo(rows.length, (row) => facets(clear(row)[name].texts));
    block.column(`${name}_facets`, 'Array(String)').textArrays(distinct);
  }
  const kinds = memo(rows.length, (row) => secretFacets(clear(row).secrets.texts));
  block.column('secrets_facets', 'Array(String)').textArrays(kinds);
  RANGED_COLUMNS.forEach((name, index) => {
    block.column(`${name}_min`, 'Int64').i64((row) => ranges[index]![row]![0]);
    block.column(`${name}_max`, 'Int64').i64((row) => ranges[index]![row]![1]);
  });
  for (const name of ['header', 'salt', 'commitment', 'signature', 'ciphertext'] as const) {
    block.column(name, 'String').bytes((row) => (isBody(row) ? at(row)[name] : NO_BYTES));
  }
  block.column('time', 'Array(Int64)').i64Arrays((row) => clear(row).time);
  for (const name of CLEAR_STRING_COLUMNS) {
    block.column(name, 'Array(LowCardinality(String))').dictionaryArrays((row) => clear(row)[name]);
  }
  for (const name of RANGED_COLUMNS) {
    block.column(name, 'Array(Int64)').i64Arrays((row) => clear(row)[name]);
  }
  block
    .column('secrets', 'Array(Array(LowCardinality(String)))')
    .nestedDictionaryArrays((row) => clear(row).secrets);
  block.column('batches', 'Array(FixedString(16))').fixedArrays(ofBody(({ batches }) => batches));
  block.column('supersedes', 'Array(FixedString(16))').fixedArrays(ofBody(({ supersedes }) => supersedes));
  return block.finish();
}

/** Values are asked for more than once: made once. */
function memo<T>(rows: number, value: (row: number) => T): (row: number) => T {
  const values = Array.from({ length: rows }, (_, row) => value(row));
  return (row) => values[row]!;
}

const U32 = 0xffff_ffff;
const uint = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
const id16 = (value: Uint8Array) => value.length === 16;

// Loops: a function called for every row of every column took longer than all else that writing a segment does here.

function allSafe(values: Float64Array): boolean {
  for (let row = 0; row < values.length; row++) if (!Number.isSafeInteger(values[row])) return false;
  return true;
}

function isWhole({ texts, places }: TextColumn): boolean {
  for (let row = 0; row < places.length; row++) if (places[row]! >= texts.length) return false;
  return true;
}

/** Whether lists end one after another, and the last one with the places. */
function areLists({ ends, places }: ListColumn): boolean {
  let from = 0;
  for (let row = 0; row < ends.length; row++) {
    if (ends[row]! < from) return false;
    from = ends[row]!;
  }
  return from === places.length;
}

/** Refuses a row that the binary format would not carry faithfully: SEGMENT_MALFORMED. */
export function checkSegment(row: SegmentRow): void {
  const wrong = (what: string) => new TacetError('SEGMENT_MALFORMED', `a segment row has a wrong ${what}`);
  if (!id16(row.id)) throw wrong('id length');
  if (!uint(row.periodNo, U32) || !uint(row.number, U32)) throw wrong('number');
  if (!uint(row.receivedDay, 0xffff)) throw wrong('day of receipt');
  if (!Number.isSafeInteger(row.timeMin) || !Number.isSafeInteger(row.timeMax)) throw wrong('time');
  if (!uint(row.count, U32) || row.ciphertext.length > U32) throw wrong('size');
  const { filter } = row;
  if (filter.length !== 0 && !SLICE_BYTES.includes(filter.length / SLICES) && !inBlocks(filter))
    throw wrong('filter size');
  const { clear, count } = row;
  for (const name of CLEAR_NUMBER_COLUMNS) {
    if (clear[name].length !== count) throw wrong('column length');
    if (!allSafe(clear[name])) throw wrong('clear number');
  }
  for (const name of CLEAR_STRING_COLUMNS) {
    if (clear[name].places.length !== count) throw wrong('column length');
    if (!isWhole(clear[name])) throw wrong('clear text');
  }
  if (clear.secrets.ends.length !== count) throw wrong('column length');
  if (!areLists(clear.secrets) || !isWhole(clear.secrets)) throw wrong('clear text');
  if (!row.batches.every(id16) || !row.supersedes.every(id16)) throw wrong('id list');
}
