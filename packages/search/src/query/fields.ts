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
 * Members, or paths below them, with the names that the conventions of tracing and everyday logs have for
 * them. An event came under one of these names; a query may use any of them.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  service: ['service.name'],
  'resource.service.name': ['service.name'],
  operation: ['gen_ai.operation.name', 'event.name', 'ai.operationId'],
  severity: ['level', 'severity_text', 'langfuse.observation.level'],
  status_message: ['langfuse.observation.status_message'],
  provider: ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider'],
  model: [
    'gen_ai.request.model',
    'gen_ai.response.model',
    'llm.model_name',
    'embedding.model_name',
    'reranker.model_name',
    'ai.response.model',
    'ai.model.id',
    'langfuse.observation.model.name',
  ],
  input_tokens: [
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
    'llm.token_count.prompt',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
    'ai.usage.tokens',
  ],
  output_tokens: [
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.completion_tokens',
    'llm.token_count.completion',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
  ],
  trace_id: ['traceId', 'traceid'],
  span_id: ['spanId', 'spanid'],
  parent_span_id: ['parentSpanId'],
  conversation_id: ['gen_ai.conversation.id', 'traceloop.association.properties.conversation_id'],
  session_id: [
    'session.id',
    'langfuse.session.id',
    'ai.telemetry.metadata.sessionId',
    'traceloop.association.properties.session_id',
    'gcp.vertex.agent.session_id',
  ],
  user_id: [
    'user.id',
    'enduser.id',
    'langfuse.user.id',
    'ai.telemetry.metadata.userId',
    'traceloop.association.properties.user_id',
  ],
  response_id: ['gen_ai.response.id', 'ai.response.id'],
  finish_reasons: [
    'gen_ai.response.finish_reasons',
    'llm.finish_reason',
    'llm.response.finish_reason',
    'ai.response.finishReason',
    'ai.finishReason',
  ],
  body: ['message'],
  system: ['gen_ai.system_instructions'],
  input: [
    'gen_ai.input.messages',
    'gen_ai.prompt',
    'gen_ai.tool.call.arguments',
    'llm.input_messages',
    'input.value',
    'ai.prompt',
    'ai.prompt.messages',
    'ai.toolCall.args',
    'ai.value',
    'ai.values',
    'traceloop.entity.input',
    'langfuse.observation.input',
    'langfuse.trace.input',
    'pydantic_ai.all_messages',
    'all_messages_events',
    'gcp.vertex.agent.llm_request',
    'gcp.vertex.agent.tool_call_args',
    'mlflow.spanInputs',
  ],
  output: [
    'gen_ai.output.messages',
    'gen_ai.completion',
    'gen_ai.tool.call.result',
    'llm.output_messages',
    'output.value',
    'ai.toolCall.result',
    'ai.result.text',
    'ai.result.object',
    'traceloop.entity.output',
    'langfuse.observation.output',
    'langfuse.trace.output',
    'final_result',
    'gcp.vertex.agent.llm_response',
    'gcp.vertex.agent.tool_response',
    'mlflow.spanOutputs',
  ],
  tools: ['gen_ai.tool.definitions', 'llm.tools', 'ai.prompt.tools'],
  'events.attributes.exception.type': ['exception.type'],
  'events.attributes.exception.message': ['exception.message'],
  'events.attributes.exception.stacktrace': ['exception.stacktrace'],
};

/** Where else than under itself a name is looked for. */
const ALIASES: ReadonlyMap<string, readonly string[]> = Object.entries(NAMES).reduce(
  (aliases, [path, names]) => {
    for (const name of names) aliases.set(name, [...(aliases.get(name) ?? []), path]);
    return aliases;
  },
  new Map<string, readonly string[]>(),
);

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
  const members = ALIASES.get(name) ?? [];
  return { kind: kindOf(name, members), paths: [...members, name, `attributes.${name}`] };
}

/** The field of the token that a value at `path` gives: the path without a leading `attributes.`. */
export function tokenField(path: string): string {
  return path.startsWith('attributes.') ? path.slice('attributes.'.length) : path;
}
