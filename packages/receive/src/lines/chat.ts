import type { Json } from '@tacet/records';
import { isMessages } from '../content.ts';
import type { Draft } from '../draft.ts';
import { isObject, type Members, merged, setOwn } from '../members.ts';
import { LINE_SLOTS } from './rules.ts';

/**
 * Records of a model's request and answer: `{prompt, response}`, `{messages: [...]}`, a request and a
 * response of OpenAI's or Anthropic's API as they are, or both in one line.
 *
 * @param chat the members whose names may belong to such a record
 * @returns whether it is one; if not, nothing was done with them
 */
export function takeChat(draft: Draft, chat: Members): boolean {
  if (!isChat(chat)) return false;
  for (const name of Object.keys(chat)) {
    const value = chat[name]!;
    if (!takeMember(draft, name, value)) draft.keep(name, value);
  }
  return true;
}

function isChat(chat: Members): boolean {
  const { messages, prompt, choices, request, response } = chat;
  if (isText(prompt) || isMessageList(messages) || isChoices(choices)) return true;
  return (isObject(request) && isChat(request)) || (isObject(response) && isChoices(response.choices));
}

function isText(value: Json | undefined): boolean {
  return (typeof value === 'string' && value !== '') || isMessageList(value);
}

function isMessageList(value: Json | undefined): boolean {
  return Array.isArray(value) && isMessages(value);
}

function isChoices(value: Json | undefined): value is Members[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((choice) => isObject(choice) && (isObject(choice.message) || typeof choice.text === 'string'))
  );
}

function takeMember(draft: Draft, name: string, value: Json): boolean {
  switch (name) {
    case 'messages':
    case 'prompt':
      return take(draft, 'input', value);
    case 'system':
      return take(draft, 'system', value);
    case 'tools':
    case 'functions':
      return take(draft, 'tools', value);
    case 'completion':
    case 'answer':
      return take(draft, 'output', value);
    case 'choices':
      return isChoices(value) && takeChoices(draft, value);
    case 'usage':
      return takeUsage(draft, value);
    case 'request':
      return isObject(value) && takeRequest(draft, value);
    case 'response':
      return isObject(value) ? takeResponse(draft, value) : take(draft, 'output', value);
    default:
      return false;
  }
}

/** Gives a value to a field that has none yet. */
function take(draft: Draft, field: 'system' | 'input' | 'output' | 'tools', value: Json): boolean {
  if (draft.has(field) || value === null || value === '') return false;
  draft.set(field, value);
  return true;
}

/** Each choice becomes a message: `{role, content, index, finish_reason}`. */
function takeChoices(draft: Draft, choices: Members[]): boolean {
  const output = choices.map((choice) => {
    const { message, ...rest } = choice;
    if (isObject(message)) return merged(message, rest);
    const { text, ...others } = choice;
    return merged({ role: 'assistant', content: text! }, others);
  });
  if (!take(draft, 'output', output)) return false;
  const reasons = choices
    .map((choice) => choice.finish_reason)
    .filter((reason) => typeof reason === 'string');
  if (reasons.length > 0 && !draft.has('finish_reasons')) draft.set('finish_reasons', reasons);
  return true;
}

const USAGE: ReadonlyMap<string, 'input_tokens' | 'output_tokens'> = new Map([
  ['prompt_tokens', 'input_tokens'],
  ['input_tokens', 'input_tokens'],
  ['completion_tokens', 'output_tokens'],
  ['output_tokens', 'output_tokens'],
]);

function takeUsage(draft: Draft, usage: Json): boolean {
  if (!isObject(usage)) return false;
  keepRest(draft, 'usage', usage, (name, value) => {
    const field = USAGE.get(name);
    if (field === undefined || draft.has(field) || typeof value !== 'number') return false;
    draft.set(field, value);
    return true;
  });
  return true;
}

function takeRequest(draft: Draft, request: Members): boolean {
  keepRest(draft, 'request', request, (name, value) => {
    if (name === 'model') return offerText(draft, 'gen_ai.request.model', value);
    return name !== 'response' && name !== 'request' && takeMember(draft, name, value);
  });
  return true;
}

function takeResponse(draft: Draft, response: Members): boolean {
  const message = !isChoices(response.choices) && isMessages(response);
  const output: Members = {};
  keepRest(draft, 'response', response, (name, value) => {
    if (name === 'model') return offerText(draft, 'gen_ai.response.model', value);
    if (name === 'id') return offerText(draft, 'gen_ai.response.id', value);
    if (name === 'choices' || name === 'usage') return takeMember(draft, name, value);
    if (message) setOwn(output, name, value);
    return message;
  });
  if (message && !take(draft, 'output', [output])) draft.keep('response', output);
  return true;
}

function offerText(draft: Draft, attribute: string, value: Json): boolean {
  if (typeof value !== 'string' || value === '') return false;
  draft.put(LINE_SLOTS, attribute, value);
  return true;
}

/** Offers each member of an object; those not taken stay together under the object's name. */
function keepRest(
  draft: Draft,
  name: string,
  from: Members,
  take: (name: string, value: Json) => boolean,
): void {
  const rest: Members = {};
  for (const key of Object.keys(from)) if (!take(key, from[key]!)) setOwn(rest, key, from[key]!);
  if (Object.keys(rest).length > 0) draft.keep(name, rest);
}
