import { isRole, ROLES } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { createPrivate } from '@tacet/server/directory';
import { type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { table, timeText } from '../terminal/table.ts';

export interface TokenOptions extends Place {
  role?: string;
  scope?: string[];
  expires?: string;
  label?: string;
  out?: string;
  json?: boolean;
}

/** As the server lists them. */
interface ListedToken {
  id: string;
  role: string;
  created: number;
  expires?: number;
  used?: number;
  services?: string[];
  label?: string;
}

const DAY = 86_400;
const UNITS: Record<string, number> = { h: 3_600, d: DAY, w: 7 * DAY };
/** How long a token that reads or administers lasts unless told. */
const DEFAULT_DAYS = 90;
const LEAST_PREFIX = 6;

/** Seconds of a span like `90d`; undefined for `never`. Throws USAGE naming the flag. */
export function spanOf(flag: string, text: string): number | undefined {
  if (text === 'never') return undefined;
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (!count || Number(count) === 0)
    throw new TacetError('USAGE', `${flag} takes a span like 12h, 90d or 52w, or never`);
  return Number(count) * UNITS[unit!]!;
}

/** The role that a flag names. Throws USAGE. */
export function roleOf(text: string | undefined) {
  if (!isRole(text)) throw new TacetError('USAGE', `--role takes one of ${ROLES.join(', ')}`);
  return text;
}

/** Names of services in `--scope service=NAME`, given as often as there are; undefined for none. */
export function servicesOf(scopes: readonly string[] | undefined): string[] | undefined {
  return scopes?.map((scope) => {
    const [, service] = /^service=(.{1,96})$/.exec(scope) ?? [];
    if (!service) throw new TacetError('USAGE', '--scope takes service=NAME');
    return service;
  });
}

/** `tacet token create`: makes a token and shows it, this once. */
export async function createToken(options: TokenOptions, io: Io): Promise<number> {
  const role = roleOf(options.role);
  const span = spanOf('--expires', options.expires ?? (role === 'ingest' ? 'never' : `${DEFAULT_DAYS}d`));
  const services = servicesOf(options.scope);
  const made = await withApi(options, 'owner', io, (api) =>
    api<{ id: string; token: string; expires?: number }>('/v1/tokens', {
      role,
      ...(span !== undefined && { expires: Math.floor(Date.now() / 1000) + span }),
      ...(services && { services }),
      ...(options.label !== undefined && { label: options.label }),
    }),
  );
  const { token, ...rest } = made;
  if (options.out !== undefined) await createPrivate(options.out, `${token}\n`);
  if (options.json) {
    const where = options.out === undefined ? { token } : { tokenFile: options.out };
    io.stdout.write(`${JSON.stringify({ ...rest, role, ...where })}\n`);
    return STATUS.done;
  }
  io.stdout.write(options.out === undefined ? `${token}\n` : `The token is in ${options.out}.\n`);
  const until = made.expires === undefined ? 'until it is revoked' : `until ${timeText(made.expires)} UTC`;
  io.stderr.write(`tacet: token ${made.id} for the role ${role} is valid ${until}; it is shown only now\n`);
  return STATUS.done;
}

const list = async (options: TokenOptions, io: Io) =>
  (await withApi(options, 'owner', io, (api) => api<{ tokens: ListedToken[] }>('/v1/tokens'))).tokens;

/** `tacet token list`: who may come in, and when they last did. */
export async function listTokens(options: TokenOptions, io: Io): Promise<number> {
  const tokens = await list(options, io);
  if (options.json) {
    for (const token of tokens) io.stdout.write(`${JSON.stringify(token)}\n`);
    return STATUS.done;
  }
  const rows = tokens.map(({ id, role, label, created, expires, used, services }) => [
    id.slice(0, 12),
    role,
    label ?? '-',
    timeText(created),
    expires === undefined ? 'never' : timeText(expires),
    timeText(used),
    services?.join(', ') ?? 'all services',
  ]);
  io.stdout.write(table(['ID', 'ROLE', 'LABEL', 'CREATED', 'EXPIRES', 'LAST USED', 'SCOPE'], rows));
  return STATUS.done;
}

/** `tacet token revoke`: from now on the token opens nothing. `id` may be the beginning of one. */
export async function revokeToken(id: string, options: TokenOptions, io: Io): Promise<number> {
  if (!new RegExp(`^[0-9a-f]{${LEAST_PREFIX},32}$`).test(id))
    throw new TacetError(
      'USAGE',
      `name a token by at least ${LEAST_PREFIX} digits of its id: tacet token list`,
    );
  const revoked = await withApi(options, 'owner', io, async (api) => {
    const { tokens } = await api<{ tokens: ListedToken[] }>('/v1/tokens');
    const meant = tokens.filter((token) => token.id.startsWith(id));
    if (meant.length !== 1)
      throw new TacetError(
        'TOKEN_UNKNOWN',
        meant.length ? 'several tokens begin so' : 'there is no such token',
      );
    return api<{ id: string }>('/v1/tokens/revoke', { id: meant[0]!.id });
  });
  io.stdout.write(options.json ? `${JSON.stringify(revoked)}\n` : `Token ${revoked.id} is revoked.\n`);
  return STATUS.done;
}
