import { type Dialect, json } from './dialect.ts';

/** OpenTelemetry semantic conventions for generative AI, current. */
export const genAi: Dialect = {
  name: 'OpenTelemetry GenAI',
  first: { model: ['gen_ai.response.model'] },
  fields: {
    operation: ['gen_ai.operation.name'],
    provider: ['gen_ai.provider.name'],
    model: ['gen_ai.request.model'],
    response_id: ['gen_ai.response.id'],
    finish_reasons: ['gen_ai.response.finish_reasons'],
    conversation_id: ['gen_ai.conversation.id'],
    session_id: ['session.id'],
    user_id: ['user.id', 'enduser.id'],
    input_tokens: ['gen_ai.usage.input_tokens'],
    output_tokens: ['gen_ai.usage.output_tokens'],
    system: ['gen_ai.system_instructions'],
    input: ['gen_ai.input.messages', json('gen_ai.tool.call.arguments')],
    output: ['gen_ai.output.messages', json('gen_ai.tool.call.result')],
    tools: [json('gen_ai.tool.definitions')],
  },
};

/** The same conventions up to version 1.36. */
export const genAiOlder: Dialect = {
  name: 'OpenTelemetry GenAI, up to 1.36',
  fields: {
    provider: ['gen_ai.system'],
    input: ['gen_ai.prompt'],
    output: ['gen_ai.completion'],
    input_tokens: ['gen_ai.usage.prompt_tokens'],
    output_tokens: ['gen_ai.usage.completion_tokens'],
  },
};

/**
 * Events of those versions that carry one message each, as log records or as events of a span:
 * name -> the field that the message goes to, and the role it has when it names none.
 */
export const MESSAGE_EVENTS: ReadonlyMap<string, { field: 'system' | 'input' | 'output'; role: string }> =
  new Map([
    ['gen_ai.system.message', { field: 'system', role: 'system' }],
    ['gen_ai.user.message', { field: 'input', role: 'user' }],
    ['gen_ai.assistant.message', { field: 'input', role: 'assistant' }],
    ['gen_ai.tool.message', { field: 'input', role: 'tool' }],
    ['gen_ai.choice', { field: 'output', role: 'assistant' }],
  ]);

/** Span events whose attributes are facts about the span itself. */
export const DETAIL_EVENTS: ReadonlySet<string> = new Set([
  'gen_ai.client.inference.operation.details',
  'gen_ai.content.prompt',
  'gen_ai.content.completion',
]);
