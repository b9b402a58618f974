import {
  type Action,
  authorize,
  decodePurpose,
  POLICY,
  type Principal,
  parseToken,
  type TokenRecord,
  verifyToken,
} from '@tacet/access';
import { TacetError } from '@tacet/records';
import type { Context, MiddlewareHandler } from 'hono';
import { methodsOf, ROUTES, routeOf } from './routes/table.ts';

/** What handlers find in the request's context. */
export interface Variables {
  principal: Principal;
}

/** Header that says why somebody reads. */
export const PURPOSE_HEADER = 'Tacet-Purpose';

/** How long a token's record is remembered: an ingesting client sends it many times a second. */
const REMEMBER_MS = 5_000;
const REMEMBER_MOST = 1_000;

/** Turns tokens into principals; the one way in, for requests and for commands in the same process. */
export class Gatekeeper {
  readonly #workspace: string;
  readonly #find: (id: string) => Promise<TokenRecord | undefined>;
  readonly #now: () => number;
  readonly #known = new Map<string, { record: TokenRecord; until: number }>();

  /** `find` looks a record up by token id; `now` gives milliseconds since 1970. */
  constructor(options: {
    workspace: string;
    find: (id: string) => Promise<TokenRecord | undefined>;
    now: () => number;
  }) {
    this.#workspace = options.workspace;
    this.#find = options.find;
    this.#now = options.now;
  }

  /**
   * The principal behind `token`, allowed to do `action`. `purpose` is called only when the action
   * asks for one and the token's kind is allowed at all. Throws TOKEN_INVALID, TOKEN_EXPIRED,
   * NOT_ALLOWED, PURPOSE_MISSING, PURPOSE_INVALID or what the lookup throws.
   */
  async admit(token: string, action: Action, purpose: () => string): Promise<Principal> {
    const parsed = parseToken(token);
    verifyToken(parsed, await this.#record(parsed.id), Math.floor(this.#now() / 1000));
    const principal: Principal = { kind: parsed.kind, token: parsed.id, workspace: parsed.workspace };
    const resource = { workspace: this.#workspace };
    if (!POLICY[action].purpose) {
      authorize(principal, action, resource);
      return principal;
    }
    // Who may never read is told so, not asked why; the decision that counts is the last one.
    authorize({ ...principal, purpose: 'to be given' }, action, resource);
    const stated = { ...principal, purpose: purpose() };
    authorize(stated, action, resource);
    return stated;
  }

  async #record(id: string): Promise<TokenRecord | undefined> {
    const known = this.#known.get(id);
    if (known && known.until > this.#now()) return known.record;
    const record = await this.#find(id);
    if (this.#known.size >= REMEMBER_MOST) this.#known.clear();
    if (record) this.#known.set(id, { record, until: this.#now() + REMEMBER_MS });
    return record;
  }
}

function bearer(c: Context): string {
  const header = c.req.header('authorization');
  const token = header && /^bearer +(\S+)$/i.exec(header)?.[1];
  if (!token) throw new TacetError('TOKEN_MISSING', 'send a token: Authorization: Bearer ...');
  return token;
}

/**
 * Stands before every handler: settles the route, the token, the policy and the purpose. Denies what
 * the table of routes does not name.
 */
export function guard(gatekeeper: Gatekeeper): MiddlewareHandler<{ Variables: Variables }> {
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
      const purpose = () => decodePurpose(c.req.header(PURPOSE_HEADER));
      c.set('principal', await gatekeeper.admit(bearer(c), action, purpose));
    }
    await next();
  };
}
