import {
  type Action,
  decodePurpose,
  type Policy,
  type Principal,
  parseToken,
  type Role,
  type TokenRecord,
  verifyToken,
} from '@tacet/access';
import { codeOf, TacetError } from '@tacet/records';
import type { Context, MiddlewareHandler } from 'hono';
import { type Reach, requireOwnOrigin } from './people/origin.ts';
import type { SignedIn, WebSessions } from './people/sessions.ts';
import { methodsOf, ROUTES, routeOf } from './routes/table.ts';

/** What handlers find in the request's context. */
export interface Variables {
  principal: Principal;
  /** When a browser's session and not a token let the request in. */
  signedIn: SignedIn | undefined;
}

/** Header that says why somebody reads. */
export const PURPOSE_HEADER = 'Tacet-Purpose';

/** How long a token's record is remembered: an ingesting client sends it many times a second. */
const REMEMBER_MS = 5_000;
const REMEMBER_MOST = 1_000;
/** How often the last use of a token is written at most. */
const TOUCH_MS = 60_000;

/** What the gatekeeper needs of the control records. */
export interface TokenStore {
  findToken(id: string): Promise<TokenRecord | undefined>;
  /** `now` in seconds since 1970. */
  touchToken(id: string, now: number): Promise<void>;
}

/** Turns tokens into principals; the one way in, for requests and for commands in the same process. */
export class Gatekeeper {
  readonly #workspace: string;
  readonly #policy: Policy;
  readonly #tokens: TokenStore;
  readonly #now: () => number;
  readonly #known = new Map<string, { record: TokenRecord; until: number }>();
  readonly #touched = new Map<string, number>();

  /** `now` gives milliseconds since 1970. */
  constructor(options: { workspace: string; policy: Policy; tokens: TokenStore; now: () => number }) {
    this.#workspace = options.workspace;
    this.#policy = options.policy;
    this.#tokens = options.tokens;
    this.#now = options.now;
  }

  /**
   * The principal behind `token`, allowed to do `action` for the purpose that `purpose` gives. Throws
   * TOKEN_INVALID, TOKEN_EXPIRED, what the policy throws (NOT_ALLOWED, PURPOSE_MISSING), PURPOSE_INVALID
   * when that is why there is none, or what the lookup throws.
   */
  async admit(token: string, action: Action, purpose: () => string | undefined): Promise<Principal> {
    return this.allow(await this.#identify(token), action, purpose);
  }

  /** Asks the policy; gives the principal with its purpose. Throws as `admit`. */
  allow(principal: Principal, action: Action, purpose: () => string | undefined): Principal {
    let stated: string | undefined;
    let unusable: unknown;
    try {
      stated = purpose();
    } catch (error) {
      unusable = error;
    }
    const asking = stated === undefined ? principal : { ...principal, purpose: stated };
    try {
      this.#policy.authorize(asking, action, { workspace: this.#workspace }, {}, this.#now());
    } catch (error) {
      throw unusable !== undefined && codeOf(error) === 'PURPOSE_MISSING' ? unusable : error;
    }
    return asking;
  }

  /** Makes a change of a token's record count at once, here. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  async #identify(token: string): Promise<Principal> {
    const parsed = parseToken(token);
    const record = await this.#record(parsed.id);
    verifyToken(parsed, record, Math.floor(this.#now() / 1000));
    this.#touch(parsed.id);
    const { id, role, workspace } = parsed;
    return { type: 'token', id, role, workspace, ...(record?.services && { services: record.services }) };
  }

  /** Notes the use of a token. Not waited for: a lost minute must not delay or refuse a request. */
  #touch(id: string): void {
    const now = this.#now();
    if (now - (this.#touched.get(id) ?? Number.NEGATIVE_INFINITY) < TOUCH_MS) return;
    if (this.#touched.size >= REMEMBER_MOST) this.#touched.clear();
    this.#touched.set(id, now);
    this.#tokens.touchToken(id, Math.floor(now / 1000)).catch(() => {});
  }

  async #record(id: string): Promise<TokenRecord | undefined> {
    const known = this.#known.get(id);
    if (known && known.until > this.#now()) return known.record;
    const record = await this.#tokens.findToken(id);
    if (this.#known.size >= REMEMBER_MOST) this.#known.clear();
    if (record) this.#known.set(id, { record, until: this.#now() + REMEMBER_MS });
    return record;
  }
}

/** The token of a request. Throws TOKEN_MISSING. */
export function bearer(c: Context): string {
  const header = c.req.header('authorization');
  const token = header && /^bearer +(\S+)$/i.exec(header)?.[1];
  if (!token) throw new TacetError('TOKEN_MISSING', 'send a token: Authorization: Bearer ...');
  return token;
}

function principalOf({ user }: SignedIn): Principal {
  const { id, workspace, services } = user;
  // A role that nobody knows is one that no policy permits anything.
  return { type: 'user', id, role: user.role as Role, workspace, ...(services && { services }) };
}

/**
 * Stands before every handler: settles the route, the token or the session, the policy and the purpose. Denies what
 * the table of routes does not name.
 */
export function guard({
  gatekeeper,
  sessions,
  reach,
}: {
  gatekeeper: Gatekeeper;
  sessions: WebSessions;
  reach: Reach;
}): MiddlewareHandler<{ Variables: Variables }> {
  return async (c, next) => {
    const route = routeOf(c.req.method, c.req.path);
    if (route === undefined) {
      const methods = methodsOf(c.req.path);
      if (methods.length === 0) throw new TacetError('ROUTE_UNKNOWN', 'there is nothing here');
      c.header('Allow', methods.join(', '));
      throw new TacetError('METHOD_NOT_ALLOWED', `use ${methods.join(' or ')}`);
    }
    const action = ROUTES[route];
    if (action !== 'open') {
      const header = c.req.header(PURPOSE_HEADER);
      const purpose = () => (header === undefined ? undefined : decodePurpose(header));
      // A token, when there is one, decides: a cookie that a browser adds to it changes nothing.
      const signedIn = c.req.header('authorization') === undefined ? await sessions.find(c) : undefined;
      if (signedIn) {
        requireOwnOrigin(c, reach);
        c.set('signedIn', signedIn);
        c.set('principal', gatekeeper.allow(principalOf(signedIn), action, purpose));
      } else c.set('principal', await gatekeeper.admit(bearer(c), action, purpose));
    }
    await next();
  };
}
