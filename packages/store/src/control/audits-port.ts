/** One look at something. Seconds since 1970 throughout; bodies are encrypted by whoever stores them here. */
export interface AuditRunRow {
  /** 32 hexadecimal digits. */
  id: string;
  workspace: string;
  /** What is looked at: `self`, or the name of a list of targets. */
  scope: string;
  state: 'running' | 'done' | 'failed';
  started: number;
  /** While it runs: when it is taken for dead unless it is renewed. */
  lease: number;
  ended?: number;
  body?: Uint8Array;
}

/** Somebody's word that a finding may stay until a time. */
export interface AcceptanceRow {
  /** Id of the token or account. */
  by: string;
  at: number;
  until: number;
  reason: Uint8Array;
}

export interface AuditFindingRow {
  /** 32 hexadecimal digits. */
  fingerprint: string;
  workspace: string;
  severity: string;
  state: 'open' | 'gone';
  /** First and last seen. */
  first: number;
  last: number;
  /** When a run looked and it was not there. */
  gone?: number;
  /** How often it came back. */
  returns: number;
  accepted?: AcceptanceRow;
  body: Uint8Array;
}

/** A message on its way to somebody; it is there until it was taken by the other side, or given up. */
export interface NoticeRow {
  /** 32 hexadecimal digits: the same in every attempt. */
  id: string;
  workspace: string;
  /** Where it goes, by its name in the settings. */
  channel: string;
  created: number;
  /** When it is tried next. */
  due: number;
  attempts: number;
  state: 'waiting' | 'failed';
  body: Uint8Array;
}

/** What somebody outside reported. */
export interface OutsideReportRow {
  /** 32 hexadecimal digits: what the reporter asks with. */
  id: string;
  workspace: string;
  /** Of the finding that it became, perhaps together with others. */
  fingerprint: string;
  state: 'received' | 'confirmed' | 'fixed' | 'declined';
  received: number;
  /** By when a person has to answer. */
  due: number;
  answered?: number;
  /** A keyed hash of the address that was told of its receipt, 32 bytes. */
  told?: Uint8Array;
  body: Uint8Array;
}

/** What changes together, or not at all. */
export interface FindingsChange {
  /** Added, or put in the place of those with the same fingerprint. */
  findings?: AuditFindingRow[];
  notices?: NoticeRow[];
  /** Ends a run; when it is not running any more nothing changes. */
  run?: Pick<AuditRunRow, 'id' | 'state' | 'body'> & { ended: number };
  /** Added, or put in the place of those with the same id. */
  reports?: OutsideReportRow[];
}

/** Results of audits. Every method works on one workspace only. */
export interface AuditStore {
  /**
   * Begins a run, unless one of the same scope is under way: false then. One whose lease has run out by
   * `run.started` has failed, and is marked so.
   */
  beginAudit(run: Omit<AuditRunRow, 'state' | 'ended' | 'body'>): Promise<boolean>;
  /** False when the run is not under way any more. */
  renewAudit(workspace: string, id: string, lease: number): Promise<boolean>;
  /** What a run that is under way looks at; undefined when it is not. */
  auditScope(workspace: string, id: string): Promise<string | undefined>;
  /** Newest first, at most `limit`. */
  audits(workspace: string, limit: number): Promise<AuditRunRow[]>;
  /** First those seen last. */
  auditFindings(workspace: string): Promise<AuditFindingRow[]>;
  /**
   * Changes findings by what is known of them: of two changes at once the second sees what the first did.
   * `change` may be called again. False when the change ends a run that is not under way any more.
   */
  changeFindings(workspace: string, change: (known: AuditFindingRow[]) => FindingsChange): Promise<boolean>;
  /** Notices that are due, oldest first; they are due again at `until`, so that nobody else sends them meanwhile. */
  takeNotices(workspace: string, now: number, until: number, limit: number): Promise<NoticeRow[]>;
  /** Undefined: it was sent, and is forgotten. */
  settleNotice(
    workspace: string,
    id: string,
    left: Pick<NoticeRow, 'due' | 'attempts' | 'state'> | undefined,
  ): Promise<void>;
  /** Oldest first, at most `limit`. */
  notices(workspace: string, limit: number): Promise<NoticeRow[]>;
  /** Newest first, at most `limit`. */
  outsideReports(workspace: string, limit: number): Promise<OutsideReportRow[]>;
  findOutsideReport(workspace: string, id: string): Promise<OutsideReportRow | undefined>;
  /** How many came since a time, or, of those, how many had this address told of it. */
  countOutsideReports(workspace: string, since: number, told?: Uint8Array): Promise<number>;
}
