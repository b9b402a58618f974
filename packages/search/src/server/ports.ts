import type { Action, Circumstances, Principal, Resource } from '@tacet/access';

export type SearchAction = Extract<Action, 'authority' | 'plan' | 'match' | 'release'>;

/** Decides; throws NOT_ALLOWED, PURPOSE_MISSING or APPROVAL_NEEDED. `Policy` of @tacet/access has this shape. */
export interface SearchPolicy {
  authorize(
    principal: Principal,
    action: SearchAction,
    resource: Resource,
    circumstances?: Circumstances,
  ): void;
}

/** Decides about a release by what it lets somebody read, and keeps count; throws NOT_ALLOWED or APPROVAL_NEEDED. */
export interface ReadingPort {
  admit(principal: Principal, segments: Uint8Array[]): Promise<void>;
}

/** One search or release, as the trail keeps it. Texts that people wrote are committed to, not shown. */
export interface ReadingEntry {
  kind: 'search' | 'release';
  workspace: string;
  /** Id of the reader's token or account. */
  actor: string;
  /**
   * `search` (the client's id of it) and `query` (a commitment), when the client gave them; of a search
   * how many `tokens`, and its range of time; of a release the ids of its `segments`. Hexadecimal.
   */
  facts: { [name: string]: string | number | string[] };
  texts: { purpose: string };
}

/** Where searches and releases are recorded. `Trail` of @tacet/trail has this shape. */
export interface TrailPort {
  /** Resolves when the entry is durable; rejects when it may not be. */
  append(entry: ReadingEntry): Promise<unknown>;
}
