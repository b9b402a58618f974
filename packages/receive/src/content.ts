import type { Json } from '@tacet/records';
import { namesIn } from './exact.ts';
import type { Limits } from './limits.ts';
import { Meter } from './measure.ts';
import { isObject } from './members.ts';

/**
 * The value that a JSON text stands for, if it is an object or array and parsing loses nothing:
 * no repeated names, no number beyond a double, no more depth or fields than an event may have.
 */
export function parseStructure(text: string, limits: Limits): Json | undefined {
  if (!looksStructured(text)) return undefined;
  const meter = new Meter(limits);
  try {
    const value = JSON.parse(text) as Json;
    // Members that wrap this value in an event stay below the cap on depth.
    meter.value(value, 8);
    return meter.inexact || namesIn(text) > meter.fields ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether the first and last characters other than white space are those of an object or array. */
function looksStructured(text: string): boolean {
  let first = 0;
  while (first < text.length && text.charCodeAt(first) <= 32) first++;
  let last = text.length - 1;
  while (last > first && text.charCodeAt(last) <= 32) last--;
  const open = text.charCodeAt(first);
  const close = text.charCodeAt(last);
  return (open === 91 && close === 93) || (open === 123 && close === 125);
}

const MESSAGE_MEMBERS = ['role', 'parts', 'content', 'messages'];

function isMessage(value: Json): boolean {
  if (!isObject(value)) return false;
  if (typeof value.type === 'string' && !Object.hasOwn(value, 'role')) return true;
  return MESSAGE_MEMBERS.some((name) => Object.hasOwn(value, name));
}

/** Messages or parts of one, a single message, or a request that holds `messages` or a `prompt`. */
export function isMessages(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isMessage);
  return isMessage(value) || (isObject(value) && typeof value.prompt === 'string');
}

/** Content as it is kept: messages written as a string are parsed, any other string stays as it is. */
export function messages(value: Json, limits: Limits): Json {
  if (typeof value !== 'string') return value;
  const parsed = parseStructure(value, limits);
  return parsed !== undefined && isMessages(parsed) ? parsed : value;
}

/** A value that its convention writes as JSON: parsed when it is an object or array, else kept. */
export function structure(value: Json, limits: Limits): Json {
  if (Array.isArray(value)) return value.map((item) => structure(item, limits));
  return typeof value === 'string' ? (parseStructure(value, limits) ?? value) : value;
}
