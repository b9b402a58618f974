import { type Attributes, type Event, type Json, TacetError } from '@tacet/records';
import { ATTRIBUTE_SLOTS } from '../dialects/index.ts';
import { Draft } from '../draft.ts';
import { namesIn, parseExact } from '../exact.ts';
import { isJsonBomb } from '../guard.ts';
import { type Limits, tooDeep, tooManyFields } from '../limits.ts';
import { Meter } from '../measure.ts';
import { isObject, type Members, setOwn } from '../members.ts';
import { timeOfMillis, timeOfValue } from '../time.ts';
import { eventFromCanonical, isCanonical } from './canonical.ts';
import { takeChat } from './chat.ts';
import { Columns } from './columns.ts';
import { attributesOf, resourceOf } from './containers.ts';
import { RULES, type Rule } from './rules.ts';

/** Levels that an event's own members add around a value that was allowed when it was first taken. */
const WRAPPING = 16;

/** Reads JSON lines of any shape, one after another. */
export class LineReader {
  readonly #limits: Limits;
  readonly #draft: Draft;
  readonly #meter: Meter;
  // What a line gives while it is read; `#begin` resets it.
  #time: string | undefined;
  #timeKey = '';
  #timeValue: Json = null;
  #timeRank = 0;
  #rare: Rare | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#draft = new Draft(limits);
    this.#meter = new Meter(limits);
  }

  /**
   * The event of one parsed line.
   *
   * @param now milliseconds since 1970
   * @throws EVENT_TOO_DEEP, EVENT_TOO_LARGE, EVENT_TOO_MANY_FIELDS, TIME_INVALID
   */
  event(value: Json, now: number): Event {
    const meter = this.#meter;
    meter.start();
    if (!isObject(value)) {
      meter.value(value, 0);
      return plainEvent(value, now);
    }
    if (typeof value.kind === 'string' && isCanonical(value)) {
      meter.value(value, -WRAPPING);
      return eventFromCanonical(value);
    }
    this.#draft.begin();
    this.#time = undefined;
    this.#rare = undefined;
    for (const key in value) {
      const member = value[key]!;
      meter.field(key);
      meter.value(member, 1);
      this.#member(key, member);
    }
    return this.#finish(now);
  }

  /**
   * The event of one line of text. Whole numbers beyond 2^53 and repeated names are kept.
   *
   * @throws JSON_INVALID, and what `event` throws
   */
  parse(text: string, now: number): Event {
    const bomb = isJsonBomb(text, this.#limits.depth);
    if (bomb) throw bomb === 'depth' ? tooDeep(this.#limits) : tooManyFields(this.#limits);
    let value: Json;
    try {
      value = JSON.parse(text);
    } catch {
      throw new TacetError('JSON_INVALID', 'A line is not JSON');
    }
    const event = this.event(value, now);
    const meter = this.#meter;
    if (!meter.inexact && namesIn(text) <= meter.fields) return event;
    return this.event(parseExact(text, this.#limits), now);
  }

  #member(key: string, value: Json): void {
    const rule = RULES.get(key);
    if (rule === undefined) {
      const slot = ATTRIBUTE_SLOTS.flattened(key);
      if (slot) this.#draft.offer(slot, key, value);
      else this.#draft.keep(key, value);
      return;
    }
    if (rule.act !== undefined && this.#act(rule, key, value)) return;
    if (rule.nested && isObject(value)) this.#nested(key, value);
    else if (rule.slot) this.#draft.offer(rule.slot, key, value);
    else this.#draft.keep(key, value);
  }

  /** Does what a rule asks for beyond naming a field. @returns false when the value is not of that kind */
  #act(rule: Rule, key: string, value: Json): boolean {
    if (rule.act === 'time') return this.#takeTime(rule.rank, key, value);
    const rare = this.#rareState();
    switch (rule.act) {
      case 'end':
        if (rare.endAs !== undefined) return false;
        rare.end = timeOfValue(value);
        rare.endAs = [key, value];
        return true;
      case 'duration':
        if (rare.duration !== undefined) return false;
        rare.duration = value;
        return true;
      case 'attributes':
        return attributesOf(value, this.#meter, (name, inner) =>
          this.#draft.put(ATTRIBUTE_SLOTS, name, inner),
        );
      case 'resource': {
        const resource = resourceOf(value, this.#meter);
        if (!resource || rare.resource) return false;
        rare.resource = resource;
        return true;
      }
      case 'scope':
        if (!isObject(value) || rare.scope) return false;
        rare.scope = value;
        return true;
      case 'chat':
        rare.chat ??= {};
        if (Object.hasOwn(rare.chat, key)) return false;
        setOwn(rare.chat, key, value);
        return true;
      case 'column':
        rare.columns ??= new Columns();
        return rare.columns.add(rule.column!, value);
      case 'list':
        if (!Array.isArray(value)) return false;
        if (value.length === 0) return true;
        if (rare[key as 'events' | 'links'] !== undefined) return false;
        rare[key as 'events' | 'links'] = value;
        return true;
      case 'kind':
        if ((value !== 'span' && value !== 'log') || rare.kind !== undefined) return false;
        rare.kind = value;
        return true;
      case 'name':
        if (rare.name !== undefined) return false;
        rare.name = value;
        return true;
      case 'source':
        if (!isObject(value)) return false;
        for (const inner in value) this.#member(inner, value[inner]!);
        return true;
      case 'secrets':
        this.#draft.keep('tacet.secrets', value);
        return true;
    }
    return false;
  }

  #rareState(): Rare {
    this.#rare ??= {};
    return this.#rare;
  }

  #takeTime(rank: number, key: string, value: Json): boolean {
    const time = timeOfValue(value);
    if (time === undefined) return false;
    if (this.#time === undefined || rank < this.#timeRank) {
      if (this.#time !== undefined) this.#draft.keep(this.#timeKey, this.#timeValue);
      this.#time = time;
      this.#timeRank = rank;
      this.#timeKey = key;
      this.#timeValue = value;
    } else this.#draft.keep(key, value);
    return true;
  }

  /** `{"service": {"name": "a", "version": "1"}}` says `service.name`; `version` stays where it is. */
  #nested(key: string, value: Members): void {
    const rest: Members = {};
    let left = false;
    for (const inner in value) {
      const name = `${key === 'context' ? '' : `${key}.`}${inner}`;
      const slot = RULES.get(name)?.slot;
      if (slot) this.#draft.offer(slot, name, value[inner]!);
      else {
        setOwn(rest, inner, value[inner]!);
        left = true;
      }
    }
    if (left) this.#draft.keep(key, rest);
  }

  #finish(now: number): Event {
    const draft = this.#draft;
    const rare = this.#rare;
    if (rare === undefined) return draft.finish('log', this.#time ?? timeOfMillis(now));
    rare.columns?.each(
      (name, value) => this.#member(name, value),
      (lines) => this.#member('line', lines),
    );
    if (rare.chat && !takeChat(draft, rare.chat)) {
      for (const key of Object.keys(rare.chat)) draft.keep(key, rare.chat[key]!);
    }
    const time = this.#time ?? timeOfMillis(now);
    const isSpan = this.#takeDuration(rare, time);
    if (rare.name !== undefined) this.#takeName(rare.name, isSpan);
    const resource = rare.resource && this.#takeService(rare.resource);
    const event = draft.finish(rare.kind ?? (isSpan ? 'span' : 'log'), time);
    if (resource && Object.keys(resource).length > 0) event.resource = resource as Attributes;
    if (rare.scope) event.scope = rare.scope as Attributes;
    if (rare.events) event.events = rare.events;
    if (rare.links) event.links = rare.links;
    return event;
  }

  /** The resource without its service name, if that is the line's. */
  #takeService(resource: Members): Members {
    const { 'service.name': service, ...rest } = resource;
    if (typeof service !== 'string' || service === '' || this.#draft.has('service')) return resource;
    this.#draft.set('service', service);
    return rest;
  }

  /** @returns whether the line is a span: it says so, or it has a span's id and an end */
  #takeDuration(rare: Rare, time: string): boolean {
    const draft = this.#draft;
    const hasId = draft.has('span_id');
    const isSpan = rare.kind === 'span' || (hasId && (rare.end !== undefined || rare.duration !== undefined));
    if (hasId && Number.isSafeInteger(Number(rare.duration ?? Number.NaN))) {
      draft.set('duration_ns', Number(rare.duration));
    } else if (rare.duration !== undefined) draft.keep('Duration', rare.duration);
    if (rare.endAs) {
      const duration = rare.end === undefined ? -1 : Number(BigInt(rare.end) - BigInt(time));
      if (isSpan && duration >= 0 && !draft.has('duration_ns')) draft.set('duration_ns', duration);
      else draft.keep(...rare.endAs);
    }
    return isSpan;
  }

  /** `name` is a span's name, or the application of a pino or bunyan line. */
  #takeName(name: Json, isSpan: boolean): void {
    const draft = this.#draft;
    const isLogger = draft.holds('hostname') && draft.holds('pid');
    if (typeof name !== 'string') draft.keep('name', name);
    else if (isSpan && !draft.has('operation')) draft.set('operation', name);
    else if (isLogger && !draft.has('service')) draft.set('service', name);
    else draft.keep('name', name);
  }
}

/** Members that few lines have. */
interface Rare {
  kind?: Event['kind'];
  name?: Json;
  end?: string | undefined;
  /** The end as it came, to be kept when it gives no duration. */
  endAs?: [key: string, value: Json];
  duration?: Json;
  resource?: Members;
  scope?: Members;
  chat?: Members;
  columns?: Columns;
  events?: Json[];
  links?: Json[];
}

/** A line that is no object: its value is the body. */
function plainEvent(body: Json, now: number): Event {
  return {
    time: timeOfMillis(now),
    kind: 'log',
    service: 'unknown_service',
    operation: '',
    severity: '',
    status: '',
    provider: '',
    model: '',
    body,
  };
}
