import type { Case } from './case.ts';

const messages = [{ role: 'user', content: [{ type: 'text', text: 'Weather?' }] }];

export const vercelCases: Case[] = [
  {
    name: 'ai.generateText',
    attributes: {
      'operation.name': 'ai.generateText weather',
      'ai.operationId': 'ai.generateText',
      'ai.prompt': '{"system":"Be brief","prompt":"Weather?"}',
      'ai.response.text': 'Rainy',
      'ai.response.finishReason': 'stop',
      'ai.model.id': 'gpt-4o',
      'ai.model.provider': 'openai.chat',
      'ai.settings.maxRetries': 2,
      'ai.usage.promptTokens': 10,
      'ai.usage.completionTokens': 5,
      'ai.telemetry.metadata.userId': 'u1',
      'ai.telemetry.metadata.sessionId': 's1',
      'ai.telemetry.metadata.plan': 'free',
    },
    event: {
      operation: 'ai.generateText',
      provider: 'openai.chat',
      model: 'gpt-4o',
      input_tokens: 10,
      output_tokens: 5,
      user_id: 'u1',
      session_id: 's1',
      finish_reasons: ['stop'],
      input: { system: 'Be brief', prompt: 'Weather?' },
      output: 'Rainy',
      attributes: {
        'operation.name': 'ai.generateText weather',
        'ai.settings.maxRetries': 2,
        'ai.telemetry.metadata.plan': 'free',
      },
    },
  },
  {
    name: 'ai.streamText.doStream with tools, version 5',
    attributes: {
      'ai.operationId': 'ai.streamText.doStream',
      'ai.prompt.messages': JSON.stringify(messages),
      'ai.prompt.tools': ['{"type":"function","name":"weather","inputSchema":{"type":"object"}}'],
      'ai.response.text': 'Let me look',
      'ai.response.reasoning': 'The user asks for weather',
      'ai.response.toolCalls':
        '[{"toolCallId":"c1","toolName":"weather","input":"{\\"city\\":\\"Paris\\"}"}]',
      'ai.response.model': 'gpt-4o-2024',
      'ai.response.id': 'r1',
      'ai.usage.inputTokens': 10,
      'ai.usage.outputTokens': 5,
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.response.finish_reasons': ['tool-calls'],
    },
    event: {
      operation: 'ai.streamText.doStream',
      provider: 'openai',
      model: 'gpt-4o-2024',
      input_tokens: 10,
      output_tokens: 5,
      response_id: 'r1',
      finish_reasons: ['tool-calls'],
      input: messages,
      output: [
        {
          role: 'assistant',
          parts: [
            { type: 'text', content: 'Let me look' },
            { type: 'reasoning', content: 'The user asks for weather' },
            { type: 'tool_call', id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' },
          ],
        },
      ],
      tools: [{ type: 'function', name: 'weather', inputSchema: { type: 'object' } }],
      attributes: { 'gen_ai.request.model': 'gpt-4o' },
    },
  },
  {
    name: 'ai.generateObject',
    attributes: { 'ai.response.object': '{"city":"Paris"}', 'ai.schema': '{"type":"object"}' },
    event: {
      output: [{ role: 'assistant', parts: [{ type: 'object', content: { city: 'Paris' } }] }],
      attributes: { 'ai.schema': '{"type":"object"}' },
    },
  },
  {
    name: 'ai.toolCall',
    attributes: {
      'ai.operationId': 'ai.toolCall',
      'ai.toolCall.name': 'weather',
      'ai.toolCall.id': 'c1',
      'ai.toolCall.args': '{"city":"Paris"}',
      'ai.toolCall.result': '{"sky":"grey"}',
    },
    event: {
      operation: 'ai.toolCall',
      input: { city: 'Paris' },
      output: { sky: 'grey' },
      attributes: { 'ai.toolCall.name': 'weather', 'ai.toolCall.id': 'c1' },
    },
  },
  {
    name: 'ai.embedMany',
    attributes: { 'ai.operationId': 'ai.embedMany', 'ai.values': ['"a"', '"b"'], 'ai.usage.tokens': 2 },
    event: { operation: 'ai.embedMany', input: ['"a"', '"b"'], input_tokens: 2 },
  },
];
