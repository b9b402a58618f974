import type { Json } from '@tacet/records';
import { messages, structure } from './content.ts';
import { FIELDS, type Field } from './dialects/dialect.ts';
import type { Limits } from './limits.ts';
import { severityOfTens, severityOfText } from './severity.ts';

/** A field's value out of an attribute's; undefined when it does not fit, and the attribute stays. */
export type Convert = (value: Json, limits: Limits) => Json | undefined;

function text(value: Json): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Ids are strings; a number is one written without quotes. */
function identifier(value: Json): string | undefined {
  if (typeof value === 'number') return String(value);
  return text(value);
}

/** A count of tokens or nanoseconds. */
function count(value: Json): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

/** Hexadecimal in lower case, without `0x`; an id of zeros is no id. */
export function hexId(value: Json): string | undefined {
  if (typeof value !== 'string' || value.length > 66) return undefined;
  const digits = value.startsWith('0x') ? value.slice(2) : value;
  let upper = false;
  let set = false;
  for (let at = 0; at < digits.length; at++) {
    const c = digits.charCodeAt(at);
    if (c >= 48 && c <= 57) set ||= c !== 48;
    else if (c >= 97 && c <= 102) set = true;
    else if (c >= 65 && c <= 70) upper = true;
    else return undefined;
  }
  if (upper) return digits.toLowerCase();
  return set ? digits : undefined;
}

/** `ok` or `error`, in any case, also as `STATUS_CODE_OK`, `StatusCode.ERROR` or `{status_code: 'OK'}`. */
function status(value: Json): string | undefined {
  if (typeof value !== 'string' || value.length > 24) return undefined;
  const word = /^(?:status_?code[._])?(ok|error)$/.exec(value.toLowerCase());
  return word?.[1];
}

function severity(value: Json): string | undefined {
  if (typeof value === 'string') {
    const known = /^[1-6]\d$/.test(value) ? severityOfTens(Number(value)) : severityOfText(value);
    return known?.level;
  }
  return typeof value === 'number' ? severityOfTens(value)?.level : undefined;
}

function reasons(value: Json, limits: Limits): Json | undefined {
  const parsed = structure(value, limits);
  if (typeof parsed === 'string') return parsed === '' ? undefined : [parsed];
  return Array.isArray(parsed) && parsed.length > 0 ? parsed : undefined;
}

function present(convert: (value: Json, limits: Limits) => Json): Convert {
  return (value, limits) => (value === null || value === '' ? undefined : convert(value, limits));
}

const CONVERT: { readonly [F in Field]: Convert } = {
  service: text,
  operation: text,
  severity,
  status,
  provider: text,
  model: text,
  duration_ns: count,
  input_tokens: count,
  output_tokens: count,
  trace_id: hexId,
  span_id: hexId,
  parent_span_id: hexId,
  conversation_id: identifier,
  session_id: identifier,
  user_id: identifier,
  response_id: identifier,
  finish_reasons: reasons,
  status_message: text,
  body: present((value) => value),
  system: present(messages),
  input: present(messages),
  output: present(messages),
  tools: present(structure),
};

/** The same by a field's index in `FIELDS`. */
export const CONVERTERS: readonly Convert[] = FIELDS.map((field) => CONVERT[field]);

/** For one piece of a structure that attribute names spell out: empty pieces belong to it too. */
export const convertPiece: Convert = (value, limits) => messages(value, limits);

/** For attributes that their convention writes as JSON. */
export const convertJson: Convert = present(structure);
