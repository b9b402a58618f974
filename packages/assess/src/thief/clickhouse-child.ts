/**
 * Reads every table of a ClickHouse data directory through the engine, without any key, and sends it to the
 * parent. Started with the path of a copy of the directory; runs in a process of its own because the engine
 * opens one directory a process, and because a damaged one may take it down.
 */
import { Session } from 'chdb';
import { ChildOutput } from './child-output.ts';

interface Column {
  database: string;
  table: string;
  column: string;
  type: string;
  view: boolean;
  bytes: number;
}

const SAMPLE_BYTES = 256;
const output = new ChildOutput();
const session = new Session(process.argv[2]);

async function rows<T>(sql: string): Promise<T[]> {
  const result = await session.queryAsync(sql, { format: 'JSONEachRow' });
  return result
    .text()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const quote = (name: string) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;

/** The engine's own tables count where they are kept on disk: its logs. */
const COLUMNS = `
  SELECT c.database AS database, c.table AS table, c.name AS column, c.type AS type,
    t.engine LIKE '%View' AS view, toFloat64(c.data_uncompressed_bytes) AS bytes
  FROM system.columns AS c INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
  WHERE lower(c.database) != 'information_schema' AND (c.database != 'system' OR t.engine LIKE '%MergeTree')
  ORDER BY database, table, c.position`;

async function sendColumn({ database, table, column, type, view, bytes }: Column): Promise<void> {
  const from = `${quote(database)}.${quote(table)}`;
  const name = quote(column);
  const array = type.startsWith('Array(');
  const distinct = array ? `uniqArray(${name})` : `uniq(${name})`;
  const count = array ? `sum(length(${name}))` : 'count()';
  const [facts] = await rows<{ rows: number; distinct: number }>(
    `SELECT toFloat64(${count}) AS rows, toFloat64(${distinct}) AS distinct FROM ${from}`,
  );
  const large = bytes > 4096 * (facts?.rows ?? 0);
  const value = array ? `arrayJoin(${name})` : name;
  const samples = await rows<{ sample: string }>(
    `SELECT base64Encode(substring(toString(value), 1, ${SAMPLE_BYTES})) AS sample
     FROM (SELECT ${value} AS value FROM ${from} LIMIT ${large ? 100 : 20_000})
     GROUP BY sample ORDER BY count() DESC, cityHash64(sample) LIMIT 40`,
  );
  await output.column({
    table: `${database}.${table}`,
    column,
    type,
    rows: facts?.rows ?? 0,
    distinct: facts?.distinct ?? 0,
    samples: samples.map((row) => row.sample),
  });
  // A view shows the same values again.
  if (!view) await output.values(`${database}.${table} ${column}`, values(`SELECT ${name} FROM ${from}`));
}

async function* values(sql: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of session.queryStream(sql, { format: 'RowBinary' })) yield chunk.raw();
}

for (const column of await rows<Column>(COLUMNS)) {
  try {
    await sendColumn(column);
  } catch {
    await output.note(`the engine could not read ${column.database}.${column.table} ${column.column}`);
  }
}
session.close();
await output.close();
