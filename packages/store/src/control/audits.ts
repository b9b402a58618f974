import { type Selectable, sql } from 'kysely';
import type { AuditFindingRow, AuditRunRow, AuditStore, NoticeRow, OutsideReportRow } from './audits-port.ts';
import { plain } from './records.ts';
import type { ControlDatabase, ControlTables } from './schema.ts';

const runOf = (row: Selectable<ControlTables['audit_runs']>): AuditRunRow => ({
  id: row.id,
  workspace: row.workspace,
  scope: row.scope,
  state: row.state as AuditRunRow['state'],
  started: Number(row.started),
  lease: Number(row.lease),
  ...(row.ended !== null && { ended: Number(row.ended) }),
  ...(row.body !== null && { body: plain(row.body) }),
});

const findingOf = (row: Selectable<ControlTables['audit_findings']>): AuditFindingRow => ({
  fingerprint: row.fingerprint,
  workspace: row.workspace,
  severity: row.severity,
  state: row.state as AuditFindingRow['state'],
  first: Number(row.first_seen),
  last: Number(row.last_seen),
  returns: Number(row.returns),
  ...(row.gone !== null && { gone: Number(row.gone) }),
  ...(row.accepted_by !== null && {
    accepted: {
      by: row.accepted_by,
      at: Number(row.accepted_at),
      until: Number(row.accepted_until),
      reason: plain(row.accepted_reason!),
    },
  }),
  body: plain(row.body),
});

const noticeOf = (row: Selectable<ControlTables['notices']>): NoticeRow => ({
  id: row.id,
  workspace: row.workspace,
  channel: row.channel,
  created: Number(row.created),
  due: Number(row.due),
  attempts: Number(row.attempts),
  state: row.state as NoticeRow['state'],
  body: plain(row.body),
});

const reportOf = (row: Selectable<ControlTables['outside_reports']>): OutsideReportRow => ({
  id: row.id,
  workspace: row.workspace,
  fingerprint: row.fingerprint,
  state: row.state as OutsideReportRow['state'],
  received: Number(row.received),
  due: Number(row.due),
  ...(row.answered !== null && { answered: Number(row.answered) }),
  ...(row.told !== null && { told: plain(row.told) }),
  body: plain(row.body),
});

/** Thrown to undo a change whose run is over. */
class RunOver extends Error {}

/** The part of the control records about audits. */
export function auditStore(db: ControlDatabase): AuditStore {
  const findingsOf = async (from: ControlDatabase, workspace: string) => {
    const rows = await from
      .selectFrom('audit_findings')
      .selectAll()
      .where('workspace', '=', workspace)
      .orderBy('last_seen', 'desc')
      .orderBy('fingerprint')
      .execute();
    return rows.map(findingOf);
  };

  return {
    async beginAudit({ id, workspace, scope, started, lease }) {
      return db.transaction().execute(async (transaction) => {
        await alone(transaction, workspace);
        await transaction
          .updateTable('audit_runs')
          .set({ state: 'failed', ended: started })
          .where('workspace', '=', workspace)
          .where('state', '=', 'running')
          .where('lease', '<=', started)
          .execute();
        const added = await transaction
          .insertInto('audit_runs')
          .values({ id, workspace, scope, state: 'running', started, lease, ended: null, body: null })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst();
        return added !== undefined;
      });
    },

    async renewAudit(workspace, id, lease) {
      const renewed = await db
        .updateTable('audit_runs')
        .set({ lease })
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return renewed.numUpdatedRows > 0n;
    },

    async auditScope(workspace, id) {
      const run = await db
        .selectFrom('audit_runs')
        .select('scope')
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return run?.scope;
    },

    async audits(workspace, limit) {
      const rows = await db
        .selectFrom('audit_runs')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(runOf);
    },

    auditFindings: (workspace) => findingsOf(db, workspace),

    async changeFindings(workspace, change) {
      try {
        await db.transaction().execute(async (transaction) => {
          await alone(transaction, workspace);
          const {
            findings = [],
            notices = [],
            run,
            reports = [],
          } = change(await findingsOf(transaction, workspace));
          if (run) {
            const { id, ...end } = run;
            const ended = await transaction
              .updateTable('audit_runs')
              .set({ ...end, body: end.body ?? null })
              .where('workspace', '=', workspace)
              .where('id', '=', id)
              .where('state', '=', 'running')
              .executeTakeFirst();
            if (ended.numUpdatedRows === 0n) throw new RunOver();
          }
          for (const finding of findings) await putFinding(transaction, workspace, finding);
          for (const notice of notices)
            await transaction
              .insertInto('notices')
              .values({ ...notice, workspace })
              .onConflict((conflict) => conflict.doNothing())
              .execute();
          for (const report of reports) await putReport(transaction, workspace, report);
        });
        return true;
      } catch (error) {
        if (error instanceof RunOver) return false;
        throw error;
      }
    },

    async takeNotices(workspace, now, until, limit) {
      const taken = await db
        .updateTable('notices')
        .set({ due: until })
        .where('workspace', '=', workspace)
        .where('id', 'in', (due) =>
          due
            .selectFrom('notices')
            .select('id')
            .where('workspace', '=', workspace)
            .where('state', '=', 'waiting')
            .where('due', '<=', now)
            .orderBy('created')
            .orderBy('id')
            .limit(limit)
            .forUpdate()
            .skipLocked(),
        )
        .returningAll()
        .execute();
      return taken.map(noticeOf).sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
    },

    async settleNotice(workspace, id, left) {
      if (left)
        await db
          .updateTable('notices')
          .set(left)
          .where('workspace', '=', workspace)
          .where('id', '=', id)
          .execute();
      else await db.deleteFrom('notices').where('workspace', '=', workspace).where('id', '=', id).execute();
    },

    async notices(workspace, limit) {
      const rows = await db
        .selectFrom('notices')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('created')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(noticeOf);
    },

    async outsideReports(workspace, limit) {
      const rows = await db
        .selectFrom('outside_reports')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('received', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(reportOf);
    },

    async findOutsideReport(workspace, id) {
      const row = await db
        .selectFrom('outside_reports')
        .selectAll()
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .executeTakeFirst();
      return row && reportOf(row);
    },

    async countOutsideReports(workspace, since, told) {
      let query = db
        .selectFrom('outside_reports')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('workspace', '=', workspace)
        .where('received', '>=', since);
      if (told) query = query.where('told', '=', told);
      return Number((await query.executeTakeFirst())?.count ?? 0);
    },
  };
}

/** Waits for every other change of this workspace's audits, in other processes too. */
async function alone(transaction: ControlDatabase, workspace: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`audit ${workspace}`}, 0))`.execute(transaction);
}

async function putFinding(
  db: ControlDatabase,
  workspace: string,
  { fingerprint, first, last, gone, accepted, ...rest }: AuditFindingRow,
): Promise<void> {
  const values = {
    ...rest,
    workspace,
    first_seen: first,
    last_seen: last,
    gone: gone ?? null,
    accepted_by: accepted?.by ?? null,
    accepted_at: accepted?.at ?? null,
    accepted_until: accepted?.until ?? null,
    accepted_reason: accepted?.reason ?? null,
  };
  await db
    .insertInto('audit_findings')
    .values({ fingerprint, ...values })
    .onConflict((conflict) => conflict.columns(['workspace', 'fingerprint']).doUpdateSet(values))
    .execute();
}

async function putReport(
  db: ControlDatabase,
  workspace: string,
  { id, answered, told, ...rest }: OutsideReportRow,
): Promise<void> {
  const values = { ...rest, workspace, answered: answered ?? null, told: told ?? null };
  await db
    .insertInto('outside_reports')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.columns(['workspace', 'id']).doUpdateSet(values))
    .execute();
}
