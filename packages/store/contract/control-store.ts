import { codeOf } from '@tacet/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlStore, SessionRow, ShareRow } from '../src/control/port.ts';
import { randomBytes } from '../testing/segments.ts';
import { auditStoreContract } from './audit-store.ts';

let workspaces = 0;
/** A workspace of its own for each test, also across runs on one server. */
const newWorkspace = () => `workspace-${process.pid}-${Date.now()}-${++workspaces}`;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function session(workspace: string): SessionRow {
  return { id: randomBytes(16), workspace, epoch: 1, record: randomBytes(1300) };
}

function share(workspace: string): ShareRow {
  return { segment: randomBytes(16), workspace, periodNo: 0, share: randomBytes(32) };
}

/** A clock that tests move by hand; seconds. */
export interface ManualClock {
  seconds: number;
}

/** What every adapter of `ControlStore` must do; `open` is called once, with the clock to read. */
export function controlStoreContract(
  name: string,
  open: (clock: ManualClock) => Promise<ControlStore>,
): void {
  describe(`${name} as a ControlStore`, () => {
    const clock: ManualClock = { seconds: 1_750_000_000 };
    let store: ControlStore;
    beforeAll(async () => {
      store = await open(clock);
    });
    afterAll(async () => {
      await store?.close();
    });

    it('keeps settings', async () => {
      const key = newWorkspace();
      expect(await store.getMeta(key)).toBeUndefined();
      await store.setMeta(key, randomBytes(3));
      const value = Uint8Array.of(0, 255, 39, 92);
      await store.setMeta(key, value);
      expect(await store.getMeta(key)).toEqual(value);
    });

    it('keeps records in their order and each once', async () => {
      const workspace = newWorkspace();
      const bodies = Array.from({ length: 5 }, () => randomBytes(500));
      for (const body of bodies) await store.appendRecord(workspace, 'epoch', body);
      await store.appendRecord(workspace, 'epoch', bodies[1]!);
      await store.appendRecord(workspace, 'root', bodies[2]!);
      expect(await store.records(workspace, 'epoch')).toEqual(bodies);
      expect(await store.records(workspace, 'root')).toEqual([bodies[2]]);
      expect(await store.records(newWorkspace(), 'epoch')).toEqual([]);
    });

    it('changes records all or none, and not when another came between', async () => {
      const workspace = newWorkspace();
      const [first, second, third] = [randomBytes(500), randomBytes(500), randomBytes(500)];
      const row = (body: Uint8Array) => ({ kind: 'epoch', body });
      const seen = await store.recordsSeen(workspace);
      expect(await store.changeRecords(workspace, { seen, add: [row(first), row(second)], remove: [] })).toBe(
        true,
      );
      expect(await store.changeRecords(workspace, { seen, add: [row(third)], remove: [row(first)] })).toBe(
        false,
      );
      expect(await store.records(workspace, 'epoch')).toEqual([first, second]);
      const now = await store.recordsSeen(workspace);
      expect(
        await store.changeRecords(workspace, { seen: now, add: [row(third)], remove: [row(first)] }),
      ).toBe(true);
      expect(await store.records(workspace, 'epoch')).toEqual([second, third]);
      const both = await Promise.all(
        [0, 1].map(async () => {
          const add = [row(randomBytes(500))];
          return store.changeRecords(workspace, {
            seen: await store.recordsSeen(workspace),
            add,
            remove: [],
          });
        }),
      );
      expect(both).toContain(true);
    });

    it('drops the shares of an epoch and of no other', async () => {
      const workspace = newWorkspace();
      const shares: ShareRow[] = [];
      for (const epoch of [1, 2]) {
        const row = { ...session(workspace), epoch };
        await store.addSession(row);
        const periodNo = await store.allotPeriod(row.id, 0, 1);
        shares.push({ ...share(workspace), periodNo }, { ...share(workspace), periodNo });
      }
      const elsewhere = share(newWorkspace());
      await store.addShares([...shares, elsewhere]);
      expect(await store.dropEpochShares(workspace, 1)).toBe(2);
      expect(await store.dropEpochShares(workspace, 1)).toBe(0);
      const left = await store.sharesPresent(
        workspace,
        shares.map(({ segment }) => segment),
      );
      expect(left).toEqual(new Set(shares.slice(2).map(({ segment }) => hex(segment))));
      expect((await store.sharesPresent(elsewhere.workspace, [elsewhere.segment])).size).toBe(1);
    });

    it('wraps shares anew under another key, those that come meanwhile too', async () => {
      const workspace = newWorkspace();
      const rows = Array.from({ length: 30 }, () => share(workspace));
      await store.addShares(rows.slice(0, 20));
      await store.dropShares(workspace, [rows[0]!.segment]);
      const later = rows.slice(20).map((row) => store.addShares([row]));
      await Promise.all([store.rotateShareKey(), store.rotateShareKey(), ...later]);
      const found = await store.shares(
        workspace,
        rows.map(({ segment }) => segment),
      );
      expect(found).toEqual(new Map(rows.slice(1).map((row) => [hex(row.segment), row.share])));
    });

    it('keeps erasures in their order, and what became of them', async () => {
      const workspace = newWorkspace();
      const [one, two] = [randomBytes(16), randomBytes(16)];
      await store.putErasure({ id: one, workspace, body: Uint8Array.of(1) });
      await store.putErasure({ id: two, workspace, body: Uint8Array.of(2) });
      await store.putErasure({ id: one, workspace, body: Uint8Array.of(3) });
      expect(await store.erasures(workspace)).toEqual([
        { id: one, workspace, body: Uint8Array.of(3) },
        { id: two, workspace, body: Uint8Array.of(2) },
      ]);
      expect(await store.erasures(newWorkspace())).toEqual([]);
    });

    it('finds a session by its id, in its own workspace', async () => {
      const row = session(newWorkspace());
      await store.addSession(row);
      expect(await store.findSession(row.workspace, row.id)).toEqual(row);
      expect(await store.findSession(newWorkspace(), row.id)).toBeUndefined();
      expect(await store.findSession(row.workspace, randomBytes(16))).toBeUndefined();
    });

    it('keeps sessions in their order and refuses another record for an id', async () => {
      const workspace = newWorkspace();
      const [first, second] = [session(workspace), session(workspace)];
      await store.addSession(first);
      await store.addSession(second);
      await store.addSession(first);
      expect(await store.sessions(workspace)).toEqual([first, second]);
      const error = await store.addSession({ ...first, record: randomBytes(5) }).catch((thrown) => thrown);
      expect(codeOf(error)).toBe('STORE_QUERY_FAILED');
    });

    it('numbers periods densely in each workspace, the same for the same pair', async () => {
      const [one, two] = [newWorkspace(), newWorkspace()];
      const [a, b, c] = [session(one), session(one), session(two)];
      for (const row of [a, b, c]) await store.addSession(row);
      expect(await store.allotPeriod(a.id, 0, 1)).toBe(0);
      expect(await store.allotPeriod(b.id, 0, 2)).toBe(1);
      expect(await store.allotPeriod(c.id, 0, 3)).toBe(0);
      expect(await store.allotPeriod(a.id, 0, 4)).toBe(0);
      const racing = [1, 2, 3, 1, 2, 3, 1].map((period) => store.allotPeriod(a.id, period, 5));
      const numbers = await Promise.all(racing);
      expect([...new Set(numbers)].sort()).toEqual([2, 3, 4]);
      expect(numbers[3]).toBe(numbers[0]);
      const error = await store.allotPeriod(randomBytes(16), 0, 1).catch((thrown) => thrown);
      expect(codeOf(error)).toBe('SEGMENT_UNKNOWN');
    });

    it('knows the times of periods, and finds sessions by them', async () => {
      const workspace = newWorkspace();
      const [a, b] = [session(workspace), session(workspace)];
      for (const row of [a, b]) {
        await store.addSession(row);
        await store.allotPeriod(row.id, 7, 1);
      }
      expect(await store.periods(workspace)).toEqual([]);
      await store.widenPeriod(workspace, 1, 500, 600);
      await store.widenPeriod(workspace, 1, 400, 450);
      await store.widenPeriod(workspace, 1, 520, 700);
      await store.widenPeriod(workspace, 0, -5, Number.MAX_SAFE_INTEGER);
      const [early, late] = await store.periods(workspace);
      expect(early).toEqual({
        periodNo: 0,
        session: a.id,
        period: 7,
        timeMin: -5,
        timeMax: Number.MAX_SAFE_INTEGER,
      });
      expect(late).toEqual({ periodNo: 1, session: b.id, period: 7, timeMin: 400, timeMax: 700 });
      const at = async (from?: number, to?: number) =>
        (await store.periods(workspace, { from, to })).map((period) => period.periodNo);
      expect(await at(700)).toEqual([0, 1]);
      expect(await at(701)).toEqual([0]);
      expect(await at(undefined, 399.5)).toEqual([0]);
      expect(await at(undefined, -6)).toEqual([]);
      expect(await store.sessions(workspace, { from: 701 })).toEqual([a]);
      const error = await store.widenPeriod(workspace, 99, 0, 0).catch((thrown) => thrown);
      expect(codeOf(error)).toBe('SEGMENT_UNKNOWN');
    });

    it('keeps shares until they are dropped', async () => {
      const workspace = newWorkspace();
      const rows = Array.from({ length: 10 }, () => share(workspace));
      await store.addShares(rows);
      await store.addShares([]);
      const segments = rows.map((row) => row.segment);
      const kept = await store.shares(workspace, [...segments, randomBytes(16)]);
      expect(kept).toEqual(new Map(rows.map((row) => [hex(row.segment), row.share])));
      await store.dropShares(workspace, segments.slice(0, 4));
      expect(await store.sharesPresent(workspace, segments)).toEqual(new Set(segments.slice(4).map(hex)));
      expect((await store.shares(workspace, segments)).size).toBe(6);
      expect((await store.shares(newWorkspace(), segments)).size).toBe(0);
      expect((await store.shares(workspace, [])).size).toBe(0);
    });

    it('keeps the first share of a segment', async () => {
      const workspace = newWorkspace();
      const row = share(workspace);
      await store.addShares([row]);
      await store.addShares([{ ...row, share: randomBytes(32) }, share(workspace)]);
      expect((await store.shares(workspace, [row.segment])).get(hex(row.segment))).toEqual(row.share);
    });

    it('takes many shares at once', async () => {
      const workspace = newWorkspace();
      const rows = Array.from({ length: 12_000 }, () => share(workspace));
      await store.addShares(rows);
      const segments = rows.map((row) => row.segment);
      expect((await store.sharesPresent(workspace, segments)).size).toBe(rows.length);
      await store.dropShares(workspace, segments);
      expect((await store.sharesPresent(workspace, segments)).size).toBe(0);
    });

    it('offers old unconfirmed shares for the orphan sweep', async () => {
      const workspace = newWorkspace();
      const mine = async (olderThan: number) =>
        (await store.orphanShares(olderThan))
          .filter((place) => place.workspace === workspace)
          .map((place) => place.segment);
      const [old, confirmed, young] = [share(workspace), share(workspace), share(workspace)];
      await store.addShares([old, confirmed]);
      await store.confirmShares(workspace, [confirmed.segment]);
      clock.seconds += 100;
      await store.addShares([young]);
      expect(await mine(100)).toEqual([old.segment]);
      expect(await mine(101)).toEqual([]);
      expect(await mine(0)).toEqual([old.segment, young.segment]);
      await store.dropShares(workspace, [old.segment]);
      await store.confirmShares(workspace, [young.segment]);
      expect(await mine(0)).toEqual([]);
    });

    it('keeps accounts, and what opens them, by workspace', async () => {
      const [workspace, elsewhere] = [newWorkspace(), newWorkspace()];
      const user = {
        id: hex(randomBytes(16)),
        workspace,
        name: 'anna',
        role: 'reader',
        services: ['chat'],
        created: 1,
        disabled: false,
      };
      expect(await store.addUser(user)).toBe(true);
      expect(await store.addUser({ ...user, id: hex(randomBytes(16)) })).toBe(false);
      expect(await store.findUser(workspace, { name: 'anna' })).toEqual(user);
      expect(await store.findUser(elsewhere, { id: user.id })).toBeUndefined();
      expect(await store.changeUser(elsewhere, user.id, { disabled: true })).toBe(false);
      expect(await store.changeUser(workspace, user.id, { password: '$argon2id$' })).toBe(true);

      const passkey = {
        id: 'key',
        workspace,
        user: user.id,
        publicKey: randomBytes(77),
        counter: 0,
        created: 2,
      };
      expect(await store.addPasskey(passkey)).toBe(true);
      await store.usePasskey(elsewhere, 'key', 9, 9);
      expect(await store.findPasskey(workspace, 'key')).toEqual(passkey);
      await store.usePasskey(workspace, 'key', 1, 3);
      expect(await store.passkeys(workspace, user.id)).toEqual([{ ...passkey, counter: 1, used: 3 }]);

      const [first, second] = [randomBytes(32), randomBytes(32)];
      await store.addEnrolment({ hash: first, workspace, user: user.id, expires: 100 });
      await store.addEnrolment({ hash: second, workspace, user: user.id, expires: 100 });
      expect(await store.findEnrolment(workspace, first, 50)).toBeUndefined();
      expect(await store.findEnrolment(workspace, second, 100)).toBeUndefined();
      expect(await store.takeEnrolment(elsewhere, second, 50)).toBeUndefined();
      const taken = await Promise.all([1, 2, 3].map(() => store.takeEnrolment(workspace, second, 50)));
      expect(taken.filter(Boolean)).toEqual([user.id]);

      const session = (hash: Uint8Array, expires: number) => ({
        hash,
        workspace,
        user: user.id,
        method: 'passkey',
        created: 1,
        seen: 1,
        expires,
      });
      const [one, two, three] = [session(first, 10), session(second, 20), session(randomBytes(32), 30)];
      for (const each of [one, two, three]) await store.addWebSession(each);
      expect(await store.findWebSession(elsewhere, first)).toBeUndefined();
      await store.endWebSessions(workspace, { expiredBy: 10 });
      expect(await store.findWebSession(workspace, first)).toBeUndefined();
      await store.seeWebSession(workspace, second, 7);
      await store.endWebSessions(elsewhere, { user: user.id });
      await store.endWebSessions(workspace, { user: user.id, except: second });
      expect(await store.webSessions(workspace, user.id)).toEqual([{ ...two, seen: 7 }]);

      await store.dropCredentials(workspace, user.id);
      expect(await store.users(workspace)).toEqual([user]);
      expect(await store.passkeys(workspace)).toEqual([]);
    });

    it('keeps tokens', async () => {
      const workspace = newWorkspace();
      const token = {
        id: hex(randomBytes(16)),
        role: 'ingest',
        workspace,
        hash: randomBytes(32),
        created: 1000,
      };
      const reader = {
        ...token,
        id: hex(randomBytes(16)),
        role: 'reader',
        created: 1001,
        expires: 2000,
      };
      await store.addToken(token);
      await store.addToken(reader);
      expect(await store.findToken(token.id)).toEqual(token);
      expect(await store.findToken(reader.id)).toEqual(reader);
      expect(await store.findToken('nobody')).toBeUndefined();
      expect(codeOf(await store.addToken(token).catch((thrown) => thrown))).toBe('STORE_QUERY_FAILED');
      await store.touchToken(token.id, 5000);
      await store.touchToken(token.id, 5059);
      expect(await store.listTokens(workspace)).toEqual([{ ...token, used: 5000 }, reader]);
      await store.touchToken(token.id, 5060);
      expect((await store.listTokens()).find((use) => use.id === token.id)?.used).toBe(5060);
      expect(await store.removeToken(token.id)).toBe(true);
      expect(await store.removeToken(token.id)).toBe(false);
      expect(await store.findToken(token.id)).toBeUndefined();
    });

    auditStoreContract(() => store, newWorkspace);

    it('does not repeat values in its errors', async () => {
      const token = {
        id: 'a'.repeat(32),
        role: 'reader',
        workspace: 'private-name',
        hash: randomBytes(32),
        created: 0,
      };
      await store.removeToken(token.id);
      await store.addToken(token);
      const error = await store.addToken(token).catch((thrown) => thrown);
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(token.id);
      expect(error.cause).toBeUndefined();
      await store.removeToken(token.id);
    });
  });
}
