import { type ClearRow, TEXT_FIELDS } from '@tacet/records';

/** How the values of a field compare. */
export type FieldKind = 'text' | 'plain' | 'number' | 'duration' | 'time' | 'severity' | 'fingerprint';

/** What the name in a query stands for. */
export interface Field {
  kind: FieldKind;
  /** Where its values are in an event: keys joined by '.', without array indices; any may hold. */
  paths: readonly string[];
  /** The clear column with a coarse copy of it, when the field is nothing but that member. */
  clear?: Exclude<keyof ClearRow, 'secrets'>;
}

/** Members that have a clear column: their names mean the member only, never an attribute. */
const MEMBERS: Readonly<Record<string, Field>> = {
  time: { kind: 'time', paths: ['time'], clear: 'time' },
  kind: { kind: 'plain', paths: ['kind'], clear: 'kind' },
  service: { kind: 'plain', paths: ['service'], clear: 'service' },
  operation: { kind: 'plain', paths: ['operation'], clear: 'operation' },
  model: { kind: 'plain', paths: ['model'], clear: 'model' },
  provider: { kind: 'plain', paths: ['provider'], clear: 'provider' },
  status: { kind: 'plain', paths: ['status'], clear: 'status' },
  severity: { kind: 'severity', paths: ['severity'], clear: 'severity' },
  duration: { kind: 'duration', paths: ['duration_ns'], clear: 'duration_ns' },
  duration_ns: { kind: 'duration', paths: ['duration_ns'], clear: 'duration_ns' },
  input_tokens: { kind: 'number', paths: ['input_tokens'], clear: 'input_tokens' },
  output_tokens: { kind: 'number', paths: ['output_tokens'], clear: 'output_tokens' },
  secrets: { kind: 'plain', paths: ['secrets'] },
  fingerprint: { kind: 'fingerprint', paths: ['fingerprint', 'attributes.fingerprint'] },
};

/**
 * Names that the conventions give (OpenTelemetry's resource, GenAI, session, user and exception
 * attributes, OpenInference, OpenLLMetry), and everyday short ones, with the members that hold them.
 * An attribute of the very name is looked at too.
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'service.name': ['service', 'resource.service.name'],
  level: ['severity'],
  severity_text: ['severity'],
  'gen_ai.operation.name': ['operation'],
  'gen_ai.provider.name': ['provider'],
  'gen_ai.system': ['provider'],
  'llm.provider': ['provider'],
  'llm.system': ['provider'],
  'gen_ai.request.model': ['model'],
  'gen_ai.response.model': ['model'],
  'llm.model_name': ['model'],
  'gen_ai.usage.input_tokens': ['input_tokens'],
  'gen_ai.usage.prompt_tokens': ['input_tokens'],
  'llm.token_count.prompt': ['input_tokens'],
  'gen_ai.usage.output_tokens': ['output_tokens'],
  'gen_ai.usage.completion_tokens': ['output_tokens'],
  'llm.token_count.completion': ['output_tokens'],
  'gen_ai.conversation.id': ['conversation_id'],
  'session.id': ['session_id'],
  'user.id': ['user_id'],
  'enduser.id': ['user_id'],
  'gen_ai.response.id': ['response_id'],
  'gen_ai.response.finish_reasons': ['finish_reasons'],
  'gen_ai.system_instructions': ['system'],
  'gen_ai.input.messages': ['input'],
  'llm.input_messages': ['input'],
  'gen_ai.output.messages': ['output'],
  'llm.output_messages': ['output'],
  'gen_ai.tool.definitions': ['tools'],
  'llm.tools': ['tools'],
  message: ['body'],
  'exception.message': ['events.attributes.exception.message'],
  'exception.stacktrace': ['events.attributes.exception.stacktrace'],
  'exception.type': ['events.attributes.exception.type'],
  traceId: ['trace_id'],
  spanId: ['span_id'],
  parentSpanId: ['parent_span_id'],
  traceid: ['trace_id'],
  spanid: ['span_id'],
};

/** Number aliases keep their kind, so that `gen_ai.usage.input_tokens:1e3` is a number too. */
function kindOf(name: string, members: readonly string[]): FieldKind {
  if (TEXT_FIELDS.has(name) || members.some((member) => TEXT_FIELDS.has(member))) return 'text';
  return MEMBERS[members[0] ?? '']?.kind ?? 'plain';
}

/**
 * What `name` stands for. A name is a member (`trace_id`, `body.order.id`, `resource.host.name`) or
 * an attribute (`http.route` is `attributes.http.route`), or a convention's name for a member. Names
 * are case-sensitive, as attributes are.
 */
export function fieldOf(name: string): Field {
  const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
  if (member) return member;
  const members = (Object.hasOwn(ALIASES, name) && ALIASES[name]) || [];
  return { kind: kindOf(name, members), paths: [...members, name, `attributes.${name}`] };
}

/** The field of the token that a value at `path` gives: the path without a leading `attributes.`. */
export function tokenField(path: string): string {
  return path.startsWith('attributes.') ? path.slice('attributes.'.length) : path;
}
