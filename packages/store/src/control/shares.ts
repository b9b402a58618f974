import { sql } from 'kysely';
import type { SharePlace, ShareRow } from './port.ts';
import { plain } from './records.ts';
import type { ControlDatabase } from './schema.ts';
import type { ShareKeys } from './share-key.ts';

/** PostgreSQL binds at most 65,535 parameters to a statement; a share takes six. */
const ROWS_A_STATEMENT = 5000;
const ORPHANS_AT_ONCE = 10_000;
const REWRAPPED_AT_ONCE = 2_000;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += ROWS_A_STATEMENT) yield items.slice(at, at + ROWS_A_STATEMENT);
}

export async function addShares(
  db: ControlDatabase,
  keys: ShareKeys,
  shares: ShareRow[],
  now: number,
): Promise<void> {
  const rows = shares.map(({ workspace, segment, periodNo, share }) => {
    const { keyId, wrapped } = keys.wrap(workspace, segment, share);
    return { workspace, segment, period_no: periodNo, key_id: keyId, wrapped, created: now };
  });
  const insert = async (on: ControlDatabase, part: typeof rows) => {
    await on
      .insertInto('shares')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  };
  if (rows.length <= ROWS_A_STATEMENT) {
    if (rows.length > 0) await insert(db, rows);
    return;
  }
  await db.transaction().execute(async (transaction) => {
    for (const part of chunks(rows)) await insert(transaction, part);
  });
}

export async function findShares(
  db: ControlDatabase,
  keys: ShareKeys,
  workspace: string,
  segments: Uint8Array[],
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const part of chunks(segments)) {
    const rows = await db
      .selectFrom('shares')
      .select(['segment', 'key_id', 'wrapped'])
      .where('workspace', '=', workspace)
      .where('segment', 'in', part)
      .execute();
    for (const { segment, key_id, wrapped } of rows) {
      found.set(hex(segment), keys.unwrap(workspace, segment, { keyId: key_id, wrapped }));
    }
  }
  return found;
}

export async function sharesPresent(
  db: ControlDatabase,
  workspace: string,
  segments: Uint8Array[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const part of chunks(segments)) {
    const rows = await db
      .selectFrom('shares')
      .select('segment')
      .where('workspace', '=', workspace)
      .where('segment', 'in', part)
      .execute();
    for (const { segment } of rows) found.add(hex(segment));
  }
  return found;
}

export async function dropShares(
  db: ControlDatabase,
  workspace: string,
  segments: Uint8Array[],
): Promise<void> {
  for (const part of chunks(segments)) {
    await db.deleteFrom('shares').where('workspace', '=', workspace).where('segment', 'in', part).execute();
  }
}

export async function dropEpochShares(
  db: ControlDatabase,
  workspace: string,
  epoch: number,
): Promise<number> {
  const periods = db
    .selectFrom('periods')
    .innerJoin('sessions', 'sessions.id', 'periods.session')
    .select('periods.period_no')
    .where('periods.workspace', '=', workspace)
    .where('sessions.epoch', '=', epoch);
  const gone = await db
    .deleteFrom('shares')
    .where('workspace', '=', workspace)
    .where('period_no', 'in', periods)
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}

/** Unconfirmed shares added at `before` or earlier, oldest first. */
export async function orphanShares(db: ControlDatabase, before: number): Promise<SharePlace[]> {
  const rows = await db
    .selectFrom('shares')
    .select(['workspace', 'segment'])
    .where('confirmed', '=', false)
    .where('created', '<=', before)
    .orderBy('created')
    .limit(ORPHANS_AT_ONCE)
    .execute();
  return rows.map((row) => ({ workspace: row.workspace, segment: plain(row.segment) }));
}

export async function confirmShares(
  db: ControlDatabase,
  workspace: string,
  segments: Uint8Array[],
): Promise<void> {
  for (const part of chunks(segments)) {
    await db
      .updateTable('shares')
      .set({ confirmed: true })
      .where('workspace', '=', workspace)
      .where('segment', 'in', part)
      .execute();
  }
}

/** Wraps every share that another key than the current one wrapped; dropped ones stay dropped. */
export async function rewrapShares(db: ControlDatabase, keys: ShareKeys): Promise<void> {
  let after: { workspace: string; segment: Uint8Array } | undefined;
  for (;;) {
    let query = db
      .selectFrom('shares')
      .select(['workspace', 'segment', 'key_id', 'wrapped'])
      .orderBy('workspace')
      .orderBy('segment')
      .limit(REWRAPPED_AT_ONCE);
    if (after) {
      const { workspace, segment } = after;
      query = query.where(sql<boolean>`(workspace, segment) > (${workspace}, ${segment})`);
    }
    const rows = await query.execute();
    const last = rows.at(-1);
    if (!last) return;
    after = { workspace: last.workspace, segment: plain(last.segment) };
    const stale = rows
      .filter((row) => row.key_id !== keys.current)
      .map(({ workspace, segment, key_id, wrapped }) => {
        const share = keys.unwrap(workspace, segment, { keyId: key_id, wrapped });
        const anew = keys.wrap(workspace, segment, share);
        return sql`(${workspace}::text, ${segment}::bytea, ${key_id}::text, ${anew.keyId}::text, ${anew.wrapped}::bytea)`;
      });
    if (stale.length === 0) continue;
    await sql`UPDATE shares SET key_id = fresh.key_id, wrapped = fresh.wrapped
      FROM (VALUES ${sql.join(stale)}) AS fresh (workspace, segment, old_id, key_id, wrapped)
      WHERE shares.workspace = fresh.workspace AND shares.segment = fresh.segment
      AND shares.key_id = fresh.old_id`.execute(db);
  }
}
