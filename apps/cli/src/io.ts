import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Output = Writable & { isTTY?: boolean; columns?: number };

/** Everything a command touches outside the files it was told of: tests give their own. */
export interface Io {
  stdin: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  stdout: Output;
  stderr: Output;
  env: Record<string, string | undefined>;
  /** Aborted when the person or the system asks the command to end. */
  stop: AbortSignal;
}

/** Exit statuses of every command. */
export const STATUS = {
  done: 0,
  /** The command worked and found something wrong. */
  problem: 1,
  /** Wrong use, or the command could not do its work. */
  failure: 2,
} as const;
