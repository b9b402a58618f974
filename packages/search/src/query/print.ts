import type { Query } from './ast.ts';
import { isFieldName } from './scanner.ts';

/**
 * The text of a query: parsing it gives the same query again, when the query is in normal form and
 * its values are such as the parser lets through.
 */
export function printQuery(query: Query): string {
  switch (query.type) {
    case 'all':
      return '*';
    case 'and':
      return query.of
        .map((part) => (part.type === 'or' ? `(${printQuery(part)})` : printQuery(part)))
        .join(' ');
    case 'or':
      return query.of.map(printQuery).join(' OR ');
    case 'not':
      return query.of.type === 'and' || query.of.type === 'or'
        ? `NOT (${printQuery(query.of)})`
        : `NOT ${printQuery(query.of)}`;
    case 'text':
      return word(query.text);
    case 'regex':
      return `${query.field === undefined ? '' : `${name(query.field)}:`}/${escapeSlashes(query.pattern)}/${query.flags}`;
    case 'is':
      return `${name(query.field)}:${word(query.value)}`;
    case 'contains':
      return `${name(query.field)}~${word(query.text)}`;
    case 'exists':
      return `${name(query.field)}:*`;
    case 'compare':
      return `${name(query.field)}${query.op}${query.value}`;
    case 'range':
      return `${name(query.field)}:${query.from ?? ''}..${query.to ?? ''}`;
  }
}

function word(text: string): string {
  return /^[\p{L}\p{N}_]+$/u.test(text) && !/^(AND|OR|NOT)$/.test(text) ? text : quote(text);
}

function name(field: string): string {
  return isFieldName(field) ? field : quote(field);
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escapeSlashes(pattern: string): string {
  return pattern.replace(/\\.|\//gsu, (piece) => (piece === '/' ? '\\/' : piece));
}
