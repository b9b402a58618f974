import { ROLES, type Role } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';
import { createUser, linkFor } from '../people/links.ts';
import { circumstancesOf, Name, Services } from './tokens.ts';

const Create = z.strictObject({ name: Name, role: z.enum(ROLES), services: Services.optional() });
const Which = z.strictObject({ name: Name });

/**
 * `GET /v1/users`, `POST /v1/users`, `/v1/users/link`, `/v1/users/disable`: accounts of this workspace.
 * The code of a one-time link is in the answer to its making and nowhere else.
 */
export function routeUsers(app: App, parts: AppParts): void {
  const { policy, trail, now } = parts;
  const { control } = parts.stores;
  const { workspace } = parts.config;
  const people = { workspace, store: control, trail, now };

  app.get('/v1/users', async (c) => {
    const keys = await control.passkeys(workspace);
    const users = (await control.users(workspace)).map(
      ({ name, role, services, created, disabled, password, issuer, id }) => ({
        id,
        name,
        role,
        ...(services && { services }),
        created,
        disabled,
        password: password !== undefined,
        passkeys: keys.filter(({ user }) => user === id).length,
        ...(issuer !== undefined && { issuer }),
      }),
    );
    return c.json({ users });
  });

  app.post('/v1/users', async (c) => {
    const principal = c.get('principal');
    const { services, ...wanted } = await readJson(c, parts, Create);
    if (wanted.role === 'ingest')
      throw new TacetError('REQUEST_INVALID', 'people do not have the role ingest: make a token');
    policy.authorize(
      principal,
      'create-user',
      { workspace },
      circumstancesOf({ ...wanted, services }),
      now(),
    );
    const user = await createUser(people, { ...wanted, ...(services && { services }) }, principal.id);
    return c.json({ id: user.id, name: user.name, role: user.role, link: await linkFor(people, user.id) });
  });

  for (const event of ['link', 'disable'] as const)
    app.post(`/v1/users/${event}`, async (c) => {
      const principal = c.get('principal');
      const { name } = await readJson(c, parts, Which);
      const user = await control.findUser(workspace, { name });
      if (!user) throw new TacetError('USER_UNKNOWN', 'there is no account of this name');
      policy.authorize(principal, `${event}-user`, { workspace }, circumstancesOf(user), now());
      if (event === 'link' && user.disabled) throw new TacetError('USER_UNKNOWN', 'this account is disabled');
      const { id } = user;
      await trail.append({ kind: 'account', workspace, actor: principal.id, facts: { event, user: id } });
      // Whoever needs a new link lost the old ways in, or somebody else has them.
      await control.dropCredentials(workspace, id);
      await control.endWebSessions(workspace, { user: id });
      if (event === 'disable') await control.changeUser(workspace, id, { disabled: true });
      const role = user.role as Role;
      return c.json({ id, name, role, ...(event === 'link' && { link: await linkFor(people, id) }) });
    });
}
