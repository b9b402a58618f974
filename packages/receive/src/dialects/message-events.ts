import type { Event, Json } from '@tacet/records';
import { isObject, type Members, merged } from '../members.ts';
import { MESSAGE_EVENTS } from './gen-ai.ts';

/** The names under which instrumentations put a message's text into an event's attributes. */
const CONTENT_ATTRIBUTES = ['gen_ai.event.content', 'gen_ai.prompt', 'gen_ai.completion'];

interface EventMessage {
  field: 'system' | 'input' | 'output';
  message: Members;
}

/** The message of a `gen_ai.*.message` or `gen_ai.choice` event; undefined for any other event. */
export function messageOfEvent(name: string, body: Json): EventMessage | undefined {
  const kind = MESSAGE_EVENTS.get(name);
  if (!kind) return undefined;
  const { field, role } = kind;
  if (!isObject(body)) return { field, message: { role, content: body } };
  const { message, ...rest } = body;
  const inner = isObject(message) ? merged(message, rest) : { ...body };
  for (const attribute of CONTENT_ATTRIBUTES) {
    const value = inner[attribute];
    if (value === undefined || Object.hasOwn(inner, 'content')) continue;
    delete inner[attribute];
    inner.content = value;
  }
  return { field, message: Object.hasOwn(inner, 'role') ? inner : { role, ...inner } };
}

/** Moves the message that a GenAI log event has for a body to the field it belongs to. */
export function liftMessage(event: Event): Event {
  if (event.body === undefined) return event;
  const found = messageOfEvent(event.operation, event.body);
  if (!found || event[found.field] !== undefined) return event;
  const { body: _moved, ...rest } = event;
  const lifted: Event = { ...rest, [found.field]: [found.message] };
  const reason = found.message.finish_reason;
  if (typeof reason === 'string' && lifted.finish_reasons === undefined) lifted.finish_reasons = [reason];
  return lifted;
}
