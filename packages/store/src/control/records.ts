import { createHash } from 'node:crypto';
import { TacetError } from '@tacet/records';
import { type Selectable, sql } from 'kysely';
import type { PeriodRow, RecordRow, SessionRow, TimeRange } from './port.ts';
import type { ControlDatabase, ControlTables } from './schema.ts';

/** Drivers differ in the subclass of Uint8Array they give. */
export const plain = (bytes: Uint8Array) => new Uint8Array(bytes);

export async function getMeta(db: ControlDatabase, key: string): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row && plain(row.value);
}

export async function setMeta(db: ControlDatabase, key: string, value: Uint8Array): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

const hashOf = (body: Uint8Array) => createHash('sha256').update(body).digest();

export async function appendRecord(
  db: ControlDatabase,
  workspace: string,
  kind: string,
  body: Uint8Array,
): Promise<void> {
  await db
    .insertInto('records')
    .values({ workspace, kind, hash: hashOf(body), body })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function listRecords(
  db: ControlDatabase,
  workspace: string,
  kind: string,
): Promise<Uint8Array[]> {
  const rows = await db
    .selectFrom('records')
    .select('body')
    .where('workspace', '=', workspace)
    .where('kind', '=', kind)
    .orderBy('seq')
    .execute();
  return rows.map((row) => plain(row.body));
}

export async function recordsSeen(db: ControlDatabase, workspace: string): Promise<number> {
  const row = await db
    .selectFrom('records')
    .select(({ fn }) => fn.max('seq').as('seen'))
    .where('workspace', '=', workspace)
    .executeTakeFirst();
  return Number(row?.seen ?? 0);
}

export async function changeRecords(
  db: ControlDatabase,
  workspace: string,
  { seen, add, remove }: { seen: number; add: RecordRow[]; remove: RecordRow[] },
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    // Two servers with one database: the second waits here, and then sees what the first appended.
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${workspace}, 0))`.execute(transaction);
    if ((await recordsSeen(transaction, workspace)) !== seen) return false;
    for (const { kind, body } of remove)
      await transaction
        .deleteFrom('records')
        .where('workspace', '=', workspace)
        .where('kind', '=', kind)
        .where('hash', '=', hashOf(body))
        .execute();
    for (const { kind, body } of add) await appendRecord(transaction, workspace, kind, body);
    return true;
  });
}

export async function addSession(db: ControlDatabase, session: SessionRow): Promise<void> {
  const added = await db
    .insertInto('sessions')
    .values({ ...session })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added) return;
  const kept = await db.selectFrom('sessions').selectAll().where('id', '=', session.id).executeTakeFirst();
  const same =
    kept && kept.workspace === session.workspace && Buffer.compare(kept.record, session.record) === 0;
  if (!same) throw new TacetError('STORE_QUERY_FAILED', 'a session of this id exists with another record');
}

export async function listSessions(
  db: ControlDatabase,
  workspace: string,
  range: TimeRange | undefined,
): Promise<SessionRow[]> {
  let query = db
    .selectFrom('sessions')
    .select(['id', 'workspace', 'epoch', 'record'])
    .where('workspace', '=', workspace)
    .orderBy('seq');
  if (range) {
    query = query.where('id', 'in', periodsIn(db, workspace, range).select('session'));
  }
  return (await query.execute()).map(sessionOf);
}

export async function findSession(
  db: ControlDatabase,
  workspace: string,
  id: Uint8Array,
): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select(['id', 'workspace', 'epoch', 'record'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && sessionOf(row);
}

function sessionOf(row: Omit<Selectable<ControlTables['sessions']>, 'seq'>): SessionRow {
  return {
    id: plain(row.id),
    workspace: row.workspace,
    epoch: Number(row.epoch),
    record: plain(row.record),
  };
}

/** Periods whose known time range overlaps `range`; never one that was not widened. */
function periodsIn(db: ControlDatabase, workspace: string, range: TimeRange) {
  let query = db.selectFrom('periods').where('workspace', '=', workspace).where('time_min', 'is not', null);
  if (range.from !== undefined) query = query.where('time_max', '>=', Math.floor(range.from));
  if (range.to !== undefined) query = query.where('time_min', '<=', Math.floor(range.to));
  return query;
}

export async function allotPeriod(
  db: ControlDatabase,
  session: Uint8Array,
  period: number,
  now: number,
): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const owner = await transaction
      .selectFrom('sessions')
      .select('workspace')
      .where('id', '=', session)
      .executeTakeFirst();
    if (!owner) throw new TacetError('SEGMENT_UNKNOWN', 'no such session: add it before its periods');
    // Taken before looking, so that two callers with the same pair do not both count one up.
    const { workspace } = owner;
    const counter = await transaction
      .insertInto('period_counters')
      .values({ workspace, next: 0 })
      .onConflict((conflict) =>
        conflict.column('workspace').doUpdateSet((eb) => ({ next: eb.ref('period_counters.next') })),
      )
      .returning('next')
      .executeTakeFirstOrThrow();
    const known = await transaction
      .selectFrom('periods')
      .select('period_no')
      .where('session', '=', session)
      .where('period', '=', period)
      .executeTakeFirst();
    if (known) return Number(known.period_no);
    const periodNo = Number(counter.next);
    await transaction
      .insertInto('periods')
      .values({
        workspace,
        period_no: periodNo,
        session,
        period,
        created: now,
        time_min: null,
        time_max: null,
      })
      .execute();
    await transaction
      .updateTable('period_counters')
      .set({ next: periodNo + 1 })
      .where('workspace', '=', workspace)
      .execute();
    return periodNo;
  });
}

export async function widenPeriod(
  db: ControlDatabase,
  workspace: string,
  periodNo: number,
  timeMin: number,
  timeMax: number,
): Promise<void> {
  const changed = await db
    .updateTable('periods')
    .set(({ fn, val, cast }) => ({
      // least and greatest pass over null.
      time_min: fn('least', ['time_min', cast(val(timeMin), 'bigint')]),
      time_max: fn('greatest', ['time_max', cast(val(timeMax), 'bigint')]),
    }))
    .where('workspace', '=', workspace)
    .where('period_no', '=', periodNo)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n)
    throw new TacetError('SEGMENT_UNKNOWN', 'no such period: allot it first');
}

export async function listPeriods(
  db: ControlDatabase,
  workspace: string,
  range: TimeRange,
): Promise<PeriodRow[]> {
  const rows = await periodsIn(db, workspace, range)
    .select(['period_no', 'session', 'period', 'time_min', 'time_max'])
    .orderBy('period_no')
    .execute();
  return rows.map((row) => ({
    periodNo: Number(row.period_no),
    session: plain(row.session),
    period: Number(row.period),
    timeMin: Number(row.time_min),
    timeMax: Number(row.time_max),
  }));
}
