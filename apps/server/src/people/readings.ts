import { randomBytes } from 'node:crypto';
import type { Policy, Principal } from '@tacet/access';
import { codeOf, TacetError } from '@tacet/records';
import type { ApprovalRow, LogStore, ReadingStore } from '@tacet/store';
import type { Trail } from '@tacet/trail';
import { AtRest } from '../at-rest.ts';

const DAY_SECONDS = 86_400;

/** A request as its deciders see it. */
export interface Approval extends Omit<ApprovalRow, 'workspace' | 'purpose'> {
  purpose: string;
}

/**
 * Keeps count of the rows that each reader may have read, asks the policy about every release, and
 * turns a refusal for want of approval into a request that a second person can decide.
 */
export class Readings {
  readonly #workspace: string;
  readonly #policy: Policy;
  readonly #store: ReadingStore;
  readonly #logs: Pick<LogStore, 'reach'>;
  readonly #trail: Pick<Trail, 'append'>;
  readonly #texts: AtRest;
  readonly #now: () => number;

  /** `key`: 32 bytes that protect purposes; `now` gives milliseconds since 1970. */
  constructor(options: {
    workspace: string;
    policy: Policy;
    store: ReadingStore;
    logs: Pick<LogStore, 'reach'>;
    trail: Pick<Trail, 'append'>;
    key: Uint8Array;
    now: () => number;
  }) {
    this.#workspace = options.workspace;
    this.#policy = options.policy;
    this.#store = options.store;
    this.#logs = options.logs;
    this.#trail = options.trail;
    this.#texts = new AtRest(options.key, 'tacet/v1/approval');
    this.#now = options.now;
  }

  /**
   * Lets a release of these segments through, or throws what the policy throws. Rows are counted before
   * they are released: of two at once neither is forgotten.
   */
  async admit(principal: Principal, segments: Uint8Array[]): Promise<void> {
    const workspace = this.#workspace;
    const seconds = Math.floor(this.#now() / 1000);
    const day = Math.floor(seconds / DAY_SECONDS);
    const { rows, services } = await this.#logs.reach(workspace, segments);
    const today = await this.#store.addReading(workspace, principal.id, day, rows);
    const approved = await this.#store.grantedRows(workspace, principal.id, seconds);
    try {
      const reading = { today, approved };
      this.#policy.authorize(principal, 'release', { workspace }, { services, reading }, this.#now());
    } catch (error) {
      await this.#store.addReading(workspace, principal.id, day, -rows);
      if (codeOf(error) !== 'APPROVAL_NEEDED') throw error;
      const id = await this.#ask(principal, rows, seconds);
      throw new TacetError('APPROVAL_NEEDED', `${(error as Error).message} (request ${id.slice(0, 12)})`);
    }
  }

  /** What waits and what was decided, newest first. */
  async list(limit = 200): Promise<Approval[]> {
    const rows = await this.#store.approvals(this.#workspace, limit);
    return rows.map(({ workspace: _, purpose, ...rest }) => ({
      ...rest,
      // Empty when it was tampered with: a decider then has no reason to agree.
      purpose: this.#texts.open(rest.id, purpose) ?? '',
    }));
  }

  /** Decides a waiting request. Throws APPROVAL_UNKNOWN and what the policy throws (not one's own). */
  async decide(principal: Principal, id: string, state: 'approved' | 'denied', rows: number): Promise<void> {
    const workspace = this.#workspace;
    const unknown = () => new TacetError('APPROVAL_UNKNOWN', 'no request of this id waits');
    const request = (await this.list()).find((one) => one.id === id && one.state === 'waiting');
    if (!request) throw unknown();
    const asked = { requester: request.reader };
    this.#policy.authorize(principal, 'decide-approval', { workspace }, asked, this.#now());
    const decided = Math.floor(this.#now() / 1000);
    await this.#trail.append({
      kind: 'approval',
      workspace,
      actor: principal.id,
      facts: { event: state, request: id, reader: request.reader, ...(state === 'approved' && { rows }) },
    });
    const granted = state === 'approved' ? { rows, expires: decided + DAY_SECONDS } : { rows: request.rows };
    if (
      !(await this.#store.decideApproval(workspace, id, {
        state,
        decider: principal.id,
        decided,
        ...granted,
      }))
    )
      throw unknown();
  }

  async #ask(principal: Principal, rows: number, asked: number): Promise<string> {
    const workspace = this.#workspace;
    const before = (await this.#store.approvals(workspace, 200)).find(
      ({ reader, state }) => reader === principal.id && state === 'waiting',
    );
    const id = before?.id ?? randomBytes(16).toString('hex');
    const purpose = this.#texts.seal(id, principal.purpose ?? '');
    const kept = await this.#store.askApproval({ id, workspace, reader: principal.id, rows, purpose, asked });
    // Once for each request: a program that tries again and again must not fill the trail.
    if (!before)
      await this.#trail.append({
        kind: 'approval',
        workspace,
        actor: principal.id,
        facts: { event: 'asked', request: kept, rows },
        texts: { purpose: principal.purpose ?? '' },
      });
    return kept;
  }
}
