import type { Json } from '@tacet/records';
import { CONVERTERS } from '../convert.ts';
import { FIELDS, type Field } from '../dialects/dialect.ts';
import { ATTRIBUTE_SLOTS } from '../dialects/index.ts';
import { FIELD_INDEX, type Slot } from '../dialects/slots.ts';
import { RULES } from '../lines/rules.ts';
import { DUPLICATES, isObject } from '../members.ts';
import { CLASS } from './kernel.ts';

/**
 * How far the event depends on a value, beyond its class: not at all (`opaque`: it is copied), as the time or the
 * end, wholly (`literal`: another value may be another shape), or in a way that only the reader knows.
 */
export type Treatment = 'opaque' | 'time' | 'end' | 'literal' | 'reader';

/** One value of a line, in the order of its text. */
export interface Leaf {
  key: string;
  value: Json;
  /** Its class: one of `CLASS`. */
  kind: number;
  /** The act of the member that it is a member of. */
  within?: 'attributes' | 'resource';
}

export interface Treated {
  treatment: Treatment;
  /** Indices in `FIELDS` of what the value may become: of two for one field it matters whether they are equal. */
  fields: readonly number[];
}

const TEXTS: readonly number[] = [CLASS.text, CLASS.hex];
const NUMBERS: readonly number[] = [CLASS.whole, CLASS.number];
const STRUCTURES: readonly number[] = [CLASS.object, CLASS.list];
const HEX: readonly number[] = [CLASS.hex];
const WHOLE: readonly number[] = [CLASS.whole];

/** Of what classes a field's converter gives back every value just as it is, or a number in quotes. */
const UNCHANGED: { readonly [F in Field]: readonly number[] } = {
  service: TEXTS,
  operation: TEXTS,
  severity: [],
  status: [],
  provider: TEXTS,
  model: TEXTS,
  duration_ns: WHOLE,
  input_tokens: WHOLE,
  output_tokens: WHOLE,
  trace_id: HEX,
  span_id: HEX,
  parent_span_id: HEX,
  conversation_id: [...TEXTS, ...NUMBERS],
  session_id: [...TEXTS, ...NUMBERS],
  user_id: [...TEXTS, ...NUMBERS],
  response_id: [...TEXTS, ...NUMBERS],
  finish_reasons: [],
  status_message: TEXTS,
  body: [...TEXTS, ...NUMBERS, ...STRUCTURES, CLASS.true, CLASS.false],
  system: STRUCTURES,
  input: STRUCTURES,
  output: STRUCTURES,
  tools: [],
};

/** Fields of which there are few values. */
const FEW: ReadonlySet<Field> = new Set(['severity', 'status', 'finish_reasons']);
const MAX_LITERAL = 24;
/** What members of a record of a model's request and answer become when they are texts. */
const CHAT: { readonly [name: string]: Field } = {
  prompt: 'input',
  messages: 'input',
  system: 'system',
  tools: 'tools',
  functions: 'tools',
  completion: 'output',
  answer: 'output',
  response: 'output',
};

const READER: Treated = { treatment: 'reader', fields: [] };
const opaque = (...fields: number[]): Treated => ({ treatment: 'opaque', fields });

/** For a value of a line of any shape. */
export function treat({ key, kind, value, within }: Leaf): Treated {
  if (!isOrdinary(key)) return READER;
  if (within === 'attributes') return bySlot(ATTRIBUTE_SLOTS.find(key), kind, value);
  if (within === 'resource') return inResource(key, kind);
  const rule = RULES.get(key);
  const text = TEXTS.includes(kind) || kind === CLASS.empty;
  const scalar = text || NUMBERS.includes(kind);
  switch (rule?.act) {
    case undefined:
      break;
    case 'time':
    case 'end':
      return scalar ? { treatment: rule.act, fields: [] } : READER;
    case 'kind':
      return literal(value);
    case 'chat':
      return text ? opaque(...(Object.hasOwn(CHAT, key) ? [FIELD_INDEX.get(CHAT[key]!)!] : [])) : READER;
    case 'scope':
      return kind === CLASS.object ? opaque() : READER;
    case 'source':
    case 'name':
      // Of text, they are kept like any other member, or name what the rest of the shape says.
      if (text) return rule.act === 'name' ? opaque() : bySlot(rule.slot, kind, value);
      return READER;
    default:
      return READER;
  }
  if (rule?.nested && isObject(value)) return literal(value, ...fieldsInside(key, value));
  return bySlot(rule ? rule.slot : ATTRIBUTE_SLOTS.flattened(key), kind, value);
}

/** Requests in OTLP's JSON are no single events. */
const REQUESTS = new Set(['resourceLogs', 'resourceSpans', 'resource_logs', 'resource_spans']);

/** Names that are members of their own, in their place, in every JavaScript object. */
export function isOrdinary(key: string): boolean {
  return key !== DUPLICATES && key !== '__proto__' && !REQUESTS.has(key) && !/^\d+$/.test(key);
}

function fieldsInside(key: string, value: { [name: string]: Json }): number[] {
  const prefix = key === 'context' ? '' : `${key}.`;
  return Object.keys(value).flatMap((name) => RULES.get(`${prefix}${name}`)?.slot?.field ?? []);
}

function inResource(key: string, kind: number): Treated {
  if (key === 'attributes' || key === 'schema_url') return READER;
  if (key !== 'service.name') return opaque();
  return TEXTS.includes(kind) ? opaque(FIELD_INDEX.get('service')!) : READER;
}

function bySlot(slot: Slot | undefined, kind: number, value: Json): Treated {
  if (!slot) return opaque();
  if (slot.path || slot.part || slot.unpack) return READER;
  const name = FIELDS[slot.field]!;
  if (FEW.has(name)) return literal(value, slot.field);
  if (slot.convert !== CONVERTERS[slot.field] || slot.saysAll || !UNCHANGED[name].includes(kind))
    return READER;
  return opaque(slot.field);
}

/** A value that may decide anything, if it is one of few. */
function literal(value: Json, ...fields: number[]): Treated {
  return JSON.stringify(value).length <= MAX_LITERAL ? { treatment: 'literal', fields } : READER;
}

const CANONICAL_LITERALS = new Set(['kind', 'severity', 'status']);
const CANONICAL_TEXTS = new Set(['service', 'operation', 'provider', 'model']);
const FIRST_CONTENT = FIELDS.indexOf('finish_reasons');

/** For a value of an event as Tacet itself prints it. */
export function treatCanonical({ key, kind, within }: Leaf): Treated {
  if (!isOrdinary(key)) return READER;
  if (within) return opaque();
  if (key === 'time') return { treatment: 'time', fields: [] };
  if (CANONICAL_LITERALS.has(key)) return { treatment: 'literal', fields: [] };
  if (CANONICAL_TEXTS.has(key)) return opaque();
  if (key === 'scope') return kind === CLASS.object ? opaque() : READER;
  if (key === 'events' || key === 'links') return kind === CLASS.list ? opaque() : READER;
  const field = FIELDS.indexOf(key as Field);
  if (field >= FIRST_CONTENT) return opaque();
  // A number for an id would get quotes.
  const quoted = key.endsWith('_id') && NUMBERS.includes(kind);
  return field >= 0 && UNCHANGED[FIELDS[field]!].includes(kind) && !quoted ? opaque() : READER;
}
