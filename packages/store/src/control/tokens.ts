import type { Selectable } from 'kysely';
import type { TokenRow, TokenUse } from './port.ts';
import { plain } from './records.ts';
import type { ControlDatabase, ControlTables } from './schema.ts';

/** The time of last use is written at most this often: not every request is worth a synced write. */
const TOUCH_SECONDS = 60;

export async function addToken(db: ControlDatabase, token: TokenRow): Promise<void> {
  const { expires, services, label, ...rest } = token;
  await db
    .insertInto('tokens')
    .values({
      ...rest,
      expires: expires ?? null,
      used: null,
      services: services ? JSON.stringify(services) : null,
      label: label ?? null,
    })
    .execute();
}

function decode(row: Selectable<ControlTables['tokens']>): TokenRow {
  return {
    id: row.id,
    role: row.role,
    workspace: row.workspace,
    hash: plain(row.hash),
    created: Number(row.created),
    ...(row.expires !== null && { expires: Number(row.expires) }),
    ...(row.services !== null && { services: JSON.parse(row.services) as string[] }),
    ...(row.label !== null && { label: row.label }),
  };
}

export async function findToken(db: ControlDatabase, id: string): Promise<TokenRow | undefined> {
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
  return row && decode(row);
}

export async function touchToken(db: ControlDatabase, id: string, now: number): Promise<void> {
  await db
    .updateTable('tokens')
    .set({ used: now })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('used', 'is', null), eb('used', '<=', now - TOUCH_SECONDS)]))
    .execute();
}

export async function listTokens(db: ControlDatabase, workspace?: string): Promise<TokenUse[]> {
  let query = db.selectFrom('tokens').selectAll().orderBy('created').orderBy('id');
  if (workspace !== undefined) query = query.where('workspace', '=', workspace);
  const rows = await query.execute();
  return rows.map((row) => ({ ...decode(row), ...(row.used !== null && { used: Number(row.used) }) }));
}

export async function removeToken(db: ControlDatabase, id: string): Promise<boolean> {
  const gone = await db.deleteFrom('tokens').where('id', '=', id).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
