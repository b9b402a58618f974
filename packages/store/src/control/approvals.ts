import type { ApprovalRow, ReadingStore } from './approvals-port.ts';
import { plain } from './records.ts';
import type { ControlDatabase } from './schema.ts';

/** The part of the control records about how much is read. */
export function readingStore(db: ControlDatabase): ReadingStore {
  return {
    async addReading(workspace, reader, day, rows) {
      const sum = await db
        .insertInto('readings')
        .values({ workspace, reader, day, rows })
        .onConflict((conflict) =>
          conflict
            .columns(['workspace', 'reader', 'day'])
            .doUpdateSet((eb) => ({ rows: eb('readings.rows', '+', eb.ref('excluded.rows')) })),
        )
        .returning('rows')
        .executeTakeFirstOrThrow();
      return Number(sum.rows);
    },

    async grantedRows(workspace, reader, now) {
      const granted = await db
        .selectFrom('approvals')
        .select(({ fn }) => fn.sum('rows').as('rows'))
        .where('workspace', '=', workspace)
        .where('reader', '=', reader)
        .where('state', '=', 'approved')
        .where('expires', '>', now)
        .executeTakeFirst();
      return Number(granted?.rows ?? 0);
    },

    async askApproval({ decider: _, decided: __, expires: ___, ...request }) {
      const { rows, purpose, asked } = request;
      const asking = await db
        .insertInto('approvals')
        .values({ ...request, state: 'waiting', decider: null, decided: null, expires: null })
        .onConflict((conflict) =>
          conflict
            .columns(['workspace', 'reader'])
            .where('state', '=', 'waiting')
            .doUpdateSet({ rows, purpose, asked }),
        )
        .returning('id')
        .executeTakeFirstOrThrow();
      return asking.id;
    },

    async approvals(workspace, limit) {
      const rows = await db
        .selectFrom('approvals')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('asked', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        workspace: row.workspace,
        reader: row.reader,
        state: row.state as ApprovalRow['state'],
        rows: Number(row.rows),
        purpose: plain(row.purpose),
        asked: Number(row.asked),
        ...(row.decider !== null && { decider: row.decider }),
        ...(row.decided !== null && { decided: Number(row.decided) }),
        ...(row.expires !== null && { expires: Number(row.expires) }),
      }));
    },

    async decideApproval(workspace, id, { expires, ...decision }) {
      const changed = await db
        .updateTable('approvals')
        .set({ ...decision, expires: expires ?? null })
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .executeTakeFirst();
      return changed.numUpdatedRows > 0n;
    },
  };
}
