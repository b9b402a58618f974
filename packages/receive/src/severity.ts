/** OpenTelemetry severity numbers: four to each level, from 1 (TRACE) to 24 (FATAL4). */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

/** Other spellings of a level: nothing is lost when only the level is kept. */
const SAME: { [level: string]: readonly string[] } = {
  trace: ['trace', 't'],
  debug: ['debug', 'dbg', 'd'],
  info: ['info', 'information', 'informational', 'i'],
  warn: ['warn', 'warning', 'w'],
  error: ['error', 'err', 'e'],
  fatal: ['fatal', 'f'],
};

/** Names that say more than the level they fall under; the name is kept beside it. */
const NEAR: { [level: string]: readonly string[] } = {
  trace: ['silly', 'finest', 'finer'],
  debug: ['verbose', 'fine', 'config'],
  info: ['http', 'notice', 'success', 'log'],
  error: ['severe'],
  fatal: ['critical', 'crit', 'alert', 'emergency', 'emerg', 'panic', 'dpanic'],
};

export interface Severity {
  level: string;
  /** Whether the level says all that the original said. */
  whole: boolean;
}

function table(): Map<string, Severity> {
  const known = new Map<string, Severity>();
  for (const [level, names] of Object.entries(NEAR))
    for (const name of names) known.set(name, { level, whole: false });
  for (const [level, names] of Object.entries(SAME)) {
    for (const name of names)
      known.set(name, { level, whole: true }).set(name.toUpperCase(), { level, whole: true });
  }
  return known;
}

const NAMES = table();

/** The level that a name in any case stands for; undefined for an unknown name. */
export function severityOfText(text: string): Severity | undefined {
  return NAMES.get(text) ?? (text.length <= 16 ? NAMES.get(text.trim().toLowerCase()) : undefined);
}

/** The level of an OpenTelemetry severity number; '' for 0 and for numbers outside 1 to 24. */
export function severityOfNumber(value: number): Level | '' {
  if (!(value >= 1 && value <= 24)) return '';
  return LEVELS[Math.floor((value - 1) / 4)]!;
}

/** Whether a level's name says all that a sender's name or number of it did. */
export function severitySaysAll(value: unknown): boolean {
  const known = Number(value) >= 10 ? severityOfTens(Number(value)) : severityOfText(String(value));
  return known?.whole ?? false;
}

/** The level of a pino or bunyan number: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
export function severityOfTens(value: number): Severity | undefined {
  if (!(value >= 10 && value < 70)) return undefined;
  return { level: LEVELS[Math.floor(value / 10) - 1]!, whole: value % 10 === 0 };
}
