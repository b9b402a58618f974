import { randomBytes } from 'node:crypto';
import { hashCode, newCode, type Role } from '@tacet/access';
import { TacetError } from '@tacet/records';
import type { AccountStore, UserRow } from '@tacet/store';
import type { Trail } from '@tacet/trail';

/** How long a one-time link works, in seconds. */
export const LINK_SECONDS = 24 * 3_600;
/** The first owner's is on a screen or in a log: it has less time. */
const FIRST_LINK_SECONDS = 3_600;

/** A one-time link: `code` stands after `/enrol#` and is kept as a hash only. */
export interface Link {
  code: string;
  /** Seconds since 1970. */
  expires: number;
}

/** What making accounts and links needs. */
export interface People {
  workspace: string;
  store: AccountStore;
  trail: Pick<Trail, 'append'>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A link by which `user` sets up a way to sign in; earlier ones end. */
export async function linkFor(
  { workspace, store, now }: People,
  user: string,
  seconds = LINK_SECONDS,
): Promise<Link> {
  const code = newCode();
  const expires = Math.floor(now() / 1000) + seconds;
  await store.addEnrolment({ hash: hashCode(code)!, workspace, user, expires });
  return { code, expires };
}

/** Makes an account, without a way to sign in yet. Throws USER_EXISTS. `actor` is who makes it. */
export async function createUser(
  people: People,
  wanted: Pick<UserRow, 'name' | 'services' | 'issuer' | 'subject'> & { role: Role },
  actor: string,
): Promise<UserRow> {
  const { workspace, store, trail, now } = people;
  const taken = () => new TacetError('USER_EXISTS', 'there is an account of this name');
  if (await store.findUser(workspace, { name: wanted.name })) throw taken();
  const user: UserRow = {
    ...wanted,
    id: randomBytes(16).toString('hex'),
    workspace,
    created: Math.floor(now() / 1000),
    disabled: false,
  };
  const { id, role, name } = user;
  await trail.append({
    kind: 'account',
    workspace,
    actor,
    facts: { event: 'created', user: id, role },
    texts: { name },
  });
  if (!(await store.addUser(user))) throw taken();
  return user;
}

/**
 * As long as nobody can sign in, a fresh link for the first owner: made with the account at the first
 * start, made anew at each start until it was used. Undefined once somebody can.
 */
export async function firstOwner(people: People): Promise<Link | undefined> {
  const { workspace, store } = people;
  const users = await store.users(workspace);
  const keys = new Set((await store.passkeys(workspace)).map(({ user }) => user));
  if (users.some(({ id, password, issuer }) => password || issuer || keys.has(id))) return undefined;
  const owner =
    users.find(({ role, disabled }) => role === 'owner' && !disabled) ??
    (await createUser(people, { name: 'owner', role: 'owner' }, 'server'));
  return linkFor(people, owner.id, FIRST_LINK_SECONDS);
}
