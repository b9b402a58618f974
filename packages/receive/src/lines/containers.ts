import { codeOf, type Json } from '@tacet/records';
import { parseStructure } from '../content.ts';
import type { Meter } from '../measure.ts';
import { addMember, isObject, type Members } from '../members.ts';
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
  const list = keyValuesOf(value, meter);
  for (const [name, inner] of list ?? []) take(name, inner);
  return list !== undefined;
}

const VALUE_KINDS = new Set(
  ['string', 'bool', 'int', 'double', 'array', 'kvlist', 'bytes'].flatMap((kind) => [
    `${kind}Value`,
    `${kind}_value`,
  ]),
);

/** The entries of a list of `{key, value}` in which nothing else stands; undefined for any other. */
function keyValuesOf(value: Json, meter: Meter): [string, Json][] | undefined {
  if (!Array.isArray(value) || !value.every(isKeyValue)) return undefined;
  const list: [string, Json][] = [];
  try {
    new JsonValues(meter).keyValues(value, 0, (name, inner) => list.push([name, inner]));
    return list;
  } catch (error) {
    if (codeOf(error) === 'OTLP_INVALID') return undefined;
    throw error;
  }
}

function isKeyValue(entry: Json): boolean {
  if (!isObject(entry) || typeof entry.key !== 'string' || !isObject(entry.value)) return false;
  const kinds = Object.keys(entry.value);
  return Object.keys(entry).length === 2 && kinds.length <= 1 && kinds.every((kind) => VALUE_KINDS.has(kind));
}

/** A resource written as its attributes, or as `{attributes, schema_url}`; undefined when it is neither. */
export function resourceOf(value: Json, meter: Meter): Members | undefined {
  const members: Members = {};
  const take = (name: string, inner: Json) => addMember(members, name, inner);
  if (!isObject(value) || value.attributes === undefined) {
    return attributesOf(value, meter, take) ? members : undefined;
  }
  const { attributes, ...rest } = value;
  if (!attributesOf(attributes, meter, take)) return undefined;
  for (const key of Object.keys(rest)) if (rest[key] !== '') take(key, rest[key]!);
  return members;
}
