import { CLEAR_STRING_COLUMNS } from '@tacet/records';

/** Slices of a filter, each a column of its own: one position is tested in each. */
export const SLICES = 13;
/** Sizes a slice may have, in bytes; an unfiltered segment is stored with one byte of ones. */
export const SLICE_BYTES: readonly number[] = [160, 320, 640, 1280, 2560];
export const UNFILTERED_BYTES = 1;

export const SLICE_COLUMNS: readonly string[] = Array.from(
  { length: SLICES },
  (_, slice) => `slice_${slice}`,
);

/** Numeric clear columns with absent values (-1); their least and greatest present value stand beside them. */
export const RANGED_COLUMNS = ['duration_ns', 'input_tokens', 'output_tokens'] as const;

/** Clear columns with equality tests. */
export const FACET_COLUMNS = [...CLEAR_STRING_COLUMNS, 'secrets'] as const;

/** Number of the newest migration. */
export const SCHEMA_VERSION = 2;

/** Syncs before an INSERT returns, and again when a merge replaces synced parts. */
const DURABLE = [
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'min_rows_to_fsync_after_merge = 1',
  'min_compressed_bytes_to_fsync_after_merge = 1',
];

/**
 * A granule's part of a slice is a block of its own, so that it can be passed over: after a few slices
 * only few granules have a row left. (Bytes, about 16 rows of the usual 1,280.)
 */
const SLICE_BLOCK = 16_384;

/**
 * Smaller parts, as most inserts make, are one file: syncing one is three times as fast as syncing the
 * two hundred of a wide part. Searching is slower in them, so merged parts are wide.
 */
const WIDE_PART = 32 << 20;

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
    'number UInt32',
    'received_day Date',
    'count UInt32',
    'bytes UInt32',
    'time_min Int64',
    'time_max Int64',
    'slice_bytes UInt16',
    ...SLICE_COLUMNS.map(
      (name) => `${name} String ${SEALED} SETTINGS (min_compress_block_size = ${SLICE_BLOCK})`,
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
    `batches Array(FixedString(16)) ${SEALED}`,
    `supersedes Array(FixedString(16)) ${SEALED}`,
  ];
}

/** Columns with one entry an event, which the `events` view unfolds. */
export const CLEAR_COLUMNS = ['time', ...CLEAR_STRING_COLUMNS, ...RANGED_COLUMNS, 'secrets'];

/** Statements that bring an empty database to version 1. */
function first(): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS segments (\n  ${columnList().join(',\n  ')}\n)
ENGINE = MergeTree
PARTITION BY received_day
ORDER BY (workspace, period_no, number)
SETTINGS index_granularity = 16, min_bytes_for_wide_part = ${WIDE_PART}, non_replicated_deduplication_window = 1000,
  old_parts_lifetime = ${OLD_PARTS_SECONDS}, ${DELETE_SOON}, ${DURABLE.join(', ')}`,
    `CREATE VIEW IF NOT EXISTS events AS
SELECT workspace, period_no, number, received_day, lower(hex(id)) AS segment, ${CLEAR_COLUMNS.join(', ')}
FROM segments ARRAY JOIN ${CLEAR_COLUMNS.join(', ')}`,
  ];
}

/** The table that says which migrations a database has had. */
export const VERSION_TABLE = `CREATE TABLE IF NOT EXISTS schema_versions (version UInt32)
ENGINE = MergeTree ORDER BY version SETTINGS ${DURABLE.join(', ')}`;

/** Statements of each migration by its number; each may be repeated after an interruption. */
export const MIGRATIONS: ReadonlyMap<number, () => string[]> = new Map([
  [1, first],
  [2, () => [`ALTER TABLE segments MODIFY SETTING ${DELETE_SOON}`]],
]);
