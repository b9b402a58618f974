import type { Attributes, Event, Json } from '@tacet/records';
import { CONVERTERS } from './convert.ts';
import { FIELDS } from './dialects/dialect.ts';
import { FIELD_INDEX, type Slot, type SlotTable } from './dialects/slots.ts';
import { Pieces } from './dialects/unflatten.ts';
import type { Limits } from './limits.ts';
import { addMember, isObject, keepDuplicate, type Members, setOwn } from './members.ts';

const UNSET = Number.MAX_SAFE_INTEGER;

/**
 * An event in the making. Attributes are put in one by one; those that a dialect names wait as
 * candidates until all are there, then the best of each field becomes the event's and the others
 * return to the attributes. One draft makes many events, one after another.
 */
export class Draft {
  readonly #limits: Limits;
  readonly #values: (Json | undefined)[] = new Array(FIELDS.length).fill(undefined);
  readonly #ranks: number[] = new Array(FIELDS.length).fill(UNSET);
  readonly #keys: string[] = [];
  readonly #raw: Json[] = [];
  readonly #converted: (Json | undefined)[] = [];
  readonly #slots: Slot[] = [];
  #attributes: Members = {};
  #count = 0;
  #empty = true;
  #dirty = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  begin(): void {
    this.#count = 0;
    this.#attributes = {};
    this.#empty = true;
    if (this.#dirty) {
      this.#values.fill(undefined);
      this.#ranks.fill(UNSET);
      this.#dirty = false;
    }
  }

  /** Puts in an attribute under whatever `slots` says of its name. */
  put(slots: SlotTable, key: string, value: Json): void {
    const slot = slots.find(key);
    if (slot === undefined) this.keep(key, value);
    else this.offer(slot, key, value);
  }

  /** Puts in a candidate for a field. */
  offer(slot: Slot, key: string, value: Json): void {
    if (slot.unpack) {
      this.#unpack(slot, key, value);
      return;
    }
    const converted = slot.convert(value, this.#limits);
    if (converted === undefined) {
      this.keep(key, value);
      return;
    }
    this.#dirty = true;
    if (slot.rank < this.#ranks[slot.field]!) this.#ranks[slot.field] = slot.rank;
    const index = this.#count++;
    this.#keys[index] = key;
    this.#raw[index] = value;
    this.#converted[index] = converted;
    this.#slots[index] = slot;
  }

  /** Puts in an attribute that stays one. */
  keep(key: string, value: Json): void {
    this.#empty = false;
    addMember(this.#attributes, key, value);
  }

  /** Sets a field that the source itself names, before every attribute. */
  set(field: (typeof FIELDS)[number], value: Json | undefined): void {
    if (value === undefined || value === '') return;
    const index = FIELD_INDEX.get(field)!;
    this.#dirty = true;
    this.#values[index] = value;
    this.#ranks[index] = -1;
  }

  /** Whether anything so far is a candidate for a field. */
  has(field: (typeof FIELDS)[number]): boolean {
    return this.#ranks[FIELD_INDEX.get(field)!] !== UNSET;
  }

  /** Whether an attribute of this name stays one so far. */
  holds(name: string): boolean {
    return Object.hasOwn(this.#attributes, name);
  }

  #unpack(slot: Slot, key: string, value: Json): void {
    const parsed = slot.convert(value, this.#limits);
    if (!isObject(parsed)) {
      this.keep(key, value);
      return;
    }
    const rest: Members = {};
    let left = false;
    for (const [member, inner] of Object.entries(parsed)) {
      const field = slot.unpack!.get(member);
      const fits = field !== undefined && CONVERTERS[field]!(inner, this.#limits) !== undefined;
      if (fits)
        this.offer({ field, rank: slot.rank, convert: CONVERTERS[field]! }, `${key}.${member}`, inner);
      else {
        setOwn(rest, member, inner);
        left = true;
      }
    }
    if (left) this.keep(key, rest);
  }

  /** Gives every field to its best candidate. */
  #resolve(): void {
    const spelled = new Map<number, Pieces>();
    const parts = new Map<number, Json[]>();
    for (let index = 0; index < this.#count; index++) {
      const slot = this.#slots[index]!;
      const converted = this.#converted[index]!;
      if (slot.rank > this.#ranks[slot.field]!) continue;
      if (slot.path) {
        const pieces = spelled.get(slot.field) ?? new Pieces();
        spelled.set(slot.field, pieces);
        if (!pieces.add(slot.path, converted)) this.keep(this.#keys[index]!, this.#raw[index]!);
      } else if (slot.part) {
        const list = parts.get(slot.field);
        if (list) list.push(...partsOf(slot.part, converted));
        else parts.set(slot.field, partsOf(slot.part, converted));
      } else if (this.#values[slot.field] === undefined) {
        this.#values[slot.field] = converted;
        if (slot.saysAll?.(this.#raw[index]!) === false) this.keep(this.#keys[index]!, this.#raw[index]!);
      } else {
        keepDuplicate(this.#attributes, this.#keys[index]!, this.#raw[index]!);
        this.#empty = false;
      }
    }
    for (const [field, pieces] of spelled) this.#values[field] = pieces.finish();
    for (const [field, list] of parts) this.#values[field] = messageOf(list);
    for (let index = 0; index < this.#count; index++) {
      const slot = this.#slots[index]!;
      if (slot.rank <= this.#ranks[slot.field]!) continue;
      if (!same(this.#converted[index]!, this.#values[slot.field]!))
        this.keep(this.#keys[index]!, this.#raw[index]!);
    }
  }

  /** The finished event. Fields stand in the order of `FIELDS`, so equal sources give equal rows. */
  finish(kind: Event['kind'], time: string): Event {
    if (this.#count > 0) this.#resolve();
    const values = this.#values;
    const event: Event = {
      time,
      kind,
      service: (values[0] as string | undefined) ?? 'unknown_service',
      operation: (values[1] as string | undefined) ?? '',
      severity: (values[2] as string | undefined) ?? '',
      status: (values[3] as string | undefined) ?? '',
      provider: (values[4] as string | undefined) ?? '',
      model: (values[5] as string | undefined) ?? '',
    };
    if (this.#dirty) {
      const optional = event as unknown as { [field: string]: Json };
      for (let index = 6; index < FIELDS.length; index++) {
        const value = values[index];
        if (value !== undefined) optional[FIELDS[index]!] = value;
      }
    }
    if (!this.#empty) event.attributes = this.#attributes as Attributes;
    return event;
  }
}

function same(a: Json, b: Json): boolean {
  if (a === b) return true;
  return typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
}

/** The parts that one attribute adds to a message: one, or one for each element of a list. */
function partsOf(type: string, value: Json): Json[] {
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => {
    if (type === 'tool_call' && isObject(item)) return toolCall(item);
    return { type, content: item };
  });
}

/** What versions of the SDK call the members of a tool call. */
const TOOL_CALL_NAMES: { readonly [name: string]: string } = {
  toolCallId: 'id',
  toolName: 'name',
  args: 'arguments',
  input: 'arguments',
};
const TOOL_CALL_TYPES: ReadonlySet<Json> = new Set(['tool-call', 'tool_call', 'function']);

/** A tool call in the current shape. */
function toolCall(call: Members): Json {
  const part: Members = { type: 'tool_call' };
  for (const key of Object.keys(call)) {
    if (key === 'type' && TOOL_CALL_TYPES.has(call[key]!)) continue;
    const name = Object.hasOwn(TOOL_CALL_NAMES, key) ? TOOL_CALL_NAMES[key]! : key;
    addMember(part, name, call[key]!);
  }
  return part;
}

/** Text alone stays text; anything more is one assistant message. */
function messageOf(parts: Json[]): Json {
  const only = parts[0]!;
  if (parts.length === 1 && isObject(only) && only.type === 'text') return only.content!;
  return [{ role: 'assistant', parts }];
}
