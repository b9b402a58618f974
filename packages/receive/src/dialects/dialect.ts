/** Members of an event that an attribute can become. */
export const FIELDS = [
  'service',
  'operation',
  'severity',
  'status',
  'provider',
  'model',
  'duration_ns',
  'input_tokens',
  'output_tokens',
  'trace_id',
  'span_id',
  'parent_span_id',
  'conversation_id',
  'session_id',
  'user_id',
  'response_id',
  'finish_reasons',
  'status_message',
  'body',
  'system',
  'input',
  'output',
  'tools',
] as const;
export type Field = (typeof FIELDS)[number];

/** An attribute name, or a name whose value is JSON of any shape written as a string. */
export type Source = string | { json: string };

/** Marks an attribute that its convention defines as JSON: a string that parses is kept parsed. */
export function json(name: string): Source {
  return { json: name };
}

/**
 * How one convention names what an event holds. Where several names give the same field, the first
 * wins within a table, and the tables win in the order of `DIALECTS`. What loses stays an attribute,
 * unless it says exactly the same.
 */
export interface Dialect {
  name: string;
  /** Field -> attribute names that win over `fields` of every table: what was answered over what was asked. */
  first?: { readonly [F in Field]?: readonly Source[] };
  /** Field -> attribute names, best first. */
  fields?: { readonly [F in Field]?: readonly Source[] };
  /**
   * Field -> prefixes of attributes that spell a structure out: `gen_ai.prompt.` for
   * `gen_ai.prompt.0.content`. They win over `fields` of the same table.
   */
  flattened?: { readonly [F in Field]?: readonly string[] };
  /** Names in flattened paths that only wrap what follows: `message` in `0.message.role`. */
  wrappers?: readonly string[];
  /** Field -> attribute -> type of the part it gives to one assistant message. */
  parts?: { readonly [F in Field]?: { readonly [attribute: string]: string } };
  /** Attribute holding an object -> its member -> field. */
  unpack?: { readonly [attribute: string]: { readonly [member: string]: Field } };
}
