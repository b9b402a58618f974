import { randomBytes } from 'node:crypto';
import { networkOf, type Principal } from '@tacet/access';
import { type Known, reportedFinding } from '@tacet/audit/watching';
import { TacetError } from '@tacet/records';
import type { AuditStore, OutsideReportRow } from '@tacet/store';
import type { Trail } from '@tacet/trail';
import type { AtRest } from '../at-rest.ts';
import type { Audits } from './audits.ts';
import { ACKNOWLEDGEMENT, type Channels } from './channels.ts';
import { Allowance } from './limit.ts';
import { scrubFinding } from './scrub.ts';

const DAY_SECONDS = 86_400;
/** Reports of one network in an hour, and of everybody in a day. */
const OF_A_NETWORK = 10;
const OF_A_DAY = 200;
const LISTED = 1_000;

/** What somebody outside writes. */
export interface Submission {
  title: string;
  /** Where the hole is. */
  where?: string | undefined;
  details?: string | undefined;
  /** An age file, armored: only whoever has the owner's identity reads it. */
  encrypted?: string | undefined;
  /** Where an acknowledgement goes. */
  email?: string | undefined;
}

/** What is kept of it, without secrets. */
type Kept = Submission;

/** What a reporter is told: nothing of what anybody wrote. Times are seconds since 1970. */
export interface ReportStatus {
  id: string;
  state: OutsideReportRow['state'];
  received: number;
  /** At once: when it is received it is acknowledged. */
  acknowledged: number;
  due: number;
  answered?: number;
}

export interface ReportsParts {
  workspace: string;
  store: Pick<AuditStore, 'outsideReports' | 'findOutsideReport' | 'countOutsideReports'>;
  audits: Audits;
  trail: Pick<Trail, 'append'>;
  channels: Channels;
  texts: AtRest;
  /** Days within which a person answers; undefined: no reports are taken. */
  answerDays: number | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Takes reports of holes from people without an account, and keeps their clock. */
export class Reports {
  readonly #parts: ReportsParts;
  readonly #networks: Allowance;

  constructor(parts: ReportsParts) {
    this.#parts = parts;
    this.#networks = new Allowance(OF_A_NETWORK, 3_600_000, parts.now);
  }

  /** Days within which a person answers. */
  get answerDays(): number {
    if (this.#parts.answerDays === undefined) throw closed();
    return this.#parts.answerDays;
  }

  /** Throws REPORTS_CLOSED, or REPORT_LIMITED when this address has sent many; call it before anything is read. */
  admit(address: string): void {
    if (this.#parts.answerDays === undefined) throw closed();
    if (!this.#networks.take(networkOf(address)))
      throw new TacetError(
        'REPORT_LIMITED',
        'many reports came from this address: wait an hour, or write to the contact',
      );
  }

  /** Keeps a report, durable on return. `page` gives the address of its status. Throws REPORT_LIMITED. */
  async receive(written: Submission, page: (id: string) => string): Promise<ReportStatus> {
    const { workspace, store, audits, trail, channels, texts, now } = this.#parts;
    const received = Math.floor(now() / 1000);
    if ((await store.countOutsideReports(workspace, received - DAY_SECONDS)) >= OF_A_DAY)
      throw new TacetError('REPORT_LIMITED', 'many reports came today: wait a day, or write to the contact');
    const id = randomBytes(16).toString('hex');
    const due = received + this.answerDays * DAY_SECONDS;
    const kept = this.#kept(written);
    const finding = scrubFinding(reportedFinding(kept), (text) => audits.scrub(text));
    const { fingerprint } = finding;
    const told = await this.#mayTell(kept.email, received);
    await trail.append({
      kind: 'audit',
      workspace,
      actor: 'unknown',
      facts: { event: 'reported', finding: fingerprint, encrypted: kept.encrypted !== undefined },
    });
    const row = { id, workspace, fingerprint, state: 'received' as const, received, due };
    const body = texts.seal(`report ${id}`, JSON.stringify(kept));
    const timestamp = new Date(now()).toISOString();
    await audits.change((known) => {
      const before = known.get(fingerprint);
      const duplicate = before !== undefined;
      const tell = { workspace, fingerprint, duplicate, due: new Date(due * 1000).toISOString() };
      const notices = channels
        .whoWants(finding.severity)
        .map((channel) => audits.notice(channel, { type: 'report.received', timestamp, data: tell }));
      if (told && kept.email !== undefined) {
        const data = { to: kept.email, page: page(id), due: tell.due };
        notices.push(audits.notice(ACKNOWLEDGEMENT, { type: 'report.acknowledged', timestamp, data }));
      }
      return {
        finding: seenAgain(before, { ...finding, ...(before && { title: before.finding.title }) }, received),
        notices,
        reports: [{ ...row, body, ...(told && { told }) }],
      };
    });
    return { id, state: 'received', received, acknowledged: received, due };
  }

  /** What became of a report. Throws REPORT_UNKNOWN. */
  async status(id: string): Promise<ReportStatus> {
    const { workspace, store } = this.#parts;
    const row = /^[0-9a-f]{32}$/.test(id) ? await store.findOutsideReport(workspace, id) : undefined;
    if (!row) throw unknown();
    const { state, received, due, answered } = row;
    return { id, state, received, acknowledged: received, due, ...(answered !== undefined && { answered }) };
  }

  /** Reports that became this finding, oldest first, with what they say. */
  async of(fingerprint: string): Promise<(ReportStatus & Kept)[]> {
    const { workspace, store, texts } = this.#parts;
    const rows = await store.outsideReports(workspace, LISTED);
    return rows
      .filter((row) => row.fingerprint === fingerprint)
      .reverse()
      .map(({ id, state, received, due, answered, body }) => {
        const text = texts.open(`report ${id}`, body);
        const kept: Kept = text === undefined ? { title: '(the record was changed)' } : JSON.parse(text);
        const clock = {
          state,
          received,
          acknowledged: received,
          due,
          ...(answered !== undefined && { answered }),
        };
        return { id, ...clock, ...kept };
      });
  }

  /**
   * A person's answer to every report of a finding: it is in the trail first. What is fixed or declined is gone.
   * Throws REPORT_UNKNOWN.
   */
  async answer(
    principal: Principal,
    fingerprint: string,
    state: Exclude<OutsideReportRow['state'], 'received'>,
  ): Promise<void> {
    const { workspace, store, audits, trail, now } = this.#parts;
    const rows = (await store.outsideReports(workspace, LISTED)).filter(
      (row) => row.fingerprint === fingerprint,
    );
    if (rows.length === 0) throw unknown();
    await trail.append({
      kind: 'audit',
      workspace,
      actor: principal.id,
      facts: { event: 'answered', finding: fingerprint, state },
    });
    const answered = Math.floor(now() / 1000);
    await audits.change((known) => {
      const before = known.get(fingerprint);
      const gone = state !== 'confirmed';
      const reports = rows.map((row) => ({ ...row, state, answered: row.answered ?? answered }));
      if (!before) return { reports };
      const { gone: _, ...rest } = before;
      return {
        finding: gone ? { ...rest, state: 'gone', gone: answered } : { ...rest, state: 'open' },
        reports,
      };
    });
  }

  /** Without secrets: reporters paste what they found. What is encrypted nobody here can look into. */
  #kept({ title, where, details, encrypted, email }: Submission): Kept {
    const scrub = (text: string) => this.#parts.audits.scrub(text);
    return {
      title: scrub(title),
      ...(where && { where: scrub(where) }),
      ...(details && { details: scrub(details) }),
      ...(encrypted && { encrypted }),
      ...(email && { email }),
    };
  }

  /** The mark under which it is remembered that an address was written to: once a day, whatever is reported. */
  async #mayTell(email: string | undefined, now: number): Promise<Uint8Array | undefined> {
    const { workspace, store, channels, texts } = this.#parts;
    if (email === undefined || !channels.mail) return undefined;
    const mark = texts.mark(`told ${email.toLowerCase().replace(/\+[^@]*@/, '@')}`);
    return (await store.countOutsideReports(workspace, now - DAY_SECONDS, mark)) === 0 ? mark : undefined;
  }
}

const closed = () => new TacetError('REPORTS_CLOSED', 'this server takes no reports');
const unknown = () => new TacetError('REPORT_UNKNOWN', 'there is no such report');

function seenAgain(before: Known | undefined, finding: Known['finding'], now: number): Known {
  if (!before) return { finding, state: 'open', first: now, last: now, returns: 0 };
  const { gone: _, ...kept } = before;
  const returns = before.returns + (before.state === 'gone' ? 1 : 0);
  return { ...kept, finding, state: 'open', last: now, returns };
}
