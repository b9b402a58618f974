import { type Attributes, type Event, type Json, TacetError } from '@tacet/records';
import type { Found } from '../marker.ts';
import type { Telling } from '../names/names.ts';
import type { StringScrubber } from './strings.ts';
import type { Tellings } from './tellings.ts';

const MAX_DEPTH = 1000;
/** An option of a command line that stands alone in a list of arguments; its value follows. */
const OPTION = /^--[a-z][a-z0-9-]{2,40}$/i;

/** What goes along through one event. */
interface Course {
  count(found: readonly Found[]): void;
}

/** Replaces secrets everywhere in an event; what holds none keeps its identity. */
export class EventScrubber {
  readonly #strings: StringScrubber;
  readonly #tellings: Tellings;

  constructor(tellings: Tellings, strings: StringScrubber) {
    this.#strings = strings;
    this.#tellings = tellings;
  }

  scrub(event: Event): { event: Event; found: number } {
    const counts = new Map<string, number>();
    let total = 0;
    const course: Course = {
      count(found) {
        total += found.length;
        for (const { kind } of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      },
    };
    const { secrets, ...rest } = event;
    const scrubbed = this.#object(rest as Attributes, undefined, course, 0) as unknown as Event;
    if (total === 0) return { event, found: 0 };
    for (const [kind, times] of Object.entries(secrets ?? {}))
      counts.set(kind, (counts.get(kind) ?? 0) + times);
    return { event: { ...scrubbed, secrets: Object.fromEntries(counts) }, found: total };
  }

  #value(value: Json, telling: Telling | undefined, course: Course, depth: number, key?: string): Json {
    if (typeof value === 'string') {
      const { text, found } = this.#strings.scrub(value, { telling, key });
      course.count(found);
      return text;
    }
    if (value === null || typeof value !== 'object') return value;
    if (depth > MAX_DEPTH)
      throw new TacetError('EVENT_TOO_DEEP', `event is nested deeper than ${MAX_DEPTH} levels`);
    return Array.isArray(value)
      ? this.#array(value, telling, course, depth + 1)
      : this.#object(value, telling, course, depth + 1);
  }

  #array(list: Json[], telling: Telling | undefined, course: Course, depth: number): Json[] {
    let changed: Json[] | undefined;
    for (const [index, item] of list.entries()) {
      const option = index > 0 ? list[index - 1] : undefined;
      const own =
        typeof option === 'string' && OPTION.test(option)
          ? (this.#tellings.ofOption(option) ?? telling)
          : telling;
      const scrubbed = this.#value(item, own, course, depth);
      if (scrubbed === item) continue;
      changed ??= [...list];
      changed[index] = scrubbed;
    }
    return changed ?? list;
  }

  #object(object: Attributes, outer: Telling | undefined, course: Course, depth: number): Attributes {
    const entries = Object.entries(object);
    let changed = false;
    let name: string | undefined;
    for (const entry of entries) {
      const [key, value] = entry;
      const named =
        name !== undefined && key.toLowerCase() === 'value' ? this.#tellings.ofName(name) : undefined;
      name =
        (key === 'name' || key === 'key' || key === 'Name' || key === 'Key') && typeof value === 'string'
          ? value
          : undefined;
      const own = named ?? this.#tellings.ofKey(key);
      const telling = own?.class ? own : (inherited(outer, key) ?? own);
      const scrubbed = this.#value(value, telling, course, depth, key);
      const { text, found } = this.#strings.scrub(key);
      course.count(found);
      if (scrubbed === value && text === key) continue;
      changed = true;
      entry[0] = text;
      entry[1] = scrubbed;
    }
    return changed ? Object.fromEntries(distinct(entries)) : object;
  }
}

/** What a key tells of the members of an object under it: typed values, and a cookie jar's. */
function inherited(outer: Telling | undefined, key: string): Telling | undefined {
  if (outer === undefined) return undefined;
  if (key === 'stringValue' || key === 'string_value') return outer;
  return outer.class === 'cookie'
    ? { words: ['token'], class: 'token-alone', rules: [], issuer: undefined }
    : undefined;
}

/** A number in signs alone: letters or digits beside a marker would look like the rest of a secret. */
function inSigns(number: number): string {
  return number.toString(2).replaceAll('1', '+').replaceAll('0', '-');
}

/** Two keys may have become the same marker: the later ones are numbered, nothing is lost. */
function distinct(entries: [string, Json][]): [string, Json][] {
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  return entries.map(([key, value]) => {
    let free = key;
    while (taken.has(free)) {
      const number = (numbers.get(key) ?? 1) + 1;
      numbers.set(key, number);
      free = `${key}#${inSigns(number)}`;
    }
    taken.add(free);
    return [free, value];
  });
}
