import { type Dialect, json } from './dialect.ts';

/** Vercel AI SDK, versions 3 to 6. */
export const vercel: Dialect = {
  name: 'Vercel AI SDK',
  first: { model: ['ai.response.model'] },
  fields: {
    operation: ['ai.operationId'],
    provider: ['ai.model.provider'],
    model: ['ai.model.id'],
    response_id: ['ai.response.id'],
    finish_reasons: ['ai.response.finishReason', 'ai.finishReason'],
    session_id: ['ai.telemetry.metadata.sessionId'],
    user_id: ['ai.telemetry.metadata.userId'],
    input_tokens: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
    output_tokens: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
    input: ['ai.prompt.messages', 'ai.prompt', json('ai.toolCall.args'), 'ai.value', 'ai.values'],
    output: [json('ai.toolCall.result'), 'ai.result.text', json('ai.result.object')],
    tools: [json('ai.prompt.tools')],
  },
  parts: {
    output: {
      'ai.response.reasoning': 'reasoning',
      'ai.response.text': 'text',
      'ai.response.object': 'object',
      'ai.response.toolCalls': 'tool_call',
      'ai.response.files': 'file',
    },
  },
};
