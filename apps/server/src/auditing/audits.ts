import { randomBytes } from 'node:crypto';
import type { Principal } from '@tacet/access';
import {
  type Change,
  type Covered,
  type Finding,
  type Known,
  MOST_TOLD,
  type Notice,
  type Outcome,
  SEVERITIES,
  type Settled,
  type Severity,
  settle,
} from '@tacet/audit/watching';
import type { Detector } from '@tacet/detect';
import { TacetError } from '@tacet/records';
import type { AuditFindingRow, AuditRunRow, AuditStore, FindingsChange, NoticeRow } from '@tacet/store';
import type { Trail } from '@tacet/trail';
import type { AtRest } from '../at-rest.ts';
import type { Channels } from './channels.ts';
import type { Outbox } from './outbox.ts';
import { scrubFinding } from './scrub.ts';

/** Seconds after which a run that does not say that it lives is taken for dead. */
export const LEASE_SECONDS = 180;
const YEAR_SECONDS = 366 * 86_400;
/** Findings of one workspace; more are not taken. */
const MOST_FINDINGS = 20_000;
const MOST_TARGETS = 1_000;

/** A finding as people are shown it. Times are seconds since 1970. */
export interface AuditedFinding {
  finding: Finding;
  state: 'open' | 'accepted' | 'gone';
  first: number;
  last: number;
  gone?: number;
  returns: number;
  accepted?: { by: string; at: number; until: number; reason: string };
}

/** What a run did, beyond when. */
export interface RunSummary {
  /** Findings that were open and not accepted after it. */
  open: Record<Severity, number>;
  changes: Record<Exclude<Change, 'still'>, number>;
  /** What was looked at, at most `MOST_TARGETS`. */
  targets: string[];
}

export type AuditRun = Omit<AuditRunRow, 'body' | 'workspace' | 'lease'> & Partial<RunSummary>;

/** What the end of a run brought. */
export interface Recorded {
  run: string;
  changes: { change: Change; fingerprint: string }[];
  summary: RunSummary;
}

export interface AuditsParts {
  workspace: string;
  store: AuditStore;
  trail: Pick<Trail, 'append'>;
  channels: Channels;
  outbox: Pick<Outbox, 'kick'>;
  texts: AtRest;
  /** Takes secrets out of texts. */
  detector: () => Pick<Detector, 'scrubText'>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Keeps what audits found, tells of what changed, and lets people accept what may stay. */
export class Audits {
  readonly #parts: AuditsParts;
  #lastOpen: Record<Severity, number> | undefined;

  constructor(parts: AuditsParts) {
    this.#parts = parts;
  }

  /** Open findings that nobody accepted, by severity, after the last run that ended in this process. */
  get lastOpen(): Record<Severity, number> | undefined {
    return this.#lastOpen;
  }

  get #seconds(): number {
    return Math.floor(this.#parts.now() / 1000);
  }

  /** Begins a run; gives its id. Throws AUDIT_RUNNING while another of this scope is under way. */
  async begin(scope: string): Promise<string> {
    const { workspace, store } = this.#parts;
    const id = randomBytes(16).toString('hex');
    const started = this.#seconds;
    if (await store.beginAudit({ id, workspace, scope, started, lease: started + LEASE_SECONDS })) return id;
    throw new TacetError('AUDIT_RUNNING', `an audit of ${scope} is under way`);
  }

  /** Says that a run lives. Throws AUDIT_OVER when it was taken for dead. */
  async renew(id: string): Promise<void> {
    const { workspace, store } = this.#parts;
    if (!(await store.renewAudit(workspace, id, this.#seconds + LEASE_SECONDS))) throw over();
  }

  /** Ends a run with what it found; tells whoever wants to be told. Throws AUDIT_OVER, REQUEST_INVALID. */
  async finish(
    id: string,
    found: Omit<Outcome, 'time'> & { targets: readonly string[] },
    actor: string,
  ): Promise<Recorded> {
    const { workspace, store, trail, outbox, texts } = this.#parts;
    const scope = await store.auditScope(workspace, id);
    if (scope === undefined) throw over();
    const scrub = (text: string) => this.scrub(text);
    const findings = found.findings.map((finding) => scrubFinding(finding, scrub));
    const covered: Covered[] = found.covered.map((one) =>
      'subject' in one && one.subject !== undefined ? { ...one, subject: scrub(one.subject) } : one,
    );
    const ended = this.#seconds;
    let recorded: Recorded | undefined;
    const done = await store.changeFindings(workspace, (rows) => {
      const known = rows.map((row) => this.#known(row));
      const settled = settle(known, { ...found, findings, covered, time: ended });
      if (known.length + settled.filter(({ change }) => change === 'new').length > MOST_FINDINGS)
        throw new TacetError('REQUEST_INVALID', `a workspace has at most ${MOST_FINDINGS} findings`);
      const summary = summaryOf(known, settled, found.targets);
      const changes = settled.map(({ change, finding }) => ({ change, fingerprint: finding.fingerprint }));
      recorded = { run: id, changes, summary };
      const before = new Map(rows.map((row) => [row.fingerprint, row]));
      return {
        findings: settled.map((one) => this.#row(one, before.get(one.finding.fingerprint))),
        notices: this.#notices(id, scope, settled),
        run: {
          id,
          state: found.complete ? 'done' : 'failed',
          ended,
          body: texts.seal(id, JSON.stringify(summary)),
        },
      };
    });
    if (!done || !recorded) throw over();
    this.#lastOpen = recorded.summary.open;
    void outbox.kick();
    await trail.append({
      kind: 'audit',
      workspace,
      actor,
      facts: { event: 'ended', run: id, complete: found.complete, ...recorded.summary.changes },
    });
    return recorded;
  }

  /** Everything that is known, worst and newest first. */
  async list(): Promise<AuditedFinding[]> {
    const { workspace, store } = this.#parts;
    const rows = await store.auditFindings(workspace);
    return rows
      .map((row) => this.#shown(row))
      .sort((a, b) => SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity));
  }

  /** Newest first. */
  async runs(limit: number): Promise<AuditRun[]> {
    const { workspace, store, texts } = this.#parts;
    const rows = await store.audits(workspace, limit);
    return rows.map(({ workspace: _, lease: __, body, ...run }) => {
      const text = body && texts.open(run.id, body);
      return { ...run, ...(text !== undefined && (JSON.parse(text) as RunSummary)) };
    });
  }

  /**
   * Lets a finding stay until a time, for a reason, by somebody's word, which is in the trail first. Throws
   * FINDING_UNKNOWN, REQUEST_INVALID.
   */
  async accept(
    principal: Principal,
    fingerprint: string,
    { reason, until }: { reason: string; until: number },
  ): Promise<void> {
    const { workspace, store, trail, texts } = this.#parts;
    const at = this.#seconds;
    if (until <= at || until > at + YEAR_SECONDS)
      throw new TacetError('REQUEST_INVALID', 'a finding is accepted until a day within a year');
    const unknown = () => new TacetError('FINDING_UNKNOWN', 'no open finding has this fingerprint');
    const isOpen = (row: AuditFindingRow) => row.fingerprint === fingerprint && row.state === 'open';
    if (!(await store.auditFindings(workspace)).some(isOpen)) throw unknown();
    const safe = this.scrub(reason);
    await trail.append({
      kind: 'audit',
      workspace,
      actor: principal.id,
      facts: { event: 'accepted', finding: fingerprint, until },
      texts: { reason: safe },
    });
    let found = false;
    await store.changeFindings(workspace, (known) => {
      const row = known.find(isOpen);
      found = row !== undefined;
      if (!row) return {};
      const accepted = { by: principal.id, at, until, reason: texts.seal(`${fingerprint} reason`, safe) };
      return { findings: [{ ...row, accepted }] };
    });
    if (!found) throw unknown();
  }

  /** Changes that reports from outside make: a finding of one report, and whom to tell. */
  async change(
    change: (known: ReadonlyMap<string, Known>) => Omit<FindingsChange, 'findings'> & { finding?: Known },
  ) {
    const { workspace, store, outbox } = this.#parts;
    await store.changeFindings(workspace, (rows) => {
      const known = new Map(rows.map((row) => [row.fingerprint, this.#known(row)]));
      const { finding, ...rest } = change(known);
      const before = finding && rows.find(({ fingerprint }) => fingerprint === finding.finding.fingerprint);
      return { ...rest, ...(finding && { findings: [this.#row(finding, before)] }) };
    });
    void outbox.kick();
  }

  /** `text` without secrets. */
  scrub(text: string): string {
    return this.#parts.detector().scrubText(text).text;
  }

  /** A notice for one channel, ready to be sent. */
  notice(channel: string, notice: Notice): NoticeRow {
    const { workspace, texts } = this.#parts;
    const id = randomBytes(16).toString('hex');
    const created = this.#seconds;
    const body = texts.seal(id, JSON.stringify(notice));
    return { id, workspace, channel, created, due: created, attempts: 0, state: 'waiting', body };
  }

  #notices(run: string, scope: string, settled: readonly Settled[]): NoticeRow[] {
    const { workspace, channels, now } = this.#parts;
    const worth = settled
      .filter(({ change }) => change !== 'still')
      .sort((a, b) => SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity));
    const worst = worth[0]?.finding.severity;
    if (worst === undefined) return [];
    return channels.whoWants(worst).map((channel) => {
      const wanted = worth.filter(({ finding }) => channels.whoWants(finding.severity).includes(channel));
      const findings = wanted.slice(0, MOST_TOLD).map(({ change, finding }) => {
        const { fingerprint, check, severity, title, subject } = finding;
        return { change, fingerprint, check, severity, title, subject };
      });
      return this.notice(channel, {
        type: 'audit.changed',
        timestamp: new Date(now()).toISOString(),
        data: { workspace, scope, run, findings, more: wanted.length - findings.length },
      });
    });
  }

  #known({
    fingerprint,
    body,
    accepted,
    state,
    first,
    last,
    gone,
    returns,
    severity,
  }: AuditFindingRow): Known {
    const text = this.#parts.texts.open(fingerprint, body);
    const finding =
      text === undefined ? damaged(fingerprint, severity as Severity) : (JSON.parse(text) as Finding);
    return {
      finding,
      state,
      first,
      last,
      returns,
      ...(gone !== undefined && { gone }),
      ...(accepted && { acceptedUntil: accepted.until }),
    };
  }

  #row(
    { finding, acceptedUntil, ...rest }: Known & { change?: Change },
    before?: AuditFindingRow,
  ): AuditFindingRow {
    const { change: _, ...times } = rest;
    const { fingerprint, severity } = finding;
    return {
      ...times,
      fingerprint,
      severity,
      workspace: this.#parts.workspace,
      ...(acceptedUntil !== undefined && before?.accepted && { accepted: before.accepted }),
      body: this.#parts.texts.seal(fingerprint, JSON.stringify(finding)),
    };
  }

  #shown(row: AuditFindingRow): AuditedFinding {
    const { acceptedUntil: _, ...known } = this.#known(row);
    const { accepted, fingerprint } = row;
    const holds = accepted !== undefined && accepted.until > this.#seconds;
    const reason = accepted && this.#parts.texts.open(`${fingerprint} reason`, accepted.reason);
    return {
      ...known,
      state: known.state === 'open' && holds ? 'accepted' : known.state,
      ...(holds && { accepted: { ...accepted, reason: reason ?? '' } }),
    };
  }
}

const over = () => new TacetError('AUDIT_OVER', 'this audit is not under way any more');

function countOpen(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

function summaryOf(
  known: readonly Known[],
  settled: readonly Settled[],
  targets: readonly string[],
): RunSummary {
  const now = new Map<string, Known>(known.map((one) => [one.finding.fingerprint, one]));
  const changes = { new: 0, back: 0, gone: 0, worse: 0, lapsed: 0 };
  for (const one of settled) {
    now.set(one.finding.fingerprint, one);
    if (one.change !== 'still') changes[one.change]++;
  }
  const left = [...now.values()].filter(
    ({ state, acceptedUntil }) => state === 'open' && acceptedUntil === undefined,
  );
  return {
    open: countOpen(left.map(({ finding }) => finding)),
    changes,
    targets: targets.slice(0, MOST_TARGETS),
  };
}

/** What is left of a finding whose record somebody changed. */
function damaged(fingerprint: string, severity: Severity): Finding {
  return {
    fingerprint,
    severity: SEVERITIES.includes(severity) ? severity : 'high',
    check: 'record-damaged',
    title: 'The record of this finding was changed in the database',
    why: 'Whoever can write to the control records can hide findings.',
    fix: 'Restore the control records from a backup, and run the audit again.',
    references: [],
    source: 'self',
    subject: `finding:${fingerprint}`,
  };
}
