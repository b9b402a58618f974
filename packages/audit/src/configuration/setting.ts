/** A point in a text; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

interface Parts {
  readonly name: string;
  readonly value?: string | undefined;
  readonly children?: readonly Setting[] | undefined;
  readonly file: string;
  readonly at: Position;
  /** Of its parent; empty at the top. */
  readonly within?: string;
}

/**
 * One setting of a file, whatever its format: an XML element, a member of YAML, a line of `redis.conf`, a
 * block of nginx. It has a value, or others below it, or both (`location /x { … }`).
 */
export class Setting {
  readonly name: string;
  /** As text: `null` of YAML is the empty text; undefined where others stand below. */
  readonly value: string | undefined;
  readonly children: readonly Setting[];
  readonly file: string;
  readonly at: Position;
  /** From the top of the file: `users.default.password`. */
  readonly path: string;

  constructor({ name, value, children = [], file, at, within = '' }: Parts) {
    this.name = name;
    this.value = value;
    this.children = children;
    this.file = file;
    this.at = at;
    this.path = within === '' ? name : `${within}.${name}`;
  }

  /** The first one at that path; undefined when there is none. */
  get(...names: readonly string[]): Setting | undefined {
    return names.reduce<Setting | undefined>(
      (at, name) => at?.children.find((child) => child.name === name),
      this,
    );
  }

  /** Every one at that path; `*` stands for any name. */
  all(...names: readonly string[]): Setting[] {
    return names.reduce<Setting[]>(
      (found, name) =>
        found.flatMap((one) => one.children.filter((child) => name === '*' || child.name === name)),
      [this],
    );
  }

  /** The last one of that name at the top, for formats in which a later line wins. */
  last(name: string): Setting | undefined {
    return this.children.findLast((child) => child.name === name);
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
    const { name, file, at, path } = this;
    const within = path === name ? '' : path.slice(0, -name.length - 1);
    return new Setting({ name, value, children, file, at, within });
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
