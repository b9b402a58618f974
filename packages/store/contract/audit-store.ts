import { describe, expect, it } from 'vitest';
import type {
  AuditFindingRow,
  AuditRunRow,
  AuditStore,
  NoticeRow,
  OutsideReportRow,
} from '../src/control/audits-port.ts';
import { randomBytes } from '../testing/segments.ts';

const newId = () => Buffer.from(randomBytes(16)).toString('hex');

type Begun = Omit<AuditRunRow, 'state' | 'ended' | 'body'>;

function run(workspace: string, more: Partial<Begun> = {}): Begun {
  return { id: newId(), workspace, scope: 'self', started: 1_000, lease: 1_100, ...more };
}

function finding(workspace: string, more: Partial<AuditFindingRow> = {}): AuditFindingRow {
  const seen = { first: 1_000, last: 1_000, returns: 0 };
  const what = { severity: 'high', state: 'open' as const, body: randomBytes(200) };
  return { fingerprint: newId(), workspace, ...what, ...seen, ...more };
}

function notice(workspace: string, more: Partial<NoticeRow> = {}): NoticeRow {
  const when = { created: 1_000, due: 1_000, attempts: 0 };
  return {
    id: newId(),
    workspace,
    channel: 'ops',
    state: 'waiting',
    body: randomBytes(99),
    ...when,
    ...more,
  };
}

function report(workspace: string, more: Partial<OutsideReportRow> = {}): OutsideReportRow {
  const when = { received: 1_000, due: 9_000 };
  return {
    id: newId(),
    workspace,
    fingerprint: newId(),
    state: 'received',
    body: randomBytes(50),
    ...when,
    ...more,
  };
}

/** What the part of the control records about audits must do on every engine. */
export function auditStoreContract(open: () => AuditStore, newWorkspace: () => string): void {
  describe('for audits', () => {
    it('lets one run of a scope be under way, and takes it for dead when it is not renewed', async () => {
      const [store, workspace] = [open(), newWorkspace()];
      const first = run(workspace);
      const both = await Promise.all([store.beginAudit(first), store.beginAudit(run(workspace))]);
      expect(both.filter(Boolean)).toHaveLength(1);
      expect(await store.beginAudit(run(workspace, { scope: 'shop' }))).toBe(true);
      expect(await store.beginAudit(run(newWorkspace()))).toBe(true);
      const under = (await store.audits(workspace, 9)).find(({ scope }) => scope === 'self')!;
      expect(await store.renewAudit(workspace, under.id, 1_300)).toBe(true);
      expect(await store.renewAudit(newWorkspace(), under.id, 9_999)).toBe(false);
      expect(await store.beginAudit(run(workspace, { started: 1_299, lease: 1_400 }))).toBe(false);
      expect(await store.beginAudit(run(workspace, { started: 1_300, lease: 1_400 }))).toBe(true);
      expect(await store.renewAudit(workspace, under.id, 2_000)).toBe(false);
      const [newest, ...older] = await store.audits(workspace, 9);
      expect([newest!.state, newest!.started]).toEqual(['running', 1_300]);
      expect(older.map(({ scope, state, ended }) => [scope, state, ended])).toEqual([
        ['shop', 'failed', 1_299],
        ['self', 'failed', 1_300],
      ]);
    });

    it('changes findings, notices, a run and a report together or not at all', async () => {
      const [store, workspace] = [open(), newWorkspace()];
      const one = run(workspace);
      await store.beginAudit(one);
      const accepted = { by: newId(), at: 1_001, until: 2_000, reason: randomBytes(40) };
      const rows = [finding(workspace, { accepted }), finding(workspace, { state: 'gone', gone: 1_005 })];
      const told = randomBytes(32);
      const change = {
        findings: rows,
        notices: [notice(workspace)],
        run: { id: one.id, state: 'done' as const, ended: 1_050, body: randomBytes(20) },
        reports: [report(workspace, { told })],
      };
      expect(await store.changeFindings(workspace, () => change)).toBe(true);
      const byPrint = (a: AuditFindingRow, b: AuditFindingRow) => (a.fingerprint < b.fingerprint ? -1 : 1);
      expect(await store.auditFindings(workspace)).toEqual([...rows].sort(byPrint));
      expect(await store.notices(workspace, 9)).toEqual(change.notices);
      expect(await store.audits(workspace, 9)).toEqual([{ ...one, ...change.run }]);
      expect(await store.outsideReports(workspace, 9)).toEqual(change.reports);
      // The run is over: whoever ends it again, late, changes nothing.
      const late = { ...change, findings: [finding(workspace)], notices: [notice(workspace)] };
      expect(await store.changeFindings(workspace, () => late)).toBe(false);
      expect(await store.auditFindings(workspace)).toHaveLength(2);
      expect(await store.notices(workspace, 9)).toHaveLength(1);
      const again = { ...rows[0]!, last: 3_000, state: 'open' as const };
      delete again.accepted;
      await store.changeFindings(workspace, (known) => {
        expect(known).toHaveLength(2);
        return { findings: [again] };
      });
      expect((await store.auditFindings(workspace))[0]).toEqual(again);
      const elsewhere = newWorkspace();
      await store.changeFindings(elsewhere, (known) => {
        expect(known).toEqual([]);
        return {
          findings: [{ ...again, body: randomBytes(9) }],
          reports: [{ ...change.reports[0]!, state: 'fixed' }],
        };
      });
      expect((await store.auditFindings(workspace))[0]).toEqual(again);
      expect(await store.findOutsideReport(workspace, change.reports[0]!.id)).toEqual(change.reports[0]);
      expect(await store.findOutsideReport(newWorkspace(), change.reports[0]!.id)).toBeUndefined();
      expect(await store.countOutsideReports(workspace, 1_000)).toBe(1);
      expect(await store.countOutsideReports(workspace, 1_001)).toBe(0);
      expect(await store.countOutsideReports(workspace, 0, told)).toBe(1);
      expect(await store.countOutsideReports(workspace, 0, randomBytes(32))).toBe(0);
    });

    it('shows each of two changes at once what the other did', async () => {
      const [store, workspace] = [open(), newWorkspace()];
      const seen: number[] = [];
      const add = () =>
        store.changeFindings(workspace, (known) => {
          seen.push(known.length);
          return { findings: [finding(workspace)] };
        });
      await Promise.all([add(), add(), add()]);
      expect(seen.sort()).toEqual([0, 1, 2]);
    });

    it('gives a notice to one who sends, until that one had the time to', async () => {
      const [store, workspace] = [open(), newWorkspace()];
      const notices = [notice(workspace), notice(workspace, { created: 1_001, due: 1_001 })];
      await store.changeFindings(workspace, () => ({ notices: [...notices, notices[0]!] }));
      expect(await store.takeNotices(workspace, 999, 1_060, 9)).toEqual([]);
      expect(await store.takeNotices(newWorkspace(), 2_000, 2_060, 9)).toEqual([]);
      const taken = await Promise.all([1, 2].map(() => store.takeNotices(workspace, 1_001, 1_060, 9)));
      expect(taken.flat().map(({ id }) => id)).toEqual(notices.map(({ id }) => id));
      expect(await store.takeNotices(workspace, 1_060, 1_120, 1)).toHaveLength(1);
      await store.settleNotice(newWorkspace(), notices[0]!.id, undefined);
      await store.settleNotice(workspace, notices[0]!.id, { due: 5_000, attempts: 1, state: 'waiting' });
      await store.settleNotice(workspace, notices[1]!.id, { due: 1_000, attempts: 9, state: 'failed' });
      expect(await store.takeNotices(workspace, 4_999, 9_000, 9)).toEqual([]);
      expect(await store.takeNotices(workspace, 5_000, 9_000, 9)).toHaveLength(1);
      await store.settleNotice(workspace, notices[0]!.id, undefined);
      expect((await store.notices(workspace, 9)).map(({ id, state }) => [id, state])).toEqual([
        [notices[1]!.id, 'failed'],
      ]);
    });
  });
}
