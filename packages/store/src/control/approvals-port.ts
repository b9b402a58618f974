/** A reader who wants to read beyond the budget, and what was decided. Seconds since 1970 throughout. */
export interface ApprovalRow {
  /** 32 hexadecimal digits. */
  id: string;
  workspace: string;
  /** Id of the token or account that asks. */
  reader: string;
  state: 'waiting' | 'approved' | 'denied';
  /** Rows that were asked for; once approved, those that are granted. */
  rows: number;
  /** Why, encrypted by whoever stores it here. */
  purpose: Uint8Array;
  asked: number;
  /** Who decided, and when. */
  decider?: string;
  decided?: number;
  /** Until when granted rows can be read. */
  expires?: number;
}

/** How much was read, and what second persons said. Every method works on one workspace only. */
export interface ReadingStore {
  /** Adds `rows` (negative to take back) to what the reader read on this day (days since 1970); gives the sum. */
  addReading(workspace: string, reader: string, day: number, rows: number): Promise<number>;
  /** Rows granted to the reader that have not expired. */
  grantedRows(workspace: string, reader: string, now: number): Promise<number>;
  /** Adds a request; while one of the same reader waits it is renewed. Gives the id that it has. */
  askApproval(request: Omit<ApprovalRow, 'state'>): Promise<string>;
  /** Newest first, at most `limit`. */
  approvals(workspace: string, limit: number): Promise<ApprovalRow[]>;
  /** Decides a waiting request; false when it does not wait (any more): of two who decide one does. */
  decideApproval(
    workspace: string,
    id: string,
    decision: Required<Pick<ApprovalRow, 'state' | 'rows' | 'decider' | 'decided'>> & { expires?: number },
  ): Promise<boolean>;
}
