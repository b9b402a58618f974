import { TacetError } from '@tacet/records';
import { Cells } from './decode.ts';
import type { Engine } from './engine.ts';
import { MIGRATIONS, SCHEMA_VERSION, VERSION_TABLE } from './schema.ts';

/** Brings the database to this version of the schema; STORE_VERSION_NEWER when it is past it. */
export async function migrate(engine: Engine): Promise<void> {
  await engine.command(VERSION_TABLE);
  const cells = new Cells(await engine.select('SELECT max(version) AS version FROM schema_versions'));
  const found = cells.number('version', 0);
  if (found > SCHEMA_VERSION) {
    throw new TacetError(
      'STORE_VERSION_NEWER',
      `the log store has schema version ${found}, this program knows ${SCHEMA_VERSION}: upgrade the program`,
    );
  }
  for (let version = found + 1; version <= SCHEMA_VERSION; version++) {
    for (const statement of MIGRATIONS.get(version)?.() ?? []) await engine.command(statement);
    // Written last: an interrupted migration is run again. Not by VALUES: the embedded engine would take
    // what is piped into the process for more of them.
    await engine.command(`INSERT INTO schema_versions SELECT ${version}`);
  }
}
