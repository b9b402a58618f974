import { issueToken, ROLES } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { loadAuthority } from '../authority.ts';
import { readJson } from '../http/json.ts';

/** A name that stands in lists: one line, no control characters. */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u);
export const Services = z.array(z.string().min(1).max(96)).min(1).max(100);

const Create = z.strictObject({
  role: z.enum(ROLES),
  /** Unix seconds; the token lasts until it is revoked when absent. */
  expires: z.int().positive().optional(),
  services: Services.optional(),
  label: Name.optional(),
});
const Revoke = z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/) });

/** What the policy is asked about when somebody is given a role: all services count as one called `*`. */
export const circumstancesOf = (given: { role: string; services?: string[] | undefined }) => ({
  role: given.role,
  services: given.services ?? ['*'],
});

/**
 * `GET /v1/tokens`, `POST /v1/tokens`, `POST /v1/tokens/revoke`: tokens of this workspace. A token's
 * text is in the answer to its making and nowhere else. What is made or revoked is in the trail first.
 */
export function routeTokens(app: App, parts: AppParts): void {
  const { stores, trail, policy, gatekeeper, now } = parts;
  const { control } = stores;
  const { workspace } = parts.config;
  const rootHash = new Uint8Array(Buffer.from(parts.config.rootHash, 'hex'));

  app.get('/v1/tokens', async (c) => {
    const tokens = await control.listTokens(workspace);
    return c.json({ tokens: tokens.map(({ hash: _, workspace: __, ...token }) => token) });
  });

  app.post('/v1/tokens', async (c) => {
    const principal = c.get('principal');
    const wanted = await readJson(c, parts, Create);
    policy.authorize(principal, 'create-token', { workspace }, circumstancesOf(wanted), now());
    const seconds = Math.floor(now() / 1000);
    if (wanted.expires !== undefined && wanted.expires <= seconds)
      throw new TacetError('REQUEST_INVALID', 'a token cannot expire in the past');
    const { epochs } = await loadAuthority(control, workspace, rootHash);
    const { role, expires, services, label } = wanted;
    const { token, record } = issueToken({
      role,
      workspace,
      rootHash,
      lowestEpoch: epochs.at(-1)?.number ?? 1,
      now: seconds,
      ...(expires !== undefined && { expires }),
      ...(services && { services }),
      ...(label !== undefined && { label }),
    });
    await trail.append({
      kind: 'token',
      workspace,
      actor: principal.id,
      facts: {
        event: 'created',
        token: record.id,
        role,
        ...(expires !== undefined && { expires }),
        ...(services && { services: services.length }),
      },
    });
    await control.addToken(record);
    return c.json({ id: record.id, role, token, ...(expires !== undefined && { expires }) });
  });

  app.post('/v1/tokens/revoke', async (c) => {
    const principal = c.get('principal');
    const { id } = await readJson(c, parts, Revoke);
    const record = await control.findToken(id);
    if (record?.workspace !== workspace) throw new TacetError('TOKEN_UNKNOWN', 'there is no such token');
    policy.authorize(principal, 'revoke-token', { workspace }, circumstancesOf(record), now());
    await trail.append({
      kind: 'token',
      workspace,
      actor: principal.id,
      facts: { event: 'revoked', token: id, role: record.role },
    });
    await control.removeToken(id);
    gatekeeper.forget(id);
    return c.json({ id, revoked: true });
  });
}
