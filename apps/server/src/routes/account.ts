import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { TacetError } from '@tacet/records';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';
import { originOf } from '../people/origin.ts';
import type { SignedIn } from '../people/sessions.ts';
import { Credential } from './sign-in.ts';

const Answer = z.strictObject({ passkey: Credential });

/** What people see of their own account, and may do to it, while they are signed in. */
export function routeAccount(app: App, parts: AppParts): void {
  const { sessions, passkeys, reach, trail, oidc, now } = parts;
  const { control } = parts.stores;
  const { workspace } = parts.config;
  const signedIn = (found: SignedIn | undefined) => {
    if (!found) throw new TacetError('NOT_ALLOWED', 'this is for people who are signed in, not for tokens');
    return found;
  };

  app.get('/v1/account', async (c) => {
    const { user, session } = signedIn(c.get('signedIn'));
    const open = await control.webSessions(workspace, user.id);
    const keys = await control.passkeys(workspace, user.id);
    return c.json({
      name: user.name,
      role: user.role,
      workspace,
      ...(user.services && { services: user.services }),
      password: user.password !== undefined,
      passkeys: keys.map(({ created, used }) => ({ created, ...(used !== undefined && { used }) })),
      sessions: open.map(({ hash, method, created, seen, expires }) => ({
        method,
        created,
        seen,
        expires,
        this: Buffer.compare(hash, session.hash) === 0,
      })),
    });
  });

  app.post('/v1/account/sign-out', async (c) => {
    const found = signedIn(c.get('signedIn'));
    await trail.append({ kind: 'logout', workspace, actor: found.user.id, facts: {} });
    const idToken = sessions.idToken(found);
    await sessions.end(c, found);
    // Our session is over whatever becomes of the provider's.
    const leave =
      idToken && (await oidc?.end(idToken, `${originOf(c, reach).origin}/sign-in`).catch(() => {}));
    return c.json({ signedIn: false, ...(leave && { leave }) });
  });

  app.post('/v1/account/sessions/end', async (c) => {
    const { user, session } = signedIn(c.get('signedIn'));
    await trail.append({ kind: 'logout', workspace, actor: user.id, facts: { others: true } });
    await control.endWebSessions(workspace, { user: user.id, except: session.hash });
    return c.json({ ended: true });
  });

  app.post('/v1/account/passkeys/begin', async (c) => {
    const { user } = signedIn(c.get('signedIn'));
    const known = await control.passkeys(workspace, user.id);
    return c.json({ passkey: await passkeys.creation(user, known, { origin: originOf(c, reach) }) });
  });

  app.post('/v1/account/passkeys/finish', async (c) => {
    const { user } = signedIn(c.get('signedIn'));
    const { passkey } = await readJson(c, parts, Answer);
    const at = { origin: originOf(c, reach) };
    const made = await passkeys.created(user, passkey as unknown as RegistrationResponseJSON, at);
    await trail.append({
      kind: 'account',
      workspace,
      actor: user.id,
      facts: { event: 'passkey added', user: user.id },
    });
    await control.addPasskey({
      ...made,
      workspace,
      user: user.id,
      created: Math.floor(now() / 1000),
    });
    return c.json({ added: true });
  });
}
