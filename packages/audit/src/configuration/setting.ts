/** A point in a text; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

interface Parts {
  readonly name: string;
  readonly value?: string | undefined;
  /** As the file has it, where the value is what was made of it. */
  readonly written?: string | undefined;
  readonly children?: readonly Setting[] | undefined;
  readonly file: string;
  readonly at: Position;
  /** Of its parent; empty at the top. */
  readonly within?: string;
}

/** Characters of a path: in a hostile file one long name would stand in the paths of everything below it. */
const MAX_PATH = 1000;

/** The path of what is called `name` below the path `within`, as far as a path goes. */
export function pathOf(within: string, name: string): string {
  const path = within === '' ? name : `${within}.${name}`;
  return path.length > MAX_PATH ? path.slice(0, MAX_PATH) : path;
}

/**
 * One setting of a file, whatever its format: an XML element, a member of YAML, a line of `redis.conf`, a
 * block of nginx. It has a value, or others below it, or both (`location /x { … }`).
 */
export class Setting {
  readonly name: string;
  /** As text: `null` of YAML is the empty text; undefined where others stand below. */
  readonly value: string | undefined;
  /** The value before variables in it were filled in. */
  readonly written: string | undefined;
  readonly children: readonly Setting[];
  readonly file: string;
  readonly at: Position;
  /** The path of its parent; empty at the top. */
  readonly within: string;
  /** From the top of the file: `users.default.password`. */
  readonly path: string;
  /** Its children by their names, once one was asked for: checks ask for many. */
  #named: Map<string, Setting[]> | undefined;

  constructor({ name, value, written = value, children = [], file, at, within = '' }: Parts) {
    this.name = name;
    this.value = value;
    this.written = written;
    this.children = children;
    this.file = file;
    this.at = at;
    this.within = within;
    this.path = pathOf(within, name);
  }

  /** The first one at that path; undefined when there is none. */
  get(...names: readonly string[]): Setting | undefined {
    return names.reduce<Setting | undefined>((at, name) => (at ? at.#called(name)[0] : undefined), this);
  }

  /** Every one at that path; `*` stands for any name. */
  all(...names: readonly string[]): Setting[] {
    return names.reduce<Setting[]>(
      (found, name) => found.flatMap((one) => (name === '*' ? one.children : one.#called(name))),
      [this],
    );
  }

  /** The last one of that name at the top, for formats in which a later line wins. */
  last(name: string): Setting | undefined {
    return this.#called(name).at(-1);
  }

  #called(name: string): readonly Setting[] {
    this.#named ??= Map.groupBy(this.children, (child) => child.name);
    return this.#named.get(name) ?? [];
  }

  /** The value at that path, without surrounding space; empty when there is none. */
  text(...names: readonly string[]): string {
    return this.get(...names)?.value?.trim() ?? '';
  }

  /** This one and everything below it, in the order of the file. */
  *walk(): Generator<Setting> {
    const waiting: Setting[] = [this];
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      yield one;
      for (let at = one.children.length - 1; at >= 0; at--) waiting.push(one.children[at]!);
    }
  }

  /** The same with other children, for merging. */
  with(children: readonly Setting[], value = this.value): Setting {
    const { name, written, file, at, within } = this;
    return new Setting({
      name,
      value,
      ...(value === this.value ? { written } : {}),
      children,
      file,
      at,
      within,
    });
  }
}

const ON = /^(?:1|true|yes|on|enabled?)$/i;
const OFF = /^(?:0|false|no|off|disabled?)$/i;

/** Whether it is there and says yes, in any spelling that configuration files know. */
export function isOn(setting: Setting | undefined): boolean {
  return ON.test(setting?.value?.trim() ?? '');
}

/** Whether it is there and says no; a setting that is missing says nothing. */
export function isOff(setting: Setting | undefined): boolean {
  return OFF.test(setting?.value?.trim() ?? '');
}
