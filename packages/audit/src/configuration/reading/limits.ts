import { TacetError } from '@tacet/records';

/** How deep settings may stand in one another, */
export const MAX_DEPTH = 64;
/** and how many of them a file may have, those behind anchors counted each time. */
export const MAX_SETTINGS = 100_000;

/** Counts settings while a file is read. */
export class Budget {
  readonly #file: string;
  #left = MAX_SETTINGS;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws CONFIGURATION_INVALID past the limits */
  take(depth: number): void {
    if (--this.#left < 0) throw invalid(this.#file, `has more than ${MAX_SETTINGS} settings`);
    if (depth > MAX_DEPTH) throw invalid(this.#file, `is more than ${MAX_DEPTH} levels deep`);
  }
}

/** `what` completes "FILE …"; never with anything out of the file. */
export function invalid(file: string, what: string, line?: number): TacetError {
  return new TacetError(
    'CONFIGURATION_INVALID',
    `${file}${line === undefined ? '' : `:${line}`} ${what}; its settings were not checked`,
  );
}
