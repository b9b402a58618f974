import type { Json } from '@tacet/records';
import { isObject } from '../members.ts';
import { clickHouseLiteral } from './literal.ts';

export interface Column {
  /** `string` of `string.names`. */
  base: string;
  part: 'names' | 'values' | 'both';
}

interface Pair {
  names?: string[];
  values?: Json[];
  /** The values column as it came, when it is no list. */
  text?: Json;
}

/** Nested columns of names and values, as ClickHouse tables of logs have them. */
export class Columns {
  readonly #pairs = new Map<string, Pair>();

  /** @returns false when the value is no such column */
  add({ base, part }: Column, value: Json): boolean {
    const pair = this.#pairs.get(base) ?? {};
    if (part === 'both') {
      if (!isObject(value) || Object.keys(value).length !== 2) return false;
      const { names, values } = value;
      if (pair.names || pair.values || !isNames(names) || !Array.isArray(values)) return false;
      pair.names = names;
      pair.values = values;
    } else {
      const list = listOf(value);
      if (part === 'names') {
        if (pair.names || !isNames(list)) return false;
        pair.names = list;
      } else {
        if (pair.values || pair.text !== undefined) return false;
        if (list) pair.values = list;
        else pair.text = value;
      }
    }
    this.#pairs.set(base, pair);
    return true;
  }

  /**
   * Gives each named value to `member`, and values without names to `lines`: one as it is, several
   * as a list.
   */
  each(member: (name: string, value: Json) => void, lines: (value: Json) => void): void {
    for (const [base, { names = [], values = [], text }] of this.#pairs) {
      const count = Math.min(names.length, values.length);
      for (let index = 0; index < count; index++) member(names[index]!, values[index]!);
      if (names.length > count) member(`${base}.unpaired`, names.slice(count));
      const rest = text === undefined ? values.slice(count) : [text, ...values.slice(count)];
      if (rest.length > 0) lines(rest.length === 1 ? rest[0]! : rest);
    }
  }
}

function isNames(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

/** A list, also as a column of text holds it: JSON, or ClickHouse's `['a','b']`. */
function listOf(value: Json): Json[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string' || !value.startsWith('[')) return undefined;
  try {
    return JSON.parse(value) as Json[];
  } catch {
    const literal = clickHouseLiteral(value);
    return Array.isArray(literal) ? literal : undefined;
  }
}
