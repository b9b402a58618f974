import { roundToStep, SEALED_NUMBER, SEALED_TEXT } from './clear.ts';
import type { ClearColumns } from './clear-columns.ts';
import { TacetError } from './errors/index.ts';
import type { Attributes, Event, Json } from './event.ts';

/** What becomes of a value: any analyst may read it, only readers may, or nobody ever. */
export type Treatment = 'clear' | 'sealed' | 'dropped';

/** `default`: times to the second, steps of 9 and 19 %. `strict`: times to the minute, powers of two. */
export type ClearProfile = 'default' | 'strict';

/** What is clear, what is sealed, what is dropped: the owner's choice, for what comes in from now on. */
export interface ClearPolicy {
  profile: ClearProfile;
  /** Clear columns that are sealed instead. */
  sealed: ReadonlySet<SealableColumn>;
  /** Members and attributes of events that are taken out before anything else. */
  dropped: ReadonlySet<string>;
}

export const BUILT_IN_POLICY: ClearPolicy = { profile: 'default', sealed: new Set(), dropped: new Set() };

const SEALABLE = [
  'kind',
  'service',
  'operation',
  'model',
  'provider',
  'status',
  'severity',
  'duration_ns',
  'input_tokens',
  'output_tokens',
  'secrets',
] as const;
export type SealableColumn = (typeof SEALABLE)[number];

/** What a row cannot do without: its time, its kind, and what detection says of it. */
const KEPT: ReadonlySet<string> = new Set(['time', 'kind', 'secrets']);
/** Members that an event always has; dropped ones are empty. */
const TEXTS: ReadonlySet<string> = new Set([
  'service',
  'operation',
  'severity',
  'status',
  'provider',
  'model',
]);
const MAX_NAMES = 1_000;
const MINUTE = 60;

function invalid(why: string): TacetError {
  return new TacetError('CONFIG_INVALID', `the policy for clear values: ${why}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads `{"profile": "strict", "attributes": {"service": "sealed", "user_id": "dropped"}}`. Names are
 * those of queries: members of events and clear columns, `resource.<name>`, and else attributes.
 * @throws TacetError CONFIG_INVALID
 */
export function parseClearPolicy(text: string): ClearPolicy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isObject(value)) throw invalid('it is not an object');
  const { profile = 'default', attributes = {}, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw invalid(`${JSON.stringify(other)} is not known: it has profile and attributes`);
  if (profile !== 'default' && profile !== 'strict') throw invalid('profile is "default" or "strict"');
  if (!isObject(attributes)) throw invalid('attributes is not an object');
  const names = Object.entries(attributes);
  if (names.length > MAX_NAMES) throw invalid(`it names more than ${MAX_NAMES} attributes`);
  const sealed = new Set<SealableColumn>();
  const dropped = new Set<string>();
  for (const [name, treatment] of names) {
    const column = SEALABLE.find((one) => one === name);
    if (treatment === 'dropped') {
      if (KEPT.has(name)) throw invalid(`${name} cannot be dropped`);
      dropped.add(name);
    } else if (treatment === 'sealed') {
      if (name === 'time') throw invalid('time is always clear: the profile says how coarse');
      if (column) sealed.add(column);
    } else if (treatment !== 'clear') {
      throw invalid(`${JSON.stringify(name)} is none of clear, sealed, dropped`);
    } else if (!column && name !== 'time') {
      throw invalid(`${JSON.stringify(name)} cannot be clear: only time, ${SEALABLE.join(', ')}`);
    }
  }
  return { profile, sealed, dropped };
}

/** The columns as the policy lets them be seen; new arrays where they differ. Doing it twice changes nothing. */
export function applyClearPolicy(
  columns: ClearColumns,
  policy: ClearPolicy,
  random: () => number,
): ClearColumns {
  const seen = { ...columns };
  if (policy.profile === 'strict') {
    seen.time = columns.time.map(minuteOf);
    for (const name of ['duration_ns', 'input_tokens', 'output_tokens'] as const)
      seen[name] = columns[name].map((value) => (value < 0 ? value : roundToStep(value, 2, random)));
  }
  for (const name of policy.sealed) Object.assign(seen, { [name]: sealedColumn(name, columns.time.length) });
  return seen;
}

function sealedColumn(name: SealableColumn, rows: number): ClearColumns[SealableColumn] {
  if (name === 'duration_ns' || name === 'input_tokens' || name === 'output_tokens')
    return new Float64Array(rows).fill(SEALED_NUMBER);
  const column = { texts: rows === 0 ? [] : [SEALED_TEXT], places: new Uint32Array(rows) };
  return name === 'secrets'
    ? { ...column, ends: Uint32Array.from(column.places, (_, row) => row + 1) }
    : column;
}

/** The second at which a minute begins. */
export function minuteOf(second: number): number {
  return Math.floor(second / MINUTE) * MINUTE;
}

/** First and last second that a segment tells of itself: in the strict profile whole minutes. */
export function clearTimeRange(
  { timeMin, timeMax }: { timeMin: number; timeMax: number },
  policy: ClearPolicy,
): { timeMin: number; timeMax: number } {
  if (policy.profile !== 'strict') return { timeMin, timeMax };
  return { timeMin: minuteOf(timeMin), timeMax: minuteOf(timeMax) + MINUTE - 1 };
}

/** The event without what the policy drops; the same object when it has nothing of that. */
export function dropAttributes(event: Event, { dropped }: ClearPolicy): Event {
  if (dropped.size === 0) return event;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) {
    if (!KEPT.has(name) && dropped.has(name)) {
      if (TEXTS.has(name)) kept[name] = '';
    } else if (name === 'attributes') kept[name] = without(value as Attributes, dropped, '');
    else if (name === 'resource') kept[name] = without(value as Attributes, dropped, 'resource.');
    else if (name === 'events' || name === 'links') {
      kept[name] = (value as Json[]).map((one) =>
        isObject(one) && isObject(one.attributes)
          ? { ...one, attributes: without(one.attributes as Attributes, dropped, '') }
          : one,
      );
    } else kept[name] = value;
  }
  return kept as unknown as Event;
}

/** Members whose own name, or the name below `prefix`, is dropped are left out. */
function without(attributes: Attributes, dropped: ReadonlySet<string>, prefix: string): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => !dropped.has(`${prefix}${name}`)),
  ) as Attributes;
}
