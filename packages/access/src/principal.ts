import type { Role } from './actions.ts';

/** Who asks, after a token or a session was verified. */
export interface Principal {
  type: 'token' | 'user';
  /** Id of the token or of the account, hexadecimal: the name under which the trail knows them. */
  id: string;
  role: Role;
  workspace: string;
  /** The services that they are limited to; all when absent. */
  services?: readonly string[];
  /** Why, as given with this request; checked by `checkPurpose`. */
  purpose?: string;
}

/** What is asked for. Everything belongs to exactly one workspace. */
export interface Resource {
  workspace: string;
}

/** What a decision depends on beside who, what and where. */
export interface Circumstances {
  /** Who asked for the approval that is decided. */
  requester?: string;
  /** The role that somebody is given or loses by the request. */
  role?: string;
  /** Services whose events the request touches. */
  services?: readonly string[];
  /** A release: rows of this reader today with this request, and those beyond the budget that were approved. */
  reading?: { today: number; approved: number };
}
