import type { Selectable } from 'kysely';
import type { AccountStore, PasskeyRow, UserRow, WebSessionRow } from './accounts-port.ts';
import { plain } from './records.ts';
import type { ControlDatabase, ControlTables } from './schema.ts';

const userOf = (row: Selectable<ControlTables['users']>): UserRow => ({
  id: row.id,
  workspace: row.workspace,
  name: row.name,
  role: row.role,
  created: Number(row.created),
  disabled: row.disabled,
  ...(row.services !== null && { services: JSON.parse(row.services) as string[] }),
  ...(row.password !== null && { password: row.password }),
  ...(row.issuer !== null && { issuer: row.issuer }),
  ...(row.subject !== null && { subject: row.subject }),
});

const passkeyOf = (row: Selectable<ControlTables['passkeys']>): PasskeyRow => ({
  id: row.id,
  workspace: row.workspace,
  user: row.user_id,
  publicKey: plain(row.public_key),
  counter: Number(row.counter),
  created: Number(row.created),
  ...(row.used !== null && { used: Number(row.used) }),
});

const sessionOf = (row: Selectable<ControlTables['web_sessions']>): WebSessionRow => ({
  hash: plain(row.hash),
  workspace: row.workspace,
  user: row.user_id,
  method: row.method,
  created: Number(row.created),
  seen: Number(row.seen),
  expires: Number(row.expires),
});

const servicesText = (services: string[] | undefined) => (services ? JSON.stringify(services) : null);

/** The accounts part of the control records. */
export function accountStore(db: ControlDatabase): AccountStore {
  const passkeysOf = (workspace: string) =>
    db.selectFrom('passkeys').selectAll().where('workspace', '=', workspace).orderBy('created');
  const sessionsOf = (workspace: string) =>
    db.selectFrom('web_sessions').selectAll().where('workspace', '=', workspace).orderBy('created');

  return {
    async addUser({ services, password, issuer, subject, ...rest }) {
      const added = await db
        .insertInto('users')
        .values({
          ...rest,
          services: servicesText(services),
          password: password ?? null,
          issuer: issuer ?? null,
          subject: subject ?? null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      return added !== undefined;
    },

    async users(workspace) {
      const rows = await db
        .selectFrom('users')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('created')
        .orderBy('name')
        .execute();
      return rows.map(userOf);
    },

    async findUser(workspace, by) {
      let query = db.selectFrom('users').selectAll().where('workspace', '=', workspace);
      if ('id' in by) query = query.where('id', '=', by.id);
      else if ('name' in by) query = query.where('name', '=', by.name);
      else query = query.where('issuer', '=', by.issuer).where('subject', '=', by.subject);
      const row = await query.executeTakeFirst();
      return row && userOf(row);
    },

    async changeUser(workspace, id, { services, ...rest }) {
      const changed = await db
        .updateTable('users')
        .set({ ...rest, ...(services && { services: servicesText(services) }) })
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .executeTakeFirst();
      return changed.numUpdatedRows > 0n;
    },

    async addPasskey({ user, publicKey, used, ...rest }) {
      const added = await db
        .insertInto('passkeys')
        .values({ ...rest, user_id: user, public_key: publicKey, used: used ?? null })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      return added !== undefined;
    },

    async passkeys(workspace, user) {
      const query = passkeysOf(workspace);
      const rows = await (user === undefined ? query : query.where('user_id', '=', user)).execute();
      return rows.map(passkeyOf);
    },

    async findPasskey(workspace, id) {
      const row = await passkeysOf(workspace).where('id', '=', id).executeTakeFirst();
      return row && passkeyOf(row);
    },

    async usePasskey(workspace, id, counter, now) {
      await db
        .updateTable('passkeys')
        .set({ counter, used: now })
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .execute();
    },

    async dropCredentials(workspace, user) {
      await db.transaction().execute(async (transaction) => {
        for (const table of ['passkeys', 'enrolments'] as const)
          await transaction
            .deleteFrom(table)
            .where('workspace', '=', workspace)
            .where('user_id', '=', user)
            .execute();
        await transaction
          .updateTable('users')
          .set({ password: null })
          .where('workspace', '=', workspace)
          .where('id', '=', user)
          .execute();
      });
    },

    async addEnrolment({ hash, workspace, user, expires }) {
      await db.transaction().execute(async (transaction) => {
        await transaction
          .deleteFrom('enrolments')
          .where('workspace', '=', workspace)
          .where('user_id', '=', user)
          .execute();
        await transaction
          .insertInto('enrolments')
          .values({ hash, workspace, user_id: user, expires })
          .execute();
      });
    },

    async findEnrolment(workspace, hash, now) {
      const row = await db
        .selectFrom('enrolments')
        .select('user_id')
        .where('workspace', '=', workspace)
        .where('hash', '=', hash)
        .where('expires', '>', now)
        .executeTakeFirst();
      return row?.user_id;
    },

    async takeEnrolment(workspace, hash, now) {
      const row = await db
        .deleteFrom('enrolments')
        .where('workspace', '=', workspace)
        .where('hash', '=', hash)
        .where('expires', '>', now)
        .returning('user_id')
        .executeTakeFirst();
      return row?.user_id;
    },

    async addWebSession({ user, ...rest }) {
      await db
        .insertInto('web_sessions')
        .values({ ...rest, user_id: user })
        .execute();
    },

    async findWebSession(workspace, hash) {
      const row = await sessionsOf(workspace).where('hash', '=', hash).executeTakeFirst();
      return row && sessionOf(row);
    },

    async webSessions(workspace, user) {
      return (await sessionsOf(workspace).where('user_id', '=', user).execute()).map(sessionOf);
    },

    async seeWebSession(workspace, hash, now) {
      await db
        .updateTable('web_sessions')
        .set({ seen: now })
        .where('workspace', '=', workspace)
        .where('hash', '=', hash)
        .execute();
    },

    async endWebSessions(workspace, which) {
      let query = db.deleteFrom('web_sessions').where('workspace', '=', workspace);
      if ('hash' in which) query = query.where('hash', '=', which.hash);
      else if ('expiredBy' in which) query = query.where('expires', '<=', which.expiredBy);
      else {
        query = query.where('user_id', '=', which.user);
        if (which.except) query = query.where('hash', '!=', which.except);
      }
      await query.execute();
    },
  };
}
