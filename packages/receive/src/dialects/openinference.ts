import type { Dialect } from './dialect.ts';

/** OpenInference (Arize Phoenix, LlamaIndex, smolagents and others). */
export const openInference: Dialect = {
  name: 'OpenInference',
  fields: {
    provider: ['llm.provider', 'llm.system'],
    model: ['llm.model_name', 'embedding.model_name', 'reranker.model_name'],
    finish_reasons: ['llm.finish_reason'],
    input_tokens: ['llm.token_count.prompt'],
    output_tokens: ['llm.token_count.completion'],
    input: ['input.value'],
    output: ['output.value'],
  },
  flattened: {
    input: ['llm.input_messages.', 'llm.prompts.'],
    output: ['llm.output_messages.', 'llm.choices.'],
    tools: ['llm.tools.'],
  },
  wrappers: ['message', 'message_content', 'tool_call', 'prompt', 'completion', 'tool'],
};
