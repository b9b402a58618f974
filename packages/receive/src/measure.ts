import type { Json } from '@tacet/records';
import { type Limits, tooDeep, tooLarge, tooManyFields } from './limits.ts';

/**
 * Counts what an event holds while it is taken in, and refuses it at the first cap. One meter serves
 * many events, one after another.
 */
export class Meter {
  readonly limits: Limits;
  fields = 0;
  /** Characters of all strings and names, and 8 for every other scalar. */
  size = 0;
  /** Whether a number was met that a double may not hold as it was written. */
  inexact = false;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Starts an event that already repeats `size` characters and `fields` fields of its resource. */
  start(size = 0, fields = 0): void {
    this.fields = fields;
    this.size = size;
    this.inexact = false;
  }

  /** @throws EVENT_TOO_MANY_FIELDS, EVENT_TOO_LARGE */
  field(name: string): void {
    this.size += name.length;
    if (++this.fields > this.limits.fields) throw tooManyFields(this.limits);
  }

  /** @throws EVENT_TOO_LARGE */
  text(text: string): void {
    this.size += text.length;
    if (this.size > this.limits.eventBytes) throw tooLarge(this.limits);
  }

  /**
   * Counts a value and all it holds. Recursion ends at the depth cap.
   *
   * @param depth containers around `value`
   * @throws EVENT_TOO_DEEP, EVENT_TOO_MANY_FIELDS, EVENT_TOO_LARGE
   */
  value(value: Json, depth: number): void {
    if (typeof value === 'string') this.size += value.length;
    else if (typeof value === 'object' && value !== null) this.#container(value, depth + 1);
    else {
      this.size += 8;
      if (typeof value === 'number' && !(value <= MAX_EXACT && value >= -MAX_EXACT)) this.inexact = true;
    }
    if (this.size > this.limits.eventBytes) throw tooLarge(this.limits);
  }

  #container(value: Json[] | { [key: string]: Json }, depth: number): void {
    if (depth > this.limits.depth) throw tooDeep(this.limits);
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) this.value(value[index]!, depth);
      return;
    }
    for (const key in value) {
      this.field(key);
      this.value(value[key]!, depth);
    }
  }
}

const MAX_EXACT = Number.MAX_SAFE_INTEGER;
