import type { AccountStore } from './accounts-port.ts';
import type { ReadingStore } from './approvals-port.ts';
import type { AuditStore } from './audits-port.ts';

/** Seconds since 1970 throughout; ids and hashes are bytes. */
export interface SessionRow {
  /** 16 bytes. */
  id: Uint8Array;
  workspace: string;
  epoch: number;
  /** The signed session record. */
  record: Uint8Array;
}

/** A signed record by the name of its kind. */
export interface RecordRow {
  kind: string;
  body: Uint8Array;
}

export interface PeriodRow {
  /** Dense within its workspace, from 0. */
  periodNo: number;
  session: Uint8Array;
  period: number;
  timeMin: number;
  timeMax: number;
}

export interface ShareRow {
  /** Id of the segment, 16 bytes. */
  segment: Uint8Array;
  workspace: string;
  periodNo: number;
  /** 32 bytes; stored only wrapped. */
  share: Uint8Array;
}

/** A person's data on its way out; what stands in `body` is the server's affair. */
export interface ErasureRow {
  /** 16 bytes. */
  id: Uint8Array;
  workspace: string;
  /** UTF-8 JSON. */
  body: Uint8Array;
}

/** Which share, without it. */
export interface SharePlace {
  workspace: string;
  segment: Uint8Array;
}

/** What is kept of a bearer token; the hash is of its secret part. */
export interface TokenRow {
  /** 32 hexadecimal digits. */
  id: string;
  role: string;
  workspace: string;
  /** SHA-256 of the secret, 32 bytes. */
  hash: Uint8Array;
  created: number;
  expires?: number;
  /** The services that it is limited to; all when absent. */
  services?: string[];
  label?: string;
}

/** A token as listed: with when it was last seen, to the minute it was told. */
export interface TokenUse extends TokenRow {
  used?: number;
}

/** Events overlapping these times, both inclusive. */
export interface TimeRange {
  from?: number | undefined;
  to?: number | undefined;
}

/**
 * The control records: authority, sessions, periods, shares, tokens, accounts. Small, relational, durable (synced)
 * when a method returns. Methods fail with STORE_UNAVAILABLE or STORE_FULL (try again),
 * STORE_QUERY_FAILED, and where shares are opened SHARE_KEY_INVALID.
 */
export interface ControlStore extends AccountStore, ReadingStore, AuditStore {
  getMeta(key: string): Promise<Uint8Array | undefined>;
  setMeta(key: string, value: Uint8Array): Promise<void>;

  /** Appends a signed record; the same bytes again change nothing. */
  appendRecord(workspace: string, kind: string, body: Uint8Array): Promise<void>;
  /** Records of one kind in the order they came. */
  records(workspace: string, kind: string): Promise<Uint8Array[]>;
  /** A number that grows with every record; take it before the records that a change rests on are read. */
  recordsSeen(workspace: string): Promise<number>;
  /**
   * Appends records and deletes others, all or none, unless one was appended since `seen` was taken:
   * then nothing changes and false is given.
   */
  changeRecords(
    workspace: string,
    change: { seen: number; add: RecordRow[]; remove: RecordRow[] },
  ): Promise<boolean>;

  /** Idempotent by id; STORE_QUERY_FAILED when the id is there with another record. */
  addSession(session: SessionRow): Promise<void>;
  findSession(workspace: string, id: Uint8Array): Promise<SessionRow | undefined>;
  /** Sessions in the order they came; with a range, those with a period in it. */
  sessions(workspace: string, range?: TimeRange): Promise<SessionRow[]>;

  /** The number of (session, period) in the session's workspace; the same for the same pair. SEGMENT_UNKNOWN without the session. */
  allotPeriod(session: Uint8Array, period: number, now: number): Promise<number>;
  /** Widens the known time range of a period; call before its segments are acknowledged. */
  widenPeriod(workspace: string, periodNo: number, timeMin: number, timeMax: number): Promise<void>;
  /** Periods that have been widened (the others hold no acknowledged segment), by number. */
  periods(workspace: string, range?: TimeRange): Promise<PeriodRow[]>;

  /** Stores shares wrapped under the current share key, all or none. A share already there stays. */
  addShares(shares: ShareRow[]): Promise<void>;
  /** Shares by hexadecimal segment id; what is superseded, erased or unknown is absent. */
  shares(workspace: string, segments: Uint8Array[]): Promise<Map<string, Uint8Array>>;
  /** Which of these segments have a share, hexadecimal; opens none. */
  sharesPresent(workspace: string, segments: Uint8Array[]): Promise<Set<string>>;
  dropShares(workspace: string, segments: Uint8Array[]): Promise<void>;
  /** Deletes the share of every segment of an epoch's sessions; gives how many there were. */
  dropEpochShares(workspace: string, epoch: number): Promise<number>;
  /**
   * Shares added at least `olderThan` seconds ago and never confirmed, oldest first, at most 10,000:
   * their insert into the log store may have failed. The caller looks the segments up there, confirms
   * those that exist and drops the rest.
   */
  orphanShares(olderThan: number): Promise<SharePlace[]>;
  confirmShares(workspace: string, segments: Uint8Array[]): Promise<void>;

  /**
   * Draws a new share key, wraps every share under it and forgets the keys before: copies of the database
   * made until now then open no share, deleted ones least of all. An interrupted call is made up for by
   * the next. One program at a time may have the key file.
   */
  rotateShareKey(): Promise<void>;

  /** Adds an erasure, or replaces its body. */
  putErasure(erasure: ErasureRow): Promise<void>;
  /** In the order they came. */
  erasures(workspace: string): Promise<ErasureRow[]>;

  addToken(token: TokenRow): Promise<void>;
  findToken(id: string): Promise<TokenRow | undefined>;
  touchToken(id: string, now: number): Promise<void>;
  listTokens(workspace?: string): Promise<TokenUse[]>;
  /** Deletes a token; false when there was none. */
  removeToken(id: string): Promise<boolean>;

  close(): Promise<void>;
}
