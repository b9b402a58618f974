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

/** One release, as the trail keeps it. Texts that people wrote are committed to, not shown. */
export interface ReleaseEntry {
  kind: 'release';
  workspace: string;
  /** Id of the reader's token or account. */
  actor: string;
  /** `search`, `query` (a commitment, when the client gave one) and `segments` (ids), hexadecimal. */
  facts: { [name: string]: string | string[] };
  texts: { purpose: string };
}

/** Where releases are recorded. `Trail` of @tacet/trail has this shape. */
export interface TrailPort {
  /** Resolves when the entry is durable; rejects when it may not be. */
  append(entry: ReleaseEntry): Promise<unknown>;
}
