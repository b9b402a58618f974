import type { Json } from '@tacet/records';
import { CONVERTERS, type Convert } from '../convert.ts';
import { DIALECTS } from '../dialects/index.ts';
import { FIELD_INDEX, type Slot, SlotTable } from '../dialects/slots.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { severityOfNumber } from '../severity.ts';
import {
  ATTRIBUTE_NAMES,
  CANONICAL_NAMES,
  CHAT_NAMES,
  DURATION_NAMES,
  END_NAMES,
  LOGGER_NAMES,
  NESTED_NAMES,
  PAIRED_COLUMNS,
  RESOURCE_NAMES,
  SCOPE_NAMES,
  SEVERITY_NUMBER_NAMES,
  TIME_NAMES,
} from './names.ts';

/** What is done with a member of a JSON line, besides becoming the field of its `slot`. */
export type Act =
  | 'time'
  | 'end'
  | 'duration'
  | 'attributes'
  | 'resource'
  | 'scope'
  | 'chat'
  | 'column'
  | 'list'
  | 'kind'
  | 'name'
  | 'source'
  | 'secrets';

export interface Rule {
  act: Act | undefined;
  /** For times: the lowest wins. */
  rank: number;
  /** The field that a value becomes which `act` does not take. */
  slot: Slot | undefined;
  /** Whether an object is searched for dotted names. */
  nested: boolean;
  /** For columns: `string` of `string.names`, and whether it holds names, values or an object of both. */
  column?: { base: string; part: 'names' | 'values' | 'both' };
}

/** Names of every kind in one table: canonical ones, those of loggers, then the dialects of attributes. */
export const LINE_SLOTS = new SlotTable([CANONICAL_NAMES, LOGGER_NAMES, ...DIALECTS]);

/** OpenTelemetry's numbers, which mean something else than a logger's under these names only. */
const severityNumber: Convert = (value) => severityOfNumber(Number(value)) || undefined;
const statusCode: Convert = (value) =>
  CONVERTERS[STATUS]!(['', 'ok', 'error'][Number(value)] ?? value, DEFAULT_LIMITS);
const SEVERITY = FIELD_INDEX.get('severity')!;
const STATUS = FIELD_INDEX.get('status')!;
/** After every other name of the field. */
const LAST = 1 << 20;

function build(): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  const add = (name: string, act: Act | undefined, more: Partial<Rule> = {}) => {
    const known = rules.get(name) ?? { act: undefined, rank: 0, slot: LINE_SLOTS.find(name), nested: false };
    rules.set(name, { ...known, act: act ?? known.act, ...more });
  };
  for (const name of LINE_SLOTS.names()) add(name, undefined);
  for (const name of NESTED_NAMES) add(name, undefined, { nested: true });
  for (const [rank, name] of TIME_NAMES.entries()) add(name, 'time', { rank });
  for (const name of END_NAMES) add(name, 'end');
  for (const name of DURATION_NAMES) add(name, 'duration');
  for (const name of ATTRIBUTE_NAMES) add(name, 'attributes');
  for (const name of RESOURCE_NAMES) add(name, 'resource');
  for (const name of SCOPE_NAMES) add(name, 'scope');
  for (const name of CHAT_NAMES) add(name, 'chat');
  for (const name of SEVERITY_NUMBER_NAMES) {
    const saysAll = (value: Json) => Number(value) % 4 === 1;
    add(name, undefined, { slot: { field: SEVERITY, rank: LAST, convert: severityNumber, saysAll } });
  }
  add('status.code', undefined, { slot: { field: STATUS, rank: LAST, convert: statusCode } });
  for (const base of PAIRED_COLUMNS) {
    add(base, 'column', { column: { base, part: 'both' } });
    add(`${base}.names`, 'column', { column: { base, part: 'names' } });
    add(`${base}.values`, 'column', { column: { base, part: 'values' } });
  }
  add('events', 'list');
  add('links', 'list');
  add('kind', 'kind');
  add('name', 'name');
  add('_source', 'source');
  add('secrets', 'secrets');
  return rules;
}

export const RULES: ReadonlyMap<string, Rule> = build();
