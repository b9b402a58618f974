import { type Json, TacetError } from '@tacet/records';

/**
 * Canonical JSON (RFC 8785): members sorted by UTF-16 code units, no white space, numbers and strings
 * as ECMAScript writes them. Two parties that hold equal values hash equal bytes. Throws
 * REQUEST_INVALID for what has no canonical form (lone surrogates, numbers that are not finite).
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TacetError('REQUEST_INVALID', 'a number without a canonical form');
  if (typeof value === 'string' && !value.isWellFormed())
    throw new TacetError('REQUEST_INVALID', 'text without a canonical form');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // The default order of sort() is by UTF-16 code units, which is what the RFC asks for.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${canonicalJson(key)}:${canonicalJson(value[key]!)}`);
  return `{${members.join(',')}}`;
}
