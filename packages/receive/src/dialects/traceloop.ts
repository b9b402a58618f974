import type { Dialect } from './dialect.ts';

/** Traceloop's OpenLLMetry. */
export const traceloop: Dialect = {
  name: 'Traceloop OpenLLMetry',
  fields: {
    session_id: ['traceloop.association.properties.session_id'],
    user_id: ['traceloop.association.properties.user_id'],
    conversation_id: ['traceloop.association.properties.conversation_id'],
    finish_reasons: ['llm.response.finish_reason'],
    input: ['traceloop.entity.input'],
    output: ['traceloop.entity.output'],
  },
  flattened: {
    input: ['gen_ai.prompt.'],
    output: ['gen_ai.completion.', 'llm.completions.'],
    tools: ['llm.request.functions.'],
  },
};
