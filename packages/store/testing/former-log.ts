import { CLEAR_STRING_COLUMNS } from '@tacet/records';
import { Session } from 'chdb';
import { FACET_COLUMNS, LOW_SLICES, RANGED_COLUMNS } from '../src/log/schema.ts';

const SLICES = Array.from({ length: 13 }, (_, slice) => slice);

/** The table of segments of versions 1 and 2: one row each, a column for each slice of its filter. */
export function formerTable(name: string): string {
  const columns = [
    'id FixedString(16)',
    'workspace LowCardinality(String)',
    ...['period_no', 'number'].map((column) => `${column} UInt32`),
    'received_day Date',
    ...['count', 'bytes'].map((column) => `${column} UInt32`),
    ...['time_min', 'time_max'].map((column) => `${column} Int64`),
    'slice_bytes UInt16',
    ...SLICES.map((slice) => `slice_${slice} String`),
    ...FACET_COLUMNS.map((column) => `${column}_facets Array(String)`),
    ...RANGED_COLUMNS.flatMap((column) => [`${column}_min Int64`, `${column}_max Int64`]),
    ...['header', 'salt', 'commitment', 'signature', 'ciphertext'].map((column) => `${column} String`),
    'time Array(Int64)',
    ...CLEAR_STRING_COLUMNS.map((column) => `${column} Array(LowCardinality(String))`),
    ...RANGED_COLUMNS.map((column) => `${column} Array(Int64)`),
    'secrets Array(Array(LowCardinality(String)))',
    ...['batches', 'supersedes'].map((column) => `${column} Array(FixedString(16))`),
  ];
  return `CREATE TABLE tacet.${name} (${columns.join(', ')}) ENGINE = MergeTree PARTITION BY received_day
ORDER BY (workspace, period_no, number) SETTINGS index_granularity = 16`;
}

/** Makes a closed store, whose segments have whole filters or none, one of version 2. `directory` is the engine's. */
export function makeFormer(directory: string): void {
  const engine = new Session(directory);
  const run = (sql: string) => engine.query(sql);
  run(formerTable('former'));
  const names = engine
    .query(
      "SELECT name FROM system.columns WHERE database = 'tacet' AND table = 'former' ORDER BY position",
      'TSV',
    )
    .trim()
    .split('\n');
  const values = names.map((name) => {
    const slice = Number(/^slice_(\d+)$/.exec(name)?.[1] ?? -1);
    if (slice < 0) return name;
    const [column, at] = slice < LOW_SLICES ? ['low', slice] : ['high', slice - LOW_SLICES];
    return `substring(${column}, 1 + ${at} * slice_bytes, slice_bytes)`;
  });
  run(`INSERT INTO tacet.former SELECT ${values.join(', ')} FROM tacet.segments`);
  run('DROP TABLE tacet.segments SYNC');
  run('RENAME TABLE tacet.former TO tacet.segments');
  run('TRUNCATE TABLE tacet.schema_versions');
  run('INSERT INTO tacet.schema_versions SELECT arrayJoin([1, 2])');
  engine.close();
}
