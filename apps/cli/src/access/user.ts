import { type Place, withApi } from '../api.ts';
import type { Connection } from '../connect.ts';
import { type Io, STATUS } from '../io.ts';
import { table, timeText } from '../terminal/table.ts';
import { roleOf, servicesOf } from './token.ts';

export interface UserOptions extends Place {
  role?: string;
  scope?: string[];
  json?: boolean;
}

/** As the server lists them. */
interface ListedUser {
  name: string;
  role: string;
  services?: string[];
  created: number;
  disabled: boolean;
  password: boolean;
  passkeys: number;
  issuer?: string;
}

interface Linked {
  name: string;
  role: string;
  link: { code: string; expires: number };
}

/** The link as a person opens it: the code stands after `#`, which no browser sends to a server. */
function showLink({ name, role, link }: Linked, connection: Connection, options: UserOptions, io: Io): void {
  // Without a server there is no address yet: whoever starts one knows it.
  const base = connection.local
    ? 'http://localhost:4318'
    : connection.base.replace('//127.0.0.1:', '//localhost:');
  const url = `${base}/enrol#${link.code}`;
  if (options.json) io.stdout.write(`${JSON.stringify({ name, role, url, expires: link.expires })}\n`);
  else {
    io.stdout.write(`${url}\n`);
    io.stderr.write(
      `tacet: with this link ${name} (${role}) sets up how to sign in; it works once, until ${timeText(link.expires)} UTC\n`,
    );
  }
  if (connection.local && !options.json)
    io.stderr.write('tacet: no server is running: put its address in place of http://localhost:4318\n');
}

/** `tacet user add`: makes an account and shows the link by which its owner sets up how to sign in. */
export async function addUser(name: string, options: UserOptions, io: Io): Promise<number> {
  const role = roleOf(options.role);
  const services = servicesOf(options.scope);
  await withApi(options, 'owner', io, async (api, connection) => {
    const made = await api<Linked>('/v1/users', { name, role, ...(services && { services }) });
    showLink(made, connection, options, io);
  });
  return STATUS.done;
}

/** `tacet user link`: a new link for somebody who lost the old ways in, which end. */
export async function linkUser(name: string, options: UserOptions, io: Io): Promise<number> {
  await withApi(options, 'owner', io, async (api, connection) =>
    showLink(await api<Linked>('/v1/users/link', { name }), connection, options, io),
  );
  return STATUS.done;
}

/** `tacet user disable`: ends an account's sessions and ways to sign in. */
export async function disableUser(name: string, options: UserOptions, io: Io): Promise<number> {
  const done = await withApi(options, 'owner', io, (api) => api<object>('/v1/users/disable', { name }));
  io.stdout.write(options.json ? `${JSON.stringify(done)}\n` : `The account ${name} is disabled.\n`);
  return STATUS.done;
}

/** `tacet user list`: who has an account, and how they sign in. */
export async function listUsers(options: UserOptions, io: Io): Promise<number> {
  const { users } = await withApi(options, 'owner', io, (api) => api<{ users: ListedUser[] }>('/v1/users'));
  if (options.json) {
    for (const user of users) io.stdout.write(`${JSON.stringify(user)}\n`);
    return STATUS.done;
  }
  if (users.length === 0) io.stderr.write('tacet: no accounts yet: tacet user add NAME --role R\n');
  const rows = users.map((user) => [
    user.name,
    user.role,
    user.services?.join(', ') ?? 'all services',
    timeText(user.created),
    user.disabled ? 'disabled' : waysIn(user),
  ]);
  io.stdout.write(table(['NAME', 'ROLE', 'SCOPE', 'CREATED', 'SIGNS IN BY'], rows));
  return STATUS.done;
}

function waysIn({ password, passkeys, issuer }: ListedUser): string {
  const ways = [
    password && 'password',
    passkeys > 0 && `passkey (${passkeys})`,
    issuer && `OIDC (${issuer})`,
  ];
  return ways.filter(Boolean).join(', ') || 'nothing yet: link not used';
}
