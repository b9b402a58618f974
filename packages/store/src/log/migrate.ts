import { TacetError } from '@tacet/records';
import { Cells } from './decode.ts';
import type { Engine } from './engine.ts';
import { COPY, CREATE, SCHEMA_VERSION, VERSION_TABLE } from './schema.ts';

/** Brings the database to this version of the schema; STORE_VERSION_NEWER when it is past it. */
export async function migrate(engine: Engine): Promise<void> {
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await engine.command(statement);
  };
  await run([VERSION_TABLE]);
  const cells = new Cells(await engine.select('SELECT max(version) AS version FROM schema_versions'));
  const found = cells.number('version', 0);
  if (found > SCHEMA_VERSION) {
    throw new TacetError(
      'STORE_VERSION_NEWER',
      `the log store has schema version ${found}, this program knows ${SCHEMA_VERSION}: upgrade the program`,
    );
  }
  if (found === SCHEMA_VERSION) return;
  if (await isFirstTable(engine)) await run(COPY);
  // Written last: an interrupted migration is run again. Not by VALUES: the embedded engine would take
  // what is piped into the process for more of them.
  await run([...CREATE, `INSERT INTO schema_versions SELECT ${SCHEMA_VERSION}`]);
}

/** Whether the table of segments is that of versions 1 and 2, and not an exchanged or a new one. */
async function isFirstTable(engine: Engine): Promise<boolean> {
  const cells = new Cells(
    await engine.select(
      `SELECT countIf(name = 'id') AS tables, countIf(name = 'block') AS blocks FROM system.columns
WHERE database = currentDatabase() AND table = 'segments'`,
    ),
  );
  return cells.number('tables', 0) > 0 && cells.number('blocks', 0) === 0;
}
