import type { Attributes, TacetError } from '@tacet/records';
import { addMember, type Members } from '../members.ts';

/** What all records under one resource and scope have in common. The objects are shared, not copied. */
export interface Origin {
  service: string | undefined;
  resource: Attributes | undefined;
  scope: Attributes | undefined;
  /** What they add to the size and fields of every event. */
  size: number;
  fields: number;
  /** Why no record under this resource or scope can be taken. */
  refused: TacetError | undefined;
}

/** The scope's own members; '' and 0 are unset. */
export interface ScopeFields {
  name: string;
  version: string;
  schemaUrl: string;
  attributes: Members;
  dropped: number;
}

export function emptyScope(): ScopeFields {
  return { name: '', version: '', schemaUrl: '', attributes: {}, dropped: 0 };
}

function filled(members: Members): Members | undefined {
  for (const _key in members) return members;
  return undefined;
}

/** The origin of a resource: `service.name` becomes the service, all else stays as it is named. */
export function originOf(attributes: Members, schemaUrl: string): Origin {
  const name = Object.hasOwn(attributes, 'service.name') ? attributes['service.name'] : undefined;
  let service: string | undefined;
  let resource = attributes;
  if (typeof name === 'string' && name !== '') {
    service = name;
    const { 'service.name': _service, ...rest } = attributes;
    resource = rest;
  }
  if (schemaUrl !== '') addMember(resource, 'schema_url', schemaUrl);
  return { service, resource: filled(resource), scope: undefined, size: 0, fields: 0, refused: undefined };
}

/** The same origin with a scope: `{name, version, schema_url, attributes}`, absent when all are unset. */
export function withScope(origin: Origin, scope: ScopeFields): Origin {
  const members: Members = {};
  if (scope.name !== '') members.name = scope.name;
  if (scope.version !== '') members.version = scope.version;
  if (scope.schemaUrl !== '') members.schema_url = scope.schemaUrl;
  if (filled(scope.attributes)) members.attributes = scope.attributes;
  if (scope.dropped !== 0) members.dropped_attributes_count = scope.dropped;
  return { ...origin, scope: filled(members) };
}
