import { TacetError } from '@tacet/records';
import { CONTROL_MIGRATIONS, CONTROL_VERSION, type ControlDatabase, run } from './schema.ts';

/** Any constant of our own: concurrent programs on one server wait for each other's migration. */
const ADVISORY_LOCK = 0x7acec;

/** Brings the control records to this version of the schema; STORE_VERSION_NEWER when past it. */
export async function migrateControl(database: ControlDatabase): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await run(transaction, `SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    await run(transaction, 'CREATE TABLE IF NOT EXISTS schema_versions (version integer PRIMARY KEY)');
    const row = await transaction
      .selectFrom('schema_versions')
      .select(({ fn }) => fn.max('version').as('version'))
      .executeTakeFirst();
    const found = row?.version ?? 0;
    if (found > CONTROL_VERSION) {
      throw new TacetError(
        'STORE_VERSION_NEWER',
        `the control records have schema version ${found}, this program knows ${CONTROL_VERSION}: upgrade the program`,
      );
    }
    for (let version = found + 1; version <= CONTROL_VERSION; version++) {
      for (const statement of CONTROL_MIGRATIONS.get(version) ?? []) await run(transaction, statement);
      await transaction.insertInto('schema_versions').values({ version }).execute();
    }
  });
}
