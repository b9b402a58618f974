import type { Attributes, Json } from '@tacet/records';
import { parseStructure } from '../content.ts';
import type { Meter } from '../measure.ts';
import { isObject, type Members } from '../members.ts';
import { JsonValues } from '../otlp/json-values.ts';
import { clickHouseLiteral } from './literal.ts';

/**
 * Gives each attribute of a container to `take`: an object's members, or the entries of an
 * OTLP-like list of `{key, value: {stringValue}}`.
 *
 * @returns false when the value is neither
 */
export function attributesOf(value: Json, meter: Meter, take: (name: string, value: Json) => void): boolean {
  if (typeof value === 'string') {
    const parsed = parseStructure(value, meter.limits) ?? clickHouseLiteral(value);
    return parsed !== undefined && attributesOf(parsed, meter, take);
  }
  if (isObject(value)) {
    for (const name in value) take(name, value[name]!);
    return true;
  }
  if (!isKeyValues(value)) return false;
  new JsonValues(meter).keyValues(value, 0, take);
  return true;
}

function isKeyValues(value: Json): value is Members[] {
  return (
    Array.isArray(value) &&
    value.every((entry) => isObject(entry) && typeof entry.key === 'string' && isObject(entry.value))
  );
}

/** A resource written as its attributes, or as `{attributes, schema_url}`; undefined when it is neither. */
export function resourceOf(
  value: Json,
  meter: Meter,
): { service: string | undefined; attributes: Attributes } | undefined {
  const members: Members = {};
  const holds =
    isObject(value) && value.attributes !== undefined && !Array.isArray(value) ? value : undefined;
  const taken = attributesOf(holds?.attributes ?? value, meter, (name, inner) => {
    Object.defineProperty(members, name, {
      value: inner,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  });
  if (!taken) return undefined;
  if (holds) {
    for (const key of Object.keys(holds))
      if (key !== 'attributes' && !Object.hasOwn(members, key)) members[key] = holds[key]!;
  }
  const { 'service.name': service, ...rest } = members;
  return typeof service === 'string' && service !== ''
    ? { service, attributes: rest as Attributes }
    : { service: undefined, attributes: members as Attributes };
}
