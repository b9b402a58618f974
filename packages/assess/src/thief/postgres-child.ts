/**
 * Reads every table of an embedded PostgreSQL directory, without any key, and sends it to the parent.
 * Started with the path of a copy of the directory; with a second argument it only makes one that is empty.
 */
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { ChildOutput } from './child-output.ts';

interface Column {
  schema: string;
  table: string;
  column: string;
  type: string;
}

const SAMPLE_BYTES = 256;
const FETCH = 500;
const [path, create] = process.argv.slice(2);
const database = await PGlite.create(path!);
if (create) {
  await database.close();
  process.exit();
}
const output = new ChildOutput();

const COLUMNS = `
  SELECT n.nspname AS schema, c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
  ORDER BY schema, "table", a.attnum`;

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function sendColumn(transaction: Transaction, { schema, table, column, type }: Column): Promise<void> {
  const from = `${quote(schema)}.${quote(table)}`;
  const value = type === 'bytea' ? quote(column) : `convert_to(${quote(column)}::text, 'UTF8')`;
  const facts = await transaction.query<{ rows: number; distinct: number }>(
    `SELECT count(v)::float8 AS rows, count(DISTINCT v)::float8 AS distinct FROM (SELECT ${value} AS v FROM ${from}) AS t`,
  );
  const samples = await transaction.query<{ sample: string }>(
    `SELECT encode(substring(v FROM 1 FOR ${SAMPLE_BYTES}), 'base64') AS sample
     FROM (SELECT ${value} AS v FROM ${from} LIMIT 20000) AS t WHERE v IS NOT NULL
     GROUP BY sample ORDER BY count(*) DESC, md5(encode(min(v), 'hex')) LIMIT 40`,
  );
  const where = `${schema}.${table}`;
  await output.column({
    table: where,
    column,
    type,
    rows: facts.rows[0]?.rows ?? 0,
    distinct: facts.rows[0]?.distinct ?? 0,
    samples: samples.rows.map((row) => row.sample),
  });
  await output.values(`${where} ${column}`, values(transaction, `SELECT ${value} AS v FROM ${from}`));
}

async function* values(transaction: Transaction, sql: string): AsyncGenerator<Uint8Array> {
  await transaction.exec(`DECLARE reading CURSOR FOR ${sql}`);
  for (;;) {
    const { rows } = await transaction.query<{ v: Uint8Array | null }>(`FETCH ${FETCH} FROM reading`);
    if (rows.length === 0) break;
    for (const { v } of rows) {
      if (v === null) continue;
      yield v;
      // Two values must not look like one.
      yield new Uint8Array(1);
    }
  }
  await transaction.exec('CLOSE reading');
}

const columns = await database.query<Column>(COLUMNS);
for (const column of columns.rows) {
  try {
    await database.transaction((transaction) => sendColumn(transaction, column));
  } catch {
    await output.note(`the engine could not read ${column.schema}.${column.table} ${column.column}`);
  }
}
await database.close();
await output.close();
