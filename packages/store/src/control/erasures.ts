import type { ErasureRow } from './port.ts';
import { plain } from './records.ts';
import type { ControlDatabase } from './schema.ts';

export async function putErasure(db: ControlDatabase, { id, workspace, body }: ErasureRow): Promise<void> {
  await db
    .insertInto('erasures')
    .values({ id, workspace, body })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ body }))
    .execute();
}

export async function listErasures(db: ControlDatabase, workspace: string): Promise<ErasureRow[]> {
  const rows = await db
    .selectFrom('erasures')
    .select(['id', 'workspace', 'body'])
    .where('workspace', '=', workspace)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({ id: plain(row.id), workspace: row.workspace, body: plain(row.body) }));
}
