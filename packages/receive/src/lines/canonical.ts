import type { Attributes, Event, Json } from '@tacet/records';
import { CONVERTERS } from '../convert.ts';
import { FIELDS } from '../dialects/dialect.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { addMember, isObject, type Members } from '../members.ts';
import { checkedNanos } from '../time.ts';

const STRINGS = ['service', 'operation', 'severity', 'status', 'provider', 'model'] as const;
const SEVERITIES = new Set(['', 'trace', 'debug', 'info', 'warn', 'error', 'fatal']);
const STATUSES = new Set(['', 'ok', 'error']);
/** Where the fields begin that may hold any JSON. */
const CONTENT = FIELDS.indexOf('finish_reasons');
const KNOWN = new Set<string>([
  'time',
  'kind',
  ...FIELDS,
  'attributes',
  'resource',
  'scope',
  'events',
  'links',
]);

/** Whether a JSON object is an event as Tacet itself prints it. */
export function isCanonical(value: Members): boolean {
  return (
    (value.kind === 'log' || value.kind === 'span') &&
    typeof value.time === 'string' &&
    /^-?\d{1,30}$/.test(value.time) &&
    STRINGS.every((name) => typeof value[name] === 'string') &&
    SEVERITIES.has(value.severity as string) &&
    STATUSES.has(value.status as string)
  );
}

/**
 * Takes an event as Tacet printed it, member for member. A member of another type than it should
 * have, and any that is not Tacet's, goes to the attributes; so does `secrets`, which only detection
 * may write, as `tacet.secrets`.
 *
 * @throws TIME_INVALID
 */
export function eventFromCanonical(value: Members): Event {
  const event: Event = {
    time: checkedNanos(BigInt(value.time as string)),
    kind: value.kind as Event['kind'],
    service: value.service as string,
    operation: value.operation as string,
    severity: value.severity as string,
    status: value.status as string,
    provider: value.provider as string,
    model: value.model as string,
  };
  const odd: [string, Json][] = [];
  const members = event as unknown as Members;
  for (let index = STRINGS.length; index < FIELDS.length; index++) {
    const name = FIELDS[index]!;
    const inner = Object.hasOwn(value, name) ? value[name]! : undefined;
    if (inner === undefined) continue;
    // Content stays exactly as it is; a member that must be a number or text is checked.
    const typed = index < CONTENT;
    if (typed && CONVERTERS[index]!(inner, DEFAULT_LIMITS) !== inner) odd.push([name, inner]);
    else members[name] = inner;
  }
  for (const name of ['attributes', 'resource', 'scope'] as const) {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    if (isObject(inner)) event[name] = inner as Attributes;
    else if (inner !== undefined) odd.push([name, inner]);
  }
  for (const name of ['events', 'links'] as const) {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    if (Array.isArray(inner)) event[name] = inner;
    else if (inner !== undefined) odd.push([name, inner]);
  }
  for (const key of Object.keys(value)) {
    if (!KNOWN.has(key)) odd.push([key === 'secrets' ? 'tacet.secrets' : key, value[key]!]);
  }
  if (odd.length > 0) {
    const attributes: Members = { ...event.attributes };
    for (const [key, inner] of odd) addMember(attributes, key, inner);
    event.attributes = attributes;
  }
  return event;
}
