import type { Case } from './case.ts';

export const traceloopCases: Case[] = [
  {
    name: 'a chat with flattened messages',
    attributes: {
      'llm.request.type': 'chat',
      'gen_ai.system': 'OpenAI',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.prompt.0.role': 'system',
      'gen_ai.prompt.0.content': 'Be brief',
      'gen_ai.prompt.1.role': 'user',
      'gen_ai.prompt.1.content': '[{"type":"text","text":"Hi"}]',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': '',
      'gen_ai.completion.0.finish_reason': 'tool_calls',
      'gen_ai.completion.0.tool_calls.0.id': 'c1',
      'gen_ai.completion.0.tool_calls.0.name': 'look',
      'gen_ai.completion.0.tool_calls.0.arguments': '{"x":1}',
      'llm.request.functions.0.name': 'look',
      'llm.request.functions.0.parameters': '{"type":"object"}',
      'gen_ai.usage.prompt_tokens': 9,
      'gen_ai.usage.completion_tokens': 3,
      'llm.usage.total_tokens': 12,
      'traceloop.association.properties.user_id': 'u1',
      'traceloop.association.properties.session_id': 's1',
      'traceloop.workflow.name': 'joke',
    },
    event: {
      provider: 'OpenAI',
      model: 'gpt-4o',
      input_tokens: 9,
      output_tokens: 3,
      user_id: 'u1',
      session_id: 's1',
      input: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
      output: [
        {
          role: 'assistant',
          content: '',
          finish_reason: 'tool_calls',
          tool_calls: [{ id: 'c1', name: 'look', arguments: '{"x":1}' }],
        },
      ],
      tools: [{ name: 'look', parameters: { type: 'object' } }],
      attributes: {
        'llm.request.type': 'chat',
        'llm.usage.total_tokens': 12,
        'traceloop.workflow.name': 'joke',
      },
    },
  },
  {
    name: 'a workflow',
    attributes: {
      'traceloop.span.kind': 'workflow',
      'traceloop.entity.name': 'joke',
      'traceloop.entity.input': '{"args": [], "kwargs": {"topic": "cats"}}',
      'traceloop.entity.output': '"A cat walks in"',
    },
    event: {
      input: '{"args": [], "kwargs": {"topic": "cats"}}',
      output: '"A cat walks in"',
      attributes: { 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'joke' },
    },
  },
];
