import { accountStore } from './accounts.ts';
import { readingStore } from './approvals.ts';
import { auditStore } from './audits.ts';
import * as erasures from './erasures.ts';
import { controlError } from './errors.ts';
import { migrateControl } from './migrate.ts';
import type { ControlStore } from './port.ts';
import * as records from './records.ts';
import type { ControlDatabase } from './schema.ts';
import type { ShareKeys } from './share-key.ts';
import * as shares from './shares.ts';
import * as tokens from './tokens.ts';

export interface ControlParts {
  database: ControlDatabase;
  keys: ShareKeys;
  /** Seconds since 1970. */
  now: () => number;
  /** Called last when closing. */
  release: () => Promise<void> | void;
}

/** Migrates the database and gives the control store over it; releases everything on failure. */
export async function openControl(parts: ControlParts): Promise<ControlStore> {
  const { database: db, keys, now } = parts;
  const close = async () => {
    await db.destroy();
    await parts.release();
  };
  try {
    await migrateControl(db);
  } catch (error) {
    await close().catch(() => undefined);
    throw controlError(error);
  }
  /** Additions under way: they may be of a share wrapped under the key before. */
  const adding = new Set<Promise<void>>();
  let rotating: Promise<void> = Promise.resolve();
  return guarded({
    getMeta: (key) => records.getMeta(db, key),
    setMeta: (key, value) => records.setMeta(db, key, value),
    appendRecord: (workspace, kind, body) => records.appendRecord(db, workspace, kind, body),
    records: (workspace, kind) => records.listRecords(db, workspace, kind),
    recordsSeen: (workspace) => records.recordsSeen(db, workspace),
    changeRecords: (workspace, change) => records.changeRecords(db, workspace, change),
    addSession: (session) => records.addSession(db, session),
    findSession: (workspace, id) => records.findSession(db, workspace, id),
    sessions: (workspace, range) => records.listSessions(db, workspace, range),
    allotPeriod: (session, period, at) => records.allotPeriod(db, session, period, at),
    widenPeriod: (workspace, periodNo, timeMin, timeMax) =>
      records.widenPeriod(db, workspace, periodNo, timeMin, timeMax),
    periods: (workspace, range) => records.listPeriods(db, workspace, range ?? {}),
    addShares: (rows) => {
      const work = shares.addShares(db, keys, rows, now());
      adding.add(work);
      return work.finally(() => adding.delete(work));
    },
    shares: (workspace, segments) => shares.findShares(db, keys, workspace, segments),
    sharesPresent: (workspace, segments) => shares.sharesPresent(db, workspace, segments),
    dropShares: (workspace, segments) => shares.dropShares(db, workspace, segments),
    dropEpochShares: (workspace, epoch) => shares.dropEpochShares(db, workspace, epoch),
    orphanShares: (olderThan) => shares.orphanShares(db, now() - olderThan),
    confirmShares: (workspace, segments) => shares.confirmShares(db, workspace, segments),
    rotateShareKey: () => {
      // One after another, and after what was wrapped under the key before.
      rotating = rotating
        .catch(() => {})
        .then(async () => {
          keys.renew();
          await Promise.allSettled(adding);
          await shares.rewrapShares(db, keys);
          keys.forget();
        });
      return rotating;
    },
    putErasure: (erasure) => erasures.putErasure(db, erasure),
    erasures: (workspace) => erasures.listErasures(db, workspace),
    addToken: (token) => tokens.addToken(db, token),
    findToken: (id) => tokens.findToken(db, id),
    touchToken: (id, at) => tokens.touchToken(db, id, at),
    listTokens: (workspace) => tokens.listTokens(db, workspace),
    removeToken: (id) => tokens.removeToken(db, id),
    ...accountStore(db),
    ...readingStore(db),
    ...auditStore(db),
    close,
  });
}

/** The same store with every failure translated: drivers' texts echo values. */
function guarded(store: ControlStore): ControlStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        try {
          return await Reflect.apply(method, target, args);
        } catch (error) {
          throw controlError(error);
        }
      };
    },
  });
}
