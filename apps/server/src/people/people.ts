import type { AccountStore } from '@tacet/store';
import type { Trail } from '@tacet/trail';
import { Gate } from './gate.ts';
import { Oidc, type OidcSettings } from './oidc.ts';
import type { Reach } from './origin.ts';
import { Passkeys } from './passkeys.ts';
import { SESSION_LIMITS, WebSessions } from './sessions.ts';

/** What the routes for people work with. */
export interface PeopleParts {
  reach: Reach;
  sessions: WebSessions;
  passkeys: Passkeys;
  gate: Gate;
  /** When the settings name a provider. */
  oidc: Oidc | undefined;
}

/** Puts them together for one workspace; `now` gives milliseconds since 1970. */
export function peopleParts(options: {
  workspace: string;
  store: AccountStore;
  trail: Pick<Trail, 'append'>;
  reach: Reach;
  oidc: OidcSettings | undefined;
  now: () => number;
}): PeopleParts {
  return {
    reach: options.reach,
    sessions: new WebSessions({ ...options, limits: SESSION_LIMITS }),
    passkeys: new Passkeys(options.now),
    gate: new Gate(options),
    oidc: options.oidc && new Oidc(options.oidc, options.now),
  };
}
