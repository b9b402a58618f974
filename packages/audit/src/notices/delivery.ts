/** What became of an attempt. `why` is a code or a status: never a URL, nor what the other side said. */
export type Delivery =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'again' | 'never'; readonly why: string };

/** How long one attempt may take, milliseconds. */
export const PATIENCE_MS = 10_000;

const MINUTE = 60;
const HOUR = 3_600;
/** Seconds after an attempt until the next: about three days in all. */
const WAITS = [
  5,
  30,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  24 * HOUR,
];

/**
 * Seconds until the next attempt after so many failed ones, a fifth more or less, so that what failed together
 * does not come together again; undefined when enough was tried.
 */
export function waitAfter(attempts: number, random: () => number = Math.random): number | undefined {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? undefined : Math.max(1, Math.round(wait * (0.8 + 0.4 * random())));
}

/** The code of what a socket or a library threw; its text may name the address. */
export function codeOfFailure(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at.name === 'TimeoutError') return 'no answer in time';
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code;
  }
  return 'no connection';
}
