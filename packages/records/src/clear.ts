import type { Event } from './event.ts';

/**
 * Clear columns of one event: the coarse facts that any analyst, and any thief, may read.
 * Everything else is sealed.
 */
export interface ClearRow {
  /** Whole seconds since 1970, floor; clamped to ±2^53. In the strict profile whole minutes, in seconds. */
  time: number;
  kind: string;
  service: string;
  operation: string;
  model: string;
  provider: string;
  status: string;
  severity: string;
  /** Nanoseconds rounded at random to a neighbouring step of 9 %; -1 when absent, -2 when sealed. */
  duration_ns: number;
  /** Counts rounded at random to a neighbouring step of 19 %; -1 when absent, -2 when sealed. */
  input_tokens: number;
  output_tokens: number;
  /** `kind×count`, sorted by kind; e.g. `['openai-api-key×2']`. */
  secrets: string[];
}

export const CLEAR_STRING_COLUMNS = [
  'kind',
  'service',
  'operation',
  'model',
  'provider',
  'status',
  'severity',
] as const;
export const CLEAR_NUMBER_COLUMNS = ['time', 'duration_ns', 'input_tokens', 'output_tokens'] as const;

/** Stands in a clear column for a value that the owner's policy seals; analysts see that it is there. */
export const SEALED_TEXT = '(sealed)';
/** Stands there for a value that holds a secret or personal data, whatever the policy says. */
export const WITHHELD_TEXT = '(withheld)';
/** `SEALED_TEXT` in a column of numbers. */
export const SEALED_NUMBER = -2;

const DURATION_STEP = 1.09;
const TOKEN_STEP = 1.19;
/** A clear value is cut here: a span name as long as a chat must not become one. UTF-16 units. */
export const MAX_CLEAR_LENGTH = 96;

/** The two neighbouring steps around `value`: powers of `ratio`, rounded to integers, 0 for 0. */
export function steps(value: number, ratio: number): [below: number, above: number] {
  if (!(value > 0)) return [0, 0];
  const exponent = Math.floor(Math.log(value) / Math.log(ratio));
  let below = Math.round(ratio ** exponent);
  let above = Math.round(ratio ** (exponent + 1));
  // Floating point may land one step off, and small steps may coincide.
  if (below > value) below = Math.round(ratio ** (exponent - 1));
  if (above < value) above = Math.round(ratio ** (exponent + 2));
  if (below > value) below = Math.floor(value);
  if (above < value) above = Math.ceil(value);
  return [below, above];
}

/** Rounds to one of two steps with the probability that keeps the expectation equal to `value`. */
export function roundToStep(value: number, ratio: number, random: () => number): number {
  const [below, above] = steps(value, ratio);
  if (above === below) return below;
  return random() < (value - below) / (above - below) ? above : below;
}

function seconds(time: string): number {
  const whole = time.length > 9 ? Number(time.slice(0, -9)) : 0;
  // Slicing truncates toward zero; floor needs one less below zero unless it was exact.
  const value = time.startsWith('-') ? Math.floor(Number(time) / 1e9) : whole;
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
}

/** Kinds of secret with how often, as they stand in the clear. */
export function secretList(secrets: Event['secrets'] = {}): string[] {
  return Object.keys(secrets)
    .sort()
    .map((kind) => `${kind}×${secrets[kind]}`);
}

/** A clear text: cut where it is too long, well-formed. */
export function clearText(value: string): string {
  const short = value.length > MAX_CLEAR_LENGTH ? value.slice(0, MAX_CLEAR_LENGTH) : value;
  return short.isWellFormed() ? short : short.toWellFormed();
}

/** A duration, or -1 for none, as it is shown; `random` is uniform in [0, 1). */
export function coarseDuration(exact: number, random: () => number): number {
  return exact === -1 ? -1 : roundToStep(exact, DURATION_STEP, random);
}

/** A count of tokens, or -1 for none, as it is shown; `random` is uniform in [0, 1). */
export function coarseTokens(exact: number, random: () => number): number {
  return exact === -1 ? -1 : roundToStep(exact, TOKEN_STEP, random);
}

/**
 * The clear facts of `event`. `random` is uniform in [0, 1); `shown` gives what a text is in a clear column.
 */
export function clearFacts(
  event: Event,
  random: () => number,
  shown: (text: string) => string = clearText,
): ClearRow {
  return {
    time: seconds(event.time),
    kind: shown(event.kind),
    service: shown(event.service),
    operation: shown(event.operation),
    model: shown(event.model),
    provider: shown(event.provider),
    status: shown(event.status),
    severity: shown(event.severity),
    duration_ns: coarseDuration(event.duration_ns ?? -1, random),
    input_tokens: coarseTokens(event.input_tokens ?? -1, random),
    output_tokens: coarseTokens(event.output_tokens ?? -1, random),
    secrets: secretList(event.secrets),
  };
}

/** Whether `clear` is a truthful coarse view of `event`, as coarse as any policy makes it. */
export function clearMatches(clear: ClearRow, event: Event): boolean {
  const second = seconds(event.time);
  if (clear.time !== second && clear.time !== Math.floor(second / 60) * 60) return false;
  for (const name of CLEAR_STRING_COLUMNS) {
    const stored = clear[name];
    if (stored === SEALED_TEXT || stored === WITHHELD_TEXT) continue;
    if (stored !== clearText(event[name])) return false;
  }
  const secrets = clear.secrets.join(' ');
  return (
    (secrets === SEALED_TEXT || secrets === secretList(event.secrets).join(' ')) &&
    isCoarse(event.duration_ns, DURATION_STEP, clear.duration_ns) &&
    isCoarse(event.input_tokens, TOKEN_STEP, clear.input_tokens) &&
    isCoarse(event.output_tokens, TOKEN_STEP, clear.output_tokens)
  );
}

/** Either step around the exact value, or, in the strict profile, a power of two around one of those; or sealed. */
function isCoarse(exact: number | undefined, ratio: number, stored: number): boolean {
  if (stored === SEALED_NUMBER) return true;
  if (exact === undefined) return stored === -1;
  // Engines may round a power differently in its last digit.
  const near = (step: number) => Math.abs(step - stored) <= step * 1e-9;
  const [below, above] = steps(exact, ratio);
  return near(below) || near(above) || steps(below, 2).some(near) || steps(above, 2).some(near);
}
