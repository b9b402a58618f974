import { hashCode, newCode } from '@tacet/access';
import { TacetError } from '@tacet/records';
import type { AccountStore, UserRow, WebSessionRow } from '@tacet/store';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { originOf, type Reach } from './origin.ts';

/** When sessions end: after so long without use, and after so long at all. Seconds. */
export interface SessionLimits {
  idle: number;
  absolute: number;
}

export const SESSION_LIMITS: SessionLimits = { idle: 2 * 3_600, absolute: 12 * 3_600 };

/** Providers' words kept at most. */
const ID_TOKENS_MOST = 10_000;
/** Use is written down at most this often, in seconds. */
const SEEN_SECONDS = 60;

/** Who is signed in, and by which session. */
export interface SignedIn {
  user: UserRow;
  session: WebSessionRow;
}

/** Browsers that are signed in: a cookie that no script can read, kept as a hash. */
export class WebSessions {
  readonly #workspace: string;
  readonly #store: AccountStore;
  readonly #limits: SessionLimits;
  readonly #reach: Reach;
  /** What a provider said, by session, for signing out there: in memory only, lost when the server stops. */
  readonly #idTokens = new Map<string, string>();
  /** Seconds since 1970. */
  readonly #now: () => number;

  constructor(options: {
    workspace: string;
    store: AccountStore;
    limits: SessionLimits;
    reach: Reach;
    now: () => number;
  }) {
    this.#workspace = options.workspace;
    this.#store = options.store;
    this.#limits = options.limits;
    this.#reach = options.reach;
    this.#now = () => Math.floor(options.now() / 1000);
  }

  /** Signs an account in: a new session each time, whatever cookie the browser had. */
  async start(c: Context, user: UserRow, method: string, idToken?: string): Promise<void> {
    const now = this.#now();
    await this.#store.endWebSessions(this.#workspace, { expiredBy: now });
    const before = this.#hash(c);
    if (before) await this.#store.endWebSessions(this.#workspace, { hash: before });
    const code = newCode();
    const hash = hashCode(code)!;
    if (idToken !== undefined) this.#remember(hash, idToken);
    await this.#store.addWebSession({
      hash,
      workspace: this.#workspace,
      user: user.id,
      method,
      created: now,
      seen: now,
      expires: now + this.#limits.absolute,
    });
    setCookie(c, this.#name(c), code, { ...this.#attributes(c), maxAge: this.#limits.absolute });
  }

  /** Who the browser is signed in as. Throws SIGNIN_ENDED; undefined when it has no cookie of ours. */
  async find(c: Context): Promise<SignedIn | undefined> {
    if (getCookie(c, this.#name(c)) === undefined) return undefined;
    const ended = () => new TacetError('SIGNIN_ENDED', 'sign in again');
    const hash = this.#hash(c);
    const session = hash && (await this.#store.findWebSession(this.#workspace, hash));
    if (!session) throw ended();
    const now = this.#now();
    if (now >= session.expires || now - session.seen >= this.#limits.idle) {
      await this.#store.endWebSessions(this.#workspace, { hash: session.hash });
      throw ended();
    }
    const user = await this.#store.findUser(this.#workspace, { id: session.user });
    if (!user || user.disabled) throw ended();
    if (now - session.seen >= SEEN_SECONDS)
      await this.#store.seeWebSession(this.#workspace, session.hash, now);
    return { user, session };
  }

  /** Signs the browser out. */
  async end(c: Context, { session }: SignedIn): Promise<void> {
    await this.#store.endWebSessions(this.#workspace, { hash: session.hash });
    deleteCookie(c, this.#name(c), this.#attributes(c));
  }

  /** What the provider said when this session began. */
  idToken({ session }: SignedIn): string | undefined {
    return this.#idTokens.get(Buffer.from(session.hash).toString('hex'));
  }

  #remember(hash: Uint8Array, idToken: string): void {
    const oldest = this.#idTokens.keys().next();
    if (this.#idTokens.size >= ID_TOKENS_MOST && !oldest.done) this.#idTokens.delete(oldest.value);
    this.#idTokens.set(Buffer.from(hash).toString('hex'), idToken);
  }

  #secure(c: Context): boolean {
    return originOf(c, this.#reach).protocol === 'https:';
  }

  /** With the prefix browsers take the cookie over TLS only, and from this host only. */
  #name(c: Context): string {
    return this.#secure(c) ? '__Host-tacet' : 'tacet';
  }

  #attributes(c: Context) {
    return { httpOnly: true, sameSite: 'Strict', path: '/', secure: this.#secure(c) } as const;
  }

  #hash(c: Context): Uint8Array | undefined {
    return hashCode(getCookie(c, this.#name(c)) ?? '');
  }
}
