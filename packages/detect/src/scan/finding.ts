import type { Found } from '../marker.ts';
import type { Ranked } from './overlaps.ts';

/** A secret in a text. `start` and `end` are UTF-16 indices of what a marker is to replace. */
export interface Finding extends Ranked, Found {
  /** The kind of the rule that found it; the same as `kind` for the first secret of an encoded value. */
  readonly rule: string;
  /** Gives way when the text holds anything else: a connection string with its password found. */
  readonly weak?: boolean;
  /** In an encoded value that holds several: all of them, in order. */
  readonly inside?: readonly Found[];
}

/** What is known by its own form, by a form around it, by decoding, by a name. */
export const RANK = { marker: 9, pattern: 4, parser: 3, encoded: 2, name: 1 } as const;
