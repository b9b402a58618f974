import { CLEAR_STRING_COLUMNS } from '@tacet/records';

/** Slices of a filter or of a block of one: one position is tested in each. */
export const SLICES = 13;
/** Sizes that a slice of a whole filter may have, in bytes; an unfiltered segment is stored with one byte of ones. */
export const SLICE_BYTES: readonly number[] = [160, 320, 640, 1280, 2560];
export const UNFILTERED_BYTES = 1;
/** Blocks of a filter that is in blocks; a token is looked for in one of them, chosen by its trapdoor. */
export const BLOCKS = 16;
/** Sizes that a slice of a block may have. No filter in blocks is as long as a whole one. */
export const BLOCK_SLICE_BYTES: readonly number[] = [88, 168, 200];

/**
 * The rows of a segment, by `block`: one with all but the filter, or with the filter too when that is whole
 * or there is none; and one for each block.
 */
export const BODY = 16;
export const BODY_AND_FILTER = 17;
/** Holds for one row of each segment. */
export const IS_BODY = `block >= ${BODY}`;

/** Slices in the column `low`, which is read first; the others are in `high`. */
export const LOW_SLICES = 6;

/** Numeric clear columns with absent values (-1); their least and greatest present value stand beside them. */
export const RANGED_COLUMNS = ['duration_ns', 'input_tokens', 'output_tokens'] as const;

/** Clear columns with equality tests. */
export const FACET_COLUMNS = [...CLEAR_STRING_COLUMNS, 'secrets'] as const;

/** Number of the newest migration. */
export const SCHEMA_VERSION = 3;

/** Syncs before an INSERT returns, and again when a merge replaces synced parts. */
const DURABLE = [
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'min_rows_to_fsync_after_merge = 1',
  'min_compressed_bytes_to_fsync_after_merge = 1',
];

/**
 * A granule's part of the slices is compressed for itself (in a frame without compression), so that it can be
 * passed over: after the low slices one row in 64 is left. Bytes, less than a granule's.
 */
const SLICES_FRAME = 16_384;

/** Rows: about 32 KB of low slices. Small enough that most granules are passed over after these. */
const GRANULE = 32;
/** Bytes: fewer rows where they hold ciphertexts, which are fetched one by one. */
const GRANULE_BYTES = 4 << 20;

/**
 * Smaller parts, as most inserts make, are one file: syncing one is three times as fast as syncing the
 * two hundred of a wide part. Searching is slower in them, so merged parts are wide.
 */
const WIDE_PART = 32 << 20;

/** Merges take whole rows: they know how many bytes a granule has, and a segment was one row of seventeen before. */
const VERTICAL_ROWS = 2_000_000;

/** Replaced parts are kept as a guard against unsynced merges; ours are synced, so removed rows may go at once. */
const OLD_PARTS_SECONDS = 1;
/** Unless told, an engine that had nothing to delete for a while looks once in five minutes only. */
const DELETE_SOON =
  'cleanup_delay_period = 1, max_cleanup_delay_period = 5, cleanup_delay_period_random_add = 0';

const SEALED = 'CODEC(NONE)';
const PACKED = 'CODEC(ZSTD(1))';

function columnList(): string[] {
  return [
    `id FixedString(16) ${SEALED}`,
    'workspace LowCardinality(String)',
    'period_no UInt32',
    'block UInt8',
    'number UInt32',
    'received_day Date',
    'count UInt32',
    'bytes UInt32',
    'time_min Int64',
    'time_max Int64',
    'slice_bytes UInt16',
    ...['low', 'high'].map(
      (name) => `${name} String ${SEALED} SETTINGS (min_compress_block_size = ${SLICES_FRAME})`,
    ),
    ...FACET_COLUMNS.map((name) => `${name}_facets Array(String) ${PACKED}`),
    ...RANGED_COLUMNS.flatMap((name) => [`${name}_min Int64`, `${name}_max Int64`]),
    `header String ${PACKED}`,
    `salt String ${SEALED}`,
    `commitment String ${SEALED}`,
    `signature String ${SEALED}`,
    `ciphertext String ${SEALED}`,
    `time Array(Int64) ${PACKED}`,
    ...CLEAR_STRING_COLUMNS.map((name) => `${name} Array(LowCardinality(String)) ${PACKED}`),
    ...RANGED_COLUMNS.map((name) => `${name} Array(Int64) ${PACKED}`),
    `secrets Array(Array(LowCardinality(String))) ${PACKED}`,
    // Mostly empty, in rows of blocks always: what is stored of them are their lengths.
    `batches Array(FixedString(16)) ${PACKED}`,
    `supersedes Array(FixedString(16)) ${PACKED}`,
  ];
}

/** Columns with one entry an event, which the `events` view unfolds. */
export const CLEAR_COLUMNS = ['time', ...CLEAR_STRING_COLUMNS, ...RANGED_COLUMNS, 'secrets'];

const columnNames = () => columnList().map((column) => column.slice(0, column.indexOf(' ')));

const createTable = (name: string) =>
  `CREATE TABLE IF NOT EXISTS ${name} (\n  ${columnList().join(',\n  ')}\n)
ENGINE = MergeTree
PARTITION BY received_day
ORDER BY (workspace, period_no, block, number)
SETTINGS index_granularity = ${GRANULE}, index_granularity_bytes = ${GRANULE_BYTES},
  vertical_merge_algorithm_min_rows_to_activate = ${VERTICAL_ROWS},
  min_bytes_for_wide_part = ${WIDE_PART}, non_replicated_deduplication_window = 1000,
  old_parts_lifetime = ${OLD_PARTS_SECONDS}, ${DELETE_SOON}, ${DURABLE.join(', ')}`;

/** A row without entries, as those of blocks are, gives no line. */
const EVENTS = `VIEW events AS
SELECT workspace, period_no, number, received_day, lower(hex(id)) AS segment, ${CLEAR_COLUMNS.join(', ')}
FROM segments ARRAY JOIN ${CLEAR_COLUMNS.join(', ')}`;

/** The table that says which migrations a database has had. */
export const VERSION_TABLE = `CREATE TABLE IF NOT EXISTS schema_versions (version UInt32)
ENGINE = MergeTree ORDER BY version SETTINGS ${DURABLE.join(', ')}`;

/** Statements that make what is not there yet, and end what a copy has left. */
export const CREATE: readonly string[] = [
  createTable('segments'),
  `CREATE OR REPLACE ${EVENTS}`,
  'DROP TABLE IF EXISTS segments_new SYNC',
];

/** The first table of segments: one row each, a column for each of the slices. Its parts of a filter, as now. */
function fromSlices(name: string): string {
  const slices = (from: number, to: number) =>
    `concat(${Array.from({ length: to - from }, (_, slice) => `slice_${from + slice}`).join(', ')}) AS ${name}`;
  if (name === 'block') return `toUInt8(${BODY_AND_FILTER}) AS block`;
  if (name === 'low') return slices(0, LOW_SLICES);
  if (name === 'high') return slices(LOW_SLICES, SLICES);
  return name;
}

/** Bytes of rows that become a part of the copy. */
const COPIED = 64 << 20;

/**
 * Statements that put a copy in the place of the table of versions 1 and 2, which is then called
 * `segments_new`. A copy that was interrupted is made again.
 */
export const COPY: readonly string[] = [
  'DROP TABLE IF EXISTS segments_new SYNC',
  createTable('segments_new'),
  `INSERT INTO segments_new SELECT ${columnNames().map(fromSlices).join(', ')} FROM segments
SETTINGS max_block_size = 64, min_insert_block_size_rows = 0, min_insert_block_size_bytes = ${COPIED},
  max_partitions_per_insert_block = 0, max_threads = 1, max_insert_threads = 1`,
  'EXCHANGE TABLES segments AND segments_new',
];
