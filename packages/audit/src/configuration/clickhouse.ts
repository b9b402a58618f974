import { dirname } from 'node:path/posix';
import { isAny, isLoopback } from './address.ts';
import type { Reading } from './check.ts';
import type { Setting } from './setting.ts';

/** What the files of one ClickHouse server say together. */
export interface ClickHouse {
  /** `config.xml` with the fragments of `config.d`; undefined when it was not among the files. */
  readonly config: Setting | undefined;
  /** `users.xml` with the fragments of `users.d`, or the users within the configuration. */
  readonly users: readonly Setting[];
  /** The settings that let it listen to other machines; empty when it does not, or it is not known. */
  readonly listens: readonly Setting[];
}

const FRAGMENTS = /\/?(?:config\.d|conf\.d|users\.d)$/;

/**
 * Puts the files of each server together as ClickHouse does: fragments in the order of their names, elements
 * of one name over one another, `replace` instead of merging, `remove` takes away
 * (https://clickhouse.com/docs/operations/configuration-files).
 */
export function clickhousesOf(readings: readonly Reading[]): ClickHouse[] {
  const servers = Map.groupBy(readings, ({ file }) => dirname(file).replace(FRAGMENTS, ''));
  return [...servers.values()].map((files) => {
    const [users, config] = [files.filter(isUsers), files.filter((file) => !isUsers(file))].map(mergedAll);
    const all = [...(config?.all('users', '*') ?? []), ...(users?.all('users', '*') ?? [])];
    return {
      config,
      users: all.filter((user) => !isAttribute(user)),
      listens: config?.all('listen_host').filter(({ value = '' }) => !isLoopback(value)) ?? [],
    };
  });
}

function isUsers({ file, root }: Reading): boolean {
  return (
    /\/?users\.d\/[^/]*$|(?:^|\/)users[^/]*$/.test(file) ||
    (root.get('users') !== undefined && root.get('profiles') !== undefined && !root.get('listen_host'))
  );
}

function mergedAll(files: readonly Reading[]): Setting | undefined {
  const [main, ...fragments] = files.toSorted((a, b) => rank(a) - rank(b) || (a.file < b.file ? -1 : 1));
  return main && fragments.reduce((merged, { root }) => overlaid(merged, root), main.root);
}

/** The main file comes before its fragments. */
function rank({ file }: Reading): number {
  return FRAGMENTS.test(dirname(file)) ? 1 : 0;
}

function overlaid(base: Setting, over: Setting): Setting {
  const rest: (Setting | undefined)[] = [...base.children];
  // The second `listen_host` lies over the second, not over the first again.
  const places = new Map<string, { readonly at: number[]; next: number }>();
  for (const [at, { name }] of base.children.entries()) {
    const of = places.get(name) ?? { at: [], next: 0 };
    of.at.push(at);
    places.set(name, of);
  }
  for (const child of over.children) {
    const of = places.get(child.name);
    const at = of?.at[of.next];
    if (of) of.next++;
    const below = at === undefined ? undefined : rest[at];
    if (child.get('@remove')) {
      if (at !== undefined) rest[at] = undefined;
      continue;
    }
    const instead = child.get('@replace') !== undefined || child.children.every(isAttribute);
    const put = below && !instead ? overlaid(below, child) : child;
    if (at === undefined) rest.push(put);
    else rest[at] = put;
  }
  return base.with(
    rest.filter((one) => one !== undefined),
    over.value ?? base.value,
  );
}

function isAttribute({ name }: Setting): boolean {
  return name.startsWith('@');
}

/** The setting that lets a user in without a password, or the user when nothing asks for one. */
export function withoutPassword(user: Setting): Setting | undefined {
  const asked = user.children.find(
    ({ name, value, children }) =>
      /^(?:password|ldap|kerberos|ssl_certificates|ssh_keys|http_authentication|jwt|auth_methods)/.test(
        name,
      ) &&
      (value !== '' || children.some((child) => !/^@re(?:place|move)$/.test(child.name))),
  );
  if (asked) return undefined;
  return user.children.find(({ name }) => /^(?:password|no_password)/.test(name)) ?? user;
}

/** The settings that let a user in from anywhere, or the user when nothing restricts it; empty when something does. */
export function fromAnywhere(user: Setting): Setting[] {
  const networks = user.get('networks');
  if (!networks) return [user];
  return networks.children.flatMap((one) => {
    const values = one.children.length > 0 ? one.children : [one];
    return values.filter(({ value = '' }) =>
      one.name === 'host_regexp' ? /^\^?\.[*+]\$?$/.test(value) : value !== '' && isAny(value),
    );
  });
}

/** Whether a user may come from this machine only. */
export function fromHereOnly(user: Setting): boolean {
  const networks = user.get('networks')?.children ?? [];
  const values = networks.flatMap((one) => (one.children.length > 0 ? one.children : [one]));
  return values.length > 0 && values.every(({ value = '' }) => isLoopback(value));
}
