import { Setting } from '../setting.ts';
import { Budget } from './limits.ts';
import { saying } from './lines.ts';

const HASH = /^#/;

/**
 * `name value…`, one a line, as `redis.conf`, `mosquitto.conf` and `sshd_config` have it: names in lower
 * case, quotes around the value taken off.
 */
export function readWords(text: string, file: string): Setting {
  return flat(text, file, HASH, (line) => {
    const [, name = '', value = ''] = /^(\S+)[ \t]*(.*)$/.exec(line) ?? [];
    return { name: name.toLowerCase(), value: unquoted(value) };
  });
}

/** The same with names as they are: options such as `-S` and `-s` differ in nothing else. */
export function readOptions(text: string, file: string): Setting {
  return flat(text, file, HASH, (line) => {
    const [, name = '', value = ''] = /^(\S+)[ \t]*(.*)$/.exec(line) ?? [];
    return { name, value: unquoted(value) };
  });
}

/** `name = value`, as `postgresql.conf`, `rabbitmq.conf`, `server.properties` and `.env` have it. */
export function readPairs(text: string, file: string): Setting {
  return flat(text, file, /^[#!]/, (line) => {
    const [, name = '', value = ''] =
      /^(?:export[ \t]+)?([^\s=:]+)[ \t]*(?:[=:][ \t]*|[ \t]+|$)(.*)$/.exec(line) ?? [];
    return { name, value: unquoted(value) };
  });
}

/** One setting a line without a name of its own but its place, as `pg_hba.conf` has it. */
export function readRows(text: string, file: string): Setting {
  let row = 0;
  return flat(text, file, HASH, (line) => ({ name: String(row++), value: line.replace(/\s+#.*$/, '') }));
}

/** `[section]` with `name = value` below, as `my.cnf`, `grafana.ini` and TOML have it; dots part sections. */
export function readIni(text: string, file: string): Setting {
  const budget = new Budget(file);
  const sections: { name: string; at: { line: number; column: number }; children: Setting[] }[] = [
    { name: '', at: { line: 1, column: 1 }, children: [] },
  ];
  for (const { text: line, ...at } of saying(text, /^[#;!]/)) {
    budget.take(1);
    const section = /^\[{1,2}\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) sections.push({ name: section, at, children: [] });
    else {
      const [, name = '', value = ''] = /^([^\s=]+)[ \t]*(?:=[ \t]*)?(.*)$/.exec(line) ?? [];
      const { name: within, children } = sections.at(-1)!;
      children.push(new Setting({ name, value: unquoted(value), file, at, within }));
    }
  }
  const [top, ...named] = sections;
  const children = [
    ...top!.children,
    ...named.map(({ name, at, children }) => new Setting({ name, children, file, at })),
  ];
  return new Setting({ name: '', children, file, at: top!.at });
}

function flat(
  text: string,
  file: string,
  comments: RegExp,
  parse: (line: string) => { name: string; value: string },
): Setting {
  const budget = new Budget(file);
  const children: Setting[] = [];
  for (const { text: line, ...at } of saying(text, comments)) {
    budget.take(1);
    children.push(new Setting({ ...parse(line), file, at }));
  }
  return new Setting({ name: '', children, file, at: { line: 1, column: 1 } });
}

/** A value as the program sees it: quotes off, and what stands behind a ` #`. */
function unquoted(text: string): string {
  const value = text.trim();
  const quoted = /^(["'])(.*?)\1(?:\s*[#;].*)?$/.exec(value);
  return quoted ? quoted[2]! : value.replace(/(?:^|\s)[#;].*$/, '').trim();
}
