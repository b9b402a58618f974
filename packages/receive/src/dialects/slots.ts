import type { Json } from '@tacet/records';
import { CONVERTERS, type Convert, convertJson, convertPiece } from '../convert.ts';
import { severitySaysAll } from '../severity.ts';
import { type Dialect, FIELDS, type Field } from './dialect.ts';

/** What an attribute name stands for. */
export interface Slot {
  /** Index in `FIELDS`. */
  field: number;
  /** The lowest rank wins a field. */
  rank: number;
  convert: Convert;
  /** Whether the field says all that this value said; if not, the value stays an attribute too. */
  saysAll?: (value: Json) => boolean;
  /** For one piece of a structure spelled out in names: where it goes. */
  path?: readonly string[];
  /** For one of several attributes that make a message: the type of its part. */
  part?: string;
  /** For an attribute that holds several fields: member -> field. */
  unpack?: ReadonlyMap<string, number>;
}

/** Ranks a table may use; the next table's follow. */
const RANKS = 256;
/** How many tables of a JSON line's own names come before those of the dialects. */
export const LINE_TABLES = 2;
/** Where the names of `first` stand: after a line's own names, before every dialect's others. */
const FIRST = LINE_TABLES * RANKS - 64;
/** A name with more steps than this spells out nothing that a convention defines. */
const MAX_STEPS = 12;
/** Flattened names that are remembered; they come again and again, and in endless variety from a fuzzer. */
const MAX_REMEMBERED = 2048;

export const FIELD_INDEX: ReadonlyMap<Field, number> = new Map(FIELDS.map((field, index) => [field, index]));

interface Prefix extends Slot {
  prefix: string;
  wrappers: ReadonlySet<string>;
}

/** Attribute names of several dialects, looked up in one step. */
export class SlotTable {
  readonly #exact = new Map<string, Slot>();
  readonly #prefixes: Prefix[] = [];
  /** First characters of the prefixes: nearly every name is told apart by its own. */
  readonly #initials = new Set<number>();
  #remembered = new Map<string, Slot | undefined>();

  /** @param before how many tables, that are not in this one, win over its first */
  constructor(dialects: readonly Dialect[], before = 0) {
    dialects.forEach((dialect, index) => {
      const base = (before + index) * RANKS;
      this.#addNames(dialect.first, FIRST + before + index);
      this.#addNames(dialect.fields, base + 32);
      this.#add(dialect, base);
    });
  }

  #add(dialect: Dialect, base: number): void {
    const wrappers = new Set(dialect.wrappers);
    for (const [field, prefixes] of entries(dialect.flattened)) {
      prefixes.forEach((prefix, index) => {
        const slot = this.#slot(field, base + index);
        this.#initials.add(prefix.charCodeAt(0));
        const convert = field === 'tools' ? convertJson : convertPiece;
        this.#prefixes.push({ ...slot, convert, prefix, wrappers });
      });
    }
    for (const [field, parts] of entries(dialect.parts)) {
      for (const [name, part] of Object.entries(parts)) {
        const convert =
          part === 'text' || part === 'reasoning' ? CONVERTERS[FIELD_INDEX.get('body')!]! : convertJson;
        this.#name(name, { ...this.#slot(field, base + 16), convert, part });
      }
    }
    for (const [name, members] of Object.entries(dialect.unpack ?? {})) {
      const unpack = new Map(
        Object.entries(members).map(([member, field]) => [member, FIELD_INDEX.get(field)!]),
      );
      this.#name(name, { field: -1, rank: base + 128, convert: convertJson, unpack });
    }
  }

  #addNames(fields: Dialect['fields'], rank: number): void {
    for (const [field, sources] of entries(fields)) {
      sources.forEach((source, index) => {
        const slot = this.#slot(field, rank + index);
        if (typeof source === 'string') this.#name(source, slot);
        else this.#name(source.json, { ...slot, convert: convertJson });
      });
    }
  }

  #slot(field: Field, rank: number): Slot {
    const index = FIELD_INDEX.get(field)!;
    const slot: Slot = { field: index, rank, convert: CONVERTERS[index]! };
    return field === 'severity' ? { ...slot, saysAll: severitySaysAll } : slot;
  }

  /** The first table that names an attribute has it. */
  #name(name: string, slot: Slot): void {
    if (!this.#exact.has(name)) this.#exact.set(name, slot);
  }

  /** Every name that stands for itself, not for a piece of a structure. */
  names(): Iterable<string> {
    return this.#exact.keys();
  }

  find(key: string): Slot | undefined {
    return this.#exact.get(key) ?? this.flattened(key);
  }

  /** A piece of a structure spelled out in names. */
  flattened(key: string): Slot | undefined {
    if (!this.#initials.has(key.charCodeAt(0))) return undefined;
    for (const prefix of this.#prefixes) {
      if (!key.startsWith(prefix.prefix)) continue;
      if (this.#remembered.has(key)) return this.#remembered.get(key);
      const slot = pieceOf(key, prefix);
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered = new Map();
      this.#remembered.set(key, slot);
      return slot;
    }
    return undefined;
  }
}

/** `llm.input_messages.0.message.role` -> path `['0', 'role']`; undefined when no index follows. */
function pieceOf(key: string, prefix: Prefix): Slot | undefined {
  if (key.length > 256) return undefined;
  const steps = key.slice(prefix.prefix.length).split('.');
  if (steps.length > MAX_STEPS || !/^\d{1,5}$/.test(steps[0]!) || steps.includes('')) return undefined;
  const path = steps.filter(
    (step, index) => index === 0 || index === steps.length - 1 || !prefix.wrappers.has(step),
  );
  return { field: prefix.field, rank: prefix.rank, convert: prefix.convert, path };
}

function entries<V>(table: { readonly [F in Field]?: V } | undefined): [Field, V][] {
  return Object.entries(table ?? {}) as [Field, V][];
}
