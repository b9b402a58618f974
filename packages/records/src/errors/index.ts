import { accessErrors } from './access.ts';
import { auditErrors } from './audit.ts';
import { eraseErrors } from './erase.ts';
import { keyErrors } from './keys.ts';
import { receiveErrors } from './receive.ts';
import { sealErrors } from './seal.ts';
import { searchErrors } from './search.ts';
import { storeErrors } from './store.ts';
import type { ErrorKind } from './table.ts';
import { trailErrors } from './trail.ts';

/** Every code Tacet can give; docs/errors.md explains each. */
export const ERROR_CODES = {
  ...receiveErrors,
  ...sealErrors,
  ...keyErrors,
  ...storeErrors,
  ...searchErrors,
  ...accessErrors,
  ...eraseErrors,
  ...trailErrors,
  ...auditErrors,
} satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The one error type that crosses a package's border. The message is for people and never holds
 * content: no value of an event, no row, no secret, no text of an engine's error.
 */
export class TacetError extends Error {
  override readonly name = 'TacetError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  /** Whether sending the same thing again later can succeed. */
  get retry(): boolean {
    return ERROR_CODES[this.code].retry;
  }
}

/** Narrowing helper for tests and edges: the code of a TacetError, undefined for anything else. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof TacetError ? error.code : undefined;
}
