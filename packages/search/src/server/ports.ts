/** Who searches, after the token was verified; `Principal` of @tacet/access has this shape. */
export interface SearchPrincipal {
  kind: 'ingest' | 'reader';
  /** Id of the token: the name under which the trail knows the reader. */
  token: string;
  workspace: string;
  /** Why, as given with this request. */
  purpose?: string;
}

export type SearchAction = 'authority' | 'plan' | 'match' | 'release';

/** Decides; throws NOT_ALLOWED or PURPOSE_MISSING. `authorize` of @tacet/access has this shape. */
export interface SearchPolicy {
  authorize(principal: SearchPrincipal, action: SearchAction, resource: { workspace: string }): void;
}

/** One release, as the trail keeps it. Texts that people wrote are committed to, not shown. */
export interface ReleaseEntry {
  kind: 'release';
  workspace: string;
  /** Id of the reader's token. */
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
