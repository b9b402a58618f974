import { CONVERTERS, convertJson } from '../convert.ts';
import { FIELDS } from '../dialects/dialect.ts';
import { ATTRIBUTE_SLOTS } from '../dialects/index.ts';
import { LEVELS, type Level, severityOfText } from '../severity.ts';
import { isOrdinary } from '../shapes/treatment.ts';
import { EXTRA } from './record.ts';

/** Bits that ../../assembly/otlp has as well. The lowest five are the index of a field; 31: none. */
const NO_FIELD = 31;
export const REFERENCE = 1 << 5;
const TEXT = 1 << 6;
const COUNT = 1 << 7;
const LIST = 1 << 8;
const OBJECT = 1 << 9;
const MESSAGES = 1 << 10;
const STRUCTURE = 1 << 11;
const REASONS = 1 << 12;
const LEVEL_SHIFT = 16;
const WHOLE_LEVEL = 1 << 20;

/** Values of fields that their converters give back as they are. */
const FITS: { readonly [field: string]: number } = {
  service: TEXT,
  operation: TEXT,
  provider: TEXT,
  model: TEXT,
  status_message: TEXT,
  conversation_id: TEXT,
  session_id: TEXT,
  user_id: TEXT,
  response_id: TEXT,
  duration_ns: COUNT,
  input_tokens: COUNT,
  output_tokens: COUNT,
  finish_reasons: REASONS,
  system: MESSAGES | LIST | OBJECT,
  input: MESSAGES | LIST | OBJECT,
  output: MESSAGES | LIST | OBJECT,
  tools: STRUCTURE | OBJECT,
};

const EXTRAS: ReadonlySet<string> = new Set(Object.values(EXTRA));

/**
 * What a name says of its value: the field that it may become, and of what values it does so without a change. All
 * else is the reference's.
 */
function asAttribute(name: string): number {
  // Names that records' own members have as well, where the reference finds the second value of two.
  if (!isOrdinary(name) || EXTRAS.has(name)) return REFERENCE;
  const slot = ATTRIBUTE_SLOTS.find(name);
  if (slot === undefined) return NO_FIELD;
  if (slot.path || slot.part || slot.unpack) return REFERENCE;
  if (slot.convert === CONVERTERS[slot.field]) return slot.field | (FITS[FIELDS[slot.field]!] ?? REFERENCE);
  return slot.convert === convertJson ? slot.field | STRUCTURE | OBJECT : REFERENCE;
}

/** What a name says of a record's severity. */
function asSeverity(name: string): number {
  const known = severityOfText(name);
  if (!known) return 0;
  return ((LEVELS.indexOf(known.level as Level) + 1) << LEVEL_SHIFT) | (known.whole ? WHOLE_LEVEL : 0);
}

/** What the kernel must know of a name: its traits, and what rank it has among those of one field. */
export function traitsOf(name: string): { traits: number; rank: number } {
  return { traits: asAttribute(name) | asSeverity(name), rank: ATTRIBUTE_SLOTS.find(name)?.rank ?? 0 };
}
