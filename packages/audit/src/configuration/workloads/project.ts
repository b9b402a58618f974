import { basename, dirname, join } from 'node:path/posix';
import type { Reading } from '../check.ts';
import { Setting } from '../setting.ts';
import { assignment } from './assignment.ts';
import { filledIn, type Variables } from './variables.ts';

/** A service as Compose starts it, and the variables that files of their own give it. */
export interface Started {
  readonly service: Setting;
  readonly fromFiles: readonly Setting[];
  /** Whether one of those files was not given. */
  readonly unseen: boolean;
  /** The recipe that it is built by, when that was given. */
  readonly recipe: Setting | undefined;
}

const MAIN = /^(?:docker-)?compose\.ya?ml$/i;
const OVERRIDE = /^(?:docker-)?compose\.override\.ya?ml$/i;
/** Services that extend one another; more is a circle. */
const MAX_EXTENDED = 8;
/** Settings that services take over from others, in all: a hostile file lets thousands take over thousands. */
const MAX_TAKEN = 100_000;
/** What Compose adds to when a later file has it too; everything else is replaced. */
const ADDED = new Set(['ports', 'volumes', 'cap_add', 'security_opt', 'env_file', 'devices', 'expose']);

/**
 * The services of Compose files, put together as Compose does: `compose.override.yaml` over `compose.yaml`
 * (https://docs.docker.com/reference/compose-file/merge/), `extends`, `env_file`, and variables from the `.env`
 * beside the file. A file that names a service of the main one without an image is meant to be laid over it.
 */
export function startedBy(readings: readonly Reading[]): Started[] {
  const merging = new Merging();
  const files = new Map(readings.map((one) => [join(one.file), one]));
  const folders = Map.groupBy(
    readings.filter(({ software }) => software === 'compose'),
    ({ file }) => dirname(join(file)),
  );
  return [...folders].flatMap(([folder, own]) => {
    const named = (name: RegExp) => own.find(({ file }) => name.test(basename(file)))?.root;
    const [main, override] = [named(MAIN), named(OVERRIDE)];
    const roots = own
      .map(({ root }) => root)
      .filter((root) => root !== override || main === undefined)
      .map((root) => {
        if (root === main)
          return override ? laidOver(root, override.all('services', '*'), 'every', merging) : root;
        return main ? laidOver(root, main.all('services', '*'), 'below', merging) : root;
      });
    const variables = variablesOf(files.get(join(folder, '.env'))?.root);
    return roots.flatMap((root) =>
      root.all('services', '*').map((service): Started => {
        const whole = filled(extended(service, root, { files, merging }, 0), variables);
        const named = filesOf(whole).map((name) => files.get(join(folder, name))?.root);
        return {
          service: whole,
          fromFiles: named.flatMap((one) => one?.children ?? []),
          unseen: named.includes(undefined),
          recipe: recipeOf(whole, folder, files),
        };
      }),
    );
  });
}

function variablesOf(env: Setting | undefined): Variables {
  return (name) => (env === undefined ? undefined : (env.last(name)?.value ?? null));
}

/**
 * `every`: the root's services with the others of the same name over them, and those that are only there.
 * `below`: only services that have nothing to start from are completed, by the other one below them.
 */
function laidOver(
  root: Setting,
  others: readonly Setting[],
  mode: 'every' | 'below',
  merging: Merging,
): Setting {
  const by = new Map(others.map((one) => [one.name, one]));
  const own = root.all('services', '*').map((service) => {
    const other = by.get(service.name);
    if (!other) return service;
    if (mode === 'every') return merging.of(service, other);
    return service.get('image') || service.get('build') || service.get('extends')
      ? service
      : merging.of(other, service);
  });
  const names = new Set(own.map(({ name }) => name));
  const more = mode === 'every' ? others.filter(({ name }) => !names.has(name)) : [];
  const services = root.get('services');
  return services ? root.with([services.with([...own, ...more])]) : root;
}

function extended(
  service: Setting,
  root: Setting,
  given: { readonly files: ReadonlyMap<string, Reading>; readonly merging: Merging },
  level: number,
): Setting {
  const from = service.get('extends');
  if (!from || level >= MAX_EXTENDED) return service;
  const file = from.text('file');
  const other = file === '' ? root : given.files.get(join(dirname(from.file), file))?.root;
  const base = other?.get('services', from.text('service') || (from.value ?? ''));
  return base && other ? given.merging.of(extended(base, other, given, level + 1), service) : service;
}

class Merging {
  #left = MAX_TAKEN;
  readonly #sizes = new Map<Setting, number>();

  /** `over` with what only `base` says; `over` alone past the limit. */
  of(base: Setting, over: Setting): Setting {
    const size = this.#sizes.get(base) ?? [...base.walk()].length;
    this.#sizes.set(base, size);
    this.#left -= size;
    return this.#left < 0 ? over : merged(base, over);
  }
}

function merged(base: Setting, over: Setting): Setting {
  const rest = new Map(base.children.map((one) => [one.name, one]));
  for (const one of over.children) {
    const below = rest.get(one.name);
    if (below && one.name === 'environment') {
      const set = environment(one);
      const names = new Set(set.map(({ name }) => name));
      rest.set(one.name, one.with([...environment(below).filter(({ name }) => !names.has(name)), ...set]));
    } else if (below && ADDED.has(one.name)) rest.set(one.name, one.with([...listed(below), ...listed(one)]));
    else rest.set(one.name, one);
  }
  return over.with([...rest.values()]);
}

function listed(setting: Setting): readonly Setting[] {
  return setting.children.length > 0 ? setting.children : [setting];
}

/** A map of variables, or a list of `NAME=value`. */
export function environment(setting: Setting | undefined): Setting[] {
  return (setting?.children ?? []).flatMap((one) => (/^\d+$/.test(one.name) ? assignment(one) : [one]));
}

function filled(setting: Setting, variables: Variables): Setting {
  const { name, value, file, at, within } = setting;
  const children = setting.children.map((one) => filled(one, variables));
  const text = value === undefined ? undefined : filledIn(value, variables);
  return new Setting({ name, value: text, written: value, children, file, at, within });
}

/** `env_file` names one, several, or maps with a `path`. */
function filesOf(service: Setting): string[] {
  const setting = service.get('env_file');
  return setting ? listed(setting).map((one) => one.value ?? one.text('path')) : [];
}

function recipeOf(
  service: Setting,
  folder: string,
  files: ReadonlyMap<string, Reading>,
): Setting | undefined {
  const build = service.get('build');
  if (!build) return undefined;
  const context = build.value || build.text('context') || '.';
  return files.get(join(folder, context, build.text('dockerfile') || 'Dockerfile'))?.root;
}
