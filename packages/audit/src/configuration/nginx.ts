import { dirname, join } from 'node:path/posix';
import type { Reading } from './check.ts';
import type { Setting } from './setting.ts';

/** What all files together may take over; a hostile one includes thousands of others, thousands of times. */
const MAX_TAKEN = 100_000;
const MAX_INCLUDES = 2_000;
const MAX_LEVELS = 16;
/** Where packages put the files; those at hand are a copy of that folder. */
const INSTALLED = /^(?:\/usr\/local|\/opt)?(?:\/etc)?\/(?:nginx|openresty)\/(?:(?:nginx\/)?conf\/)?/;

/**
 * Every file that no other one includes, with what it includes in the place of `include`
 * (https://nginx.org/en/docs/ngx_core_module.html#include). What was not given stays as it is.
 */
export function nginxesOf(readings: readonly Reading[]): Setting[] {
  const including = new Including(new Map(readings.map(({ file, root }) => [join(file), root])));
  const all = readings.map(({ file, root }) => {
    const taken = new Set<Setting>();
    return { root, whole: including.of(root, dirname(join(file)), taken), taken };
  });
  const inOthers = new Set(all.flatMap(({ taken }) => [...taken]));
  const seen = new Set<Setting>();
  // Files that include one another in a circle have no first: then each that no other shows.
  return [...all.filter(({ root }) => !inOthers.has(root)), ...all].flatMap(({ root, whole, taken }) => {
    if (seen.has(root)) return [];
    for (const one of [root, ...taken]) seen.add(one);
    return [whole];
  });
}

class Including {
  readonly #files: ReadonlyMap<string, Setting>;
  readonly #sizes = new Map<Setting, number>();
  #left = MAX_TAKEN;
  #includes = MAX_INCLUDES;

  constructor(files: ReadonlyMap<string, Setting>) {
    this.#files = files;
  }

  /** `folder` is the one of the first file: nginx takes paths from there, whichever file has the line; `taken` hears what was included. */
  of(setting: Setting, folder: string, taken: Set<Setting>, around: readonly Setting[] = []): Setting {
    if (around.length > MAX_LEVELS) return setting;
    const below = (one: Setting) => this.of(one, folder, taken, [...around, setting]);
    if (!setting.children.some(({ name, children }) => name === 'include' || children.length > 0))
      return setting;
    return setting.with(
      setting.children.flatMap((one) => {
        if (one.name !== 'include') return one.children.length > 0 ? [below(one)] : [one];
        const found = this.#found(one.value ?? '', folder).filter(
          (root) => root !== setting && !around.includes(root) && this.#affords(root),
        );
        for (const root of found) taken.add(root);
        return found.length > 0 ? found.flatMap((root) => below(root).children) : [one];
      }),
    );
  }

  #affords(root: Setting): boolean {
    const size = this.#sizes.get(root) ?? [...root.walk()].length;
    this.#sizes.set(root, size);
    this.#left -= size;
    return this.#left >= 0;
  }

  #found(pattern: string, folder: string): Setting[] {
    if (--this.#includes < 0) return [];
    const path = join(folder, pattern.replace(INSTALLED, ''));
    // A link to a file that is given is not read a second time.
    return (
      [pattern, path, path.replace('/sites-enabled/', '/sites-available/')]
        .map((one) => this.#matching(one))
        .find(({ length }) => length > 0) ?? []
    );
  }

  #matching(path: string): Setting[] {
    if (!/[*?]/.test(path)) return [this.#files.get(path) ?? []].flat();
    const written = path
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '[^/]*')
      .replaceAll('?', '[^/]');
    const wanted = new RegExp(`^${written}$`);
    return [...this.#files].filter(([file]) => wanted.test(file)).map(([, root]) => root);
  }
}
