import { join, resolve } from 'node:path';

/** Where things are below a Tacet directory. Nothing in it opens a segment. */
export interface Layout {
  root: string;
  config: string;
  /** Held by the one process that has the directory open. */
  lock: string;
  /** Address and process of a listening server; there only while it runs. */
  run: string;
  /** Sealed segments (embedded log engine). */
  logs: string;
  /** Control records: shares, sessions, authority, token hashes (embedded). */
  control: string;
  trail: string;
  keys: string;
  /** Who may do what: Cedar files that a person can read and change. */
  policy: string;
}

/** The layout of `directory`, as absolute paths. Touches nothing. */
export function layoutOf(directory: string): Layout {
  const root = resolve(directory);
  const at = (name: string) => join(root, name);
  return {
    root,
    config: at('config.json'),
    lock: at('lock'),
    run: at('run.json'),
    logs: at('logs'),
    control: at('control'),
    trail: at('trail'),
    keys: at('keys'),
    policy: at('policy'),
  };
}
