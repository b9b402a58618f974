import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { checkPassword, hashCode, hashPassword, verifyPassword } from '@tacet/access';
import { TacetError } from '@tacet/records';
import type { Context } from 'hono';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';
import { originOf, passkeysWorkAt, requireOwnOrigin } from '../people/origin.ts';

/** An answer of a browser's authenticator: the library checks what is in it. */
export const Credential = z.looseObject({ id: z.string().max(2_048) });
const Text = z.string().max(1_024);

const Code = z.strictObject({ code: Text });
const Enrol = z.strictObject({ code: Text, password: Text.optional(), passkey: Credential.optional() });
const Password = z.strictObject({ name: z.string().min(1).max(100), password: Text });
const Answer = z.strictObject({ passkey: Credential });

const failed = () => new TacetError('SIGNIN_FAILED', 'name or password is wrong, or the account is disabled');

/**
 * Ways in, for people: a one-time link sets up a password or a passkey, and signs in; later each of
 * them does. Answers never say which names exist.
 */
export function routeSignIn(app: App, parts: AppParts): void {
  const { gate, sessions, passkeys, reach, now } = parts;
  const { control } = parts.stores;
  const { workspace } = parts.config;
  const seconds = () => Math.floor(now() / 1000);
  const at = (c: Context) => ({ origin: originOf(c, reach) });

  /** Whose link it is. Throws LINK_INVALID. */
  const holder = async (code: string) => {
    const hash = hashCode(code);
    const id = hash && (await control.findEnrolment(workspace, hash, seconds()));
    const user = id ? await control.findUser(workspace, { id }) : undefined;
    if (!hash || !user || user.disabled)
      throw new TacetError('LINK_INVALID', 'this link was used or has expired; ask for a new one');
    return { hash, user };
  };

  app.post('/v1/enrol/begin', async (c) => {
    requireOwnOrigin(c, reach);
    const { code } = await readJson(c, parts, Code);
    const { user } = await holder(code);
    const known = await control.passkeys(workspace, user.id);
    const options = passkeysWorkAt(at(c).origin) ? await passkeys.creation(user, known, at(c)) : undefined;
    return c.json({ name: user.name, role: user.role, ...(options && { passkey: options }) });
  });

  app.post('/v1/enrol/finish', async (c) => {
    requireOwnOrigin(c, reach);
    const { code, password, passkey } = await readJson(c, parts, Enrol);
    await gate.pass(c, 'link', undefined, async () => {
      const { hash, user } = await holder(code);
      if (password !== undefined) checkPassword(password, user.name);
      const made =
        passkey && (await passkeys.created(user, passkey as unknown as RegistrationResponseJSON, at(c)));
      if (password === undefined && !made)
        throw new TacetError('REQUEST_INVALID', 'give a password or a passkey');
      const kept = password === undefined ? undefined : await hashPassword(password);
      // From here on the link is used, also when what follows fails: it never works twice.
      if ((await control.takeEnrolment(workspace, hash, seconds())) !== user.id)
        throw new TacetError('LINK_INVALID', 'this link was used or has expired; ask for a new one');
      if (kept !== undefined) await control.changeUser(workspace, user.id, { password: kept });
      if (made) await control.addPasskey({ ...made, workspace, user: user.id, created: seconds() });
      await sessions.start(c, user, 'link');
      return user;
    });
    return c.json({ signedIn: true });
  });

  app.get('/v1/sign-in', (c) => c.json({ oidc: parts.oidc !== undefined }));

  app.post('/v1/sign-in/password', async (c) => {
    requireOwnOrigin(c, reach);
    const { name, password } = await readJson(c, parts, Password);
    await gate.pass(c, 'password', name, async () => {
      const user = await control.findUser(workspace, { name });
      // Computed also for nobody, and for who is disabled: the time must not tell them apart.
      const right = await verifyPassword(password, user?.password);
      if (!user || !right || user.disabled) throw failed();
      await sessions.start(c, user, 'password');
      return user;
    });
    return c.json({ signedIn: true });
  });

  app.post('/v1/sign-in/passkey/begin', async (c) => {
    requireOwnOrigin(c, reach);
    const { origin } = at(c);
    if (!passkeysWorkAt(origin))
      throw new TacetError('PASSKEY_INVALID', `passkeys need a name, not an address: ${origin.hostname}`);
    return c.json({ passkey: await passkeys.request({ origin }) });
  });

  app.post('/v1/sign-in/passkey/finish', async (c) => {
    requireOwnOrigin(c, reach);
    const { passkey } = await readJson(c, parts, Answer);
    await gate.pass(c, 'passkey', undefined, async () => {
      const kept = await control.findPasskey(workspace, passkey.id);
      const counter = await passkeys.answered(passkey as unknown as AuthenticationResponseJSON, kept, at(c));
      const user = await control.findUser(workspace, { id: kept!.user });
      if (!user || user.disabled) throw failed();
      await control.usePasskey(workspace, passkey.id, counter, seconds());
      await sessions.start(c, user, 'passkey');
      return user;
    });
    return c.json({ signedIn: true });
  });
}
