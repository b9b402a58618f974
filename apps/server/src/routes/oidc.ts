import type { Role } from '@tacet/access';
import { TacetError } from '@tacet/records';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { App, AppParts } from '../app.ts';
import { createUser } from '../people/links.ts';
import type { Vouched } from '../people/oidc.ts';
import { originOf } from '../people/origin.ts';

const STATE = 'tacet-oidc';
const STATE_SECONDS = 600;

/** A page that goes on by itself: only then is the navigation our own, and the browser sends our cookie. */
const ONWARD = '<!doctype html><meta http-equiv="refresh" content="0;url=/account"><title>Tacet</title>';

/**
 * `GET /oidc/login` sends a browser to the provider, `GET /oidc/callback` takes what comes back: the
 * account of that issuer and subject is made at its first sign-in, and has the role of its groups at
 * each. Without settings for a provider both are unknown routes.
 */
export function routeOidc(app: App, parts: AppParts): void {
  const { oidc, gate, sessions, reach, trail, now } = parts;
  const { control } = parts.stores;
  const { workspace } = parts.config;
  const provider = () => {
    if (!oidc) throw new TacetError('ROUTE_UNKNOWN', 'there is no provider to sign in through');
    return oidc;
  };
  const secure = (c: Context) => originOf(c, reach).protocol === 'https:';
  /** Lax: it must come along when the provider sends the browser back. */
  const attributes = (c: Context) =>
    ({ httpOnly: true, sameSite: 'Lax', path: '/oidc', secure: secure(c) }) as const;

  const account = async ({ issuer, subject, name, role }: Vouched) => {
    const known = await control.findUser(workspace, { issuer, subject });
    if (!known)
      return createUser({ workspace, store: control, trail, now }, { name, role, issuer, subject }, 'oidc');
    if (known.disabled) throw new TacetError('OIDC_REFUSED', 'this account is disabled');
    if (known.role !== role) await changeRole(known.id, role);
    return { ...known, role };
  };

  const changeRole = async (user: string, role: Role) => {
    await trail.append({ kind: 'account', workspace, actor: 'oidc', facts: { event: 'role', user, role } });
    await control.changeUser(workspace, user, { role });
  };

  app.get('/oidc/login', async (c) => {
    const redirect = `${originOf(c, reach).origin}/oidc/callback`;
    const { url, state } = await provider().begin(redirect);
    setCookie(c, STATE, state, { ...attributes(c), maxAge: STATE_SECONDS });
    return c.redirect(url.href);
  });

  app.get('/oidc/callback', async (c) => {
    // Only the browser that began may end it: another one has no cookie with this state.
    const state = getCookie(c, STATE);
    deleteCookie(c, STATE, attributes(c));
    await gate.pass(c, 'oidc', undefined, async () => {
      const vouched = await provider().finish(new URL(c.req.url), state);
      const user = await account(vouched);
      await sessions.start(c, user, 'oidc', vouched.idToken);
      return user;
    });
    return c.html(ONWARD);
  });
}
