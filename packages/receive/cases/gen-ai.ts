import type { Case } from './case.ts';

const input = [{ role: 'user', parts: [{ type: 'text', content: 'Weather in Paris?' }] }];
const output = [
  {
    role: 'assistant',
    parts: [{ type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Paris' } }],
    finish_reason: 'tool_call',
  },
];
const system = [{ type: 'text', content: 'You are helpful' }];
const tools = [{ type: 'function', name: 'weather', parameters: { type: 'object' } }];

export const genAiCases: Case[] = [
  {
    name: 'content as JSON strings on a span',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.finish_reasons': ['tool_call'],
      'gen_ai.conversation.id': 'conv-5',
      'gen_ai.usage.input_tokens': 97,
      'gen_ai.usage.output_tokens': 18,
      'gen_ai.usage.cache_read.input_tokens': 50,
      'gen_ai.request.temperature': 0.5,
      'gen_ai.system_instructions': JSON.stringify(system),
      'gen_ai.input.messages': JSON.stringify(input),
      'gen_ai.output.messages': JSON.stringify(output),
      'gen_ai.tool.definitions': JSON.stringify(tools),
      'server.address': 'api.openai.com',
    },
    event: {
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-2024-08-06',
      input_tokens: 97,
      output_tokens: 18,
      conversation_id: 'conv-5',
      response_id: 'chatcmpl-1',
      finish_reasons: ['tool_call'],
      system,
      input,
      output,
      tools,
      attributes: {
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.cache_read.input_tokens': 50,
        'gen_ai.request.temperature': 0.5,
        'server.address': 'api.openai.com',
      },
    },
  },
  {
    name: 'content structured on an event',
    signal: 'logs',
    eventName: 'gen_ai.client.inference.operation.details',
    attributes: {
      'gen_ai.input.messages': input,
      'gen_ai.output.messages': output,
      'gen_ai.system_instructions': system,
    },
    event: { operation: 'gen_ai.client.inference.operation.details', input, output, system },
  },
  {
    name: 'the details event of a span',
    spanEvents: [
      {
        name: 'gen_ai.client.inference.operation.details',
        attributes: {
          'gen_ai.input.messages': JSON.stringify(input),
          'gen_ai.output.messages': output,
          note: 'x',
        },
      },
    ],
    event: {
      input,
      output,
      events: [{ name: 'gen_ai.client.inference.operation.details', attributes: { note: 'x' } }],
    },
  },
  {
    name: 'a tool that ran',
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'weather',
      'gen_ai.tool.call.id': 'c1',
      'gen_ai.tool.call.arguments': '{"city":"Paris"}',
      'gen_ai.tool.call.result': 'rainy',
    },
    event: {
      operation: 'execute_tool',
      input: { city: 'Paris' },
      output: 'rainy',
      attributes: { 'gen_ai.tool.name': 'weather', 'gen_ai.tool.call.id': 'c1' },
    },
  },
  {
    name: 'content that is no JSON, or JSON that is no messages, stays as it is',
    attributes: {
      'gen_ai.input.messages': '[not json',
      'gen_ai.output.messages': '{"a": 1}',
      'gen_ai.system_instructions': 'Be brief',
    },
    event: { input: '[not json', output: '{"a": 1}', system: 'Be brief' },
  },
  {
    name: 'content that parsing would change stays as it is',
    attributes: {
      'gen_ai.input.messages': '[{"role":"user","role":"system","content":"x"}]',
      'gen_ai.output.messages': '[{"role":"assistant","content":12345678901234567890}]',
    },
    event: {
      input: '[{"role":"user","role":"system","content":"x"}]',
      output: '[{"role":"assistant","content":12345678901234567890}]',
    },
  },
  {
    name: 'ids of user and session',
    attributes: { 'user.id': 'u1', 'enduser.id': 'u1', 'session.id': 's1' },
    event: { user_id: 'u1', session_id: 's1' },
  },
  {
    name: 'two ids of the user that differ',
    attributes: { 'enduser.id': 'alice', 'user.id': 'u1' },
    event: { user_id: 'u1', attributes: { 'enduser.id': 'alice' } },
  },
  {
    name: 'values of the wrong type stay attributes',
    attributes: {
      'gen_ai.usage.input_tokens': 'many',
      'gen_ai.request.model': 5,
      'user.id': ['a'],
      'gen_ai.provider.name': '',
    },
    event: {
      attributes: {
        'gen_ai.usage.input_tokens': 'many',
        'gen_ai.request.model': 5,
        'user.id': ['a'],
        'gen_ai.provider.name': '',
      },
    },
  },
];

export const genAiOlderCases: Case[] = [
  {
    name: 'attributes up to 1.36',
    attributes: {
      'gen_ai.system': 'anthropic',
      'gen_ai.request.model': 'claude-3',
      'gen_ai.prompt': 'Hi',
      'gen_ai.completion': 'Hello',
      'gen_ai.usage.prompt_tokens': 3,
      'gen_ai.usage.completion_tokens': 4,
    },
    event: {
      provider: 'anthropic',
      model: 'claude-3',
      input: 'Hi',
      output: 'Hello',
      input_tokens: 3,
      output_tokens: 4,
    },
  },
  {
    name: 'a user message as a log record',
    signal: 'logs',
    eventName: 'gen_ai.user.message',
    attributes: { 'gen_ai.system': 'openai' },
    body: { content: 'Hi' },
    event: { operation: 'gen_ai.user.message', provider: 'openai', input: [{ role: 'user', content: 'Hi' }] },
  },
  {
    name: 'the name of the event as an attribute',
    signal: 'logs',
    attributes: { 'event.name': 'gen_ai.system.message' },
    body: { content: 'Be brief', role: 'developer' },
    event: { operation: 'gen_ai.system.message', system: [{ role: 'developer', content: 'Be brief' }] },
  },
  {
    name: 'an assistant message and a tool message are input',
    signal: 'logs',
    eventName: 'gen_ai.tool.message',
    body: { content: 'rainy', id: 'c1' },
    event: { operation: 'gen_ai.tool.message', input: [{ role: 'tool', content: 'rainy', id: 'c1' }] },
  },
  {
    name: 'a choice as a log record',
    signal: 'logs',
    eventName: 'gen_ai.choice',
    body: { index: 0, finish_reason: 'stop', message: { content: 'Hello' } },
    event: {
      operation: 'gen_ai.choice',
      output: [{ role: 'assistant', content: 'Hello', index: 0, finish_reason: 'stop' }],
      finish_reasons: ['stop'],
    },
  },
  {
    name: 'messages as events of a span',
    spanEvents: [
      { name: 'gen_ai.system.message', attributes: { content: 'Be brief' } },
      { name: 'gen_ai.user.message', attributes: { content: 'Hi' } },
      { name: 'gen_ai.assistant.message', attributes: { content: 'Yes?' } },
      { name: 'gen_ai.choice', attributes: { 'gen_ai.event.content': 'Hello', index: 0 } },
      { name: 'exception', attributes: { 'exception.message': 'late' } },
    ],
    event: {
      system: [{ role: 'system', content: 'Be brief' }],
      input: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Yes?' },
      ],
      output: [{ role: 'assistant', content: 'Hello', index: 0 }],
      events: [
        { name: 'gen_ai.system.message' },
        { name: 'gen_ai.user.message' },
        { name: 'gen_ai.assistant.message' },
        { name: 'gen_ai.choice' },
        { name: 'exception', attributes: { 'exception.message': 'late' } },
      ],
    },
  },
  {
    name: 'content events of a span',
    spanEvents: [
      { name: 'gen_ai.content.prompt', attributes: { 'gen_ai.prompt': '[{"role":"user","content":"Hi"}]' } },
      { name: 'gen_ai.content.completion', attributes: { 'gen_ai.completion': 'Hello' } },
    ],
    event: {
      input: [{ role: 'user', content: 'Hi' }],
      output: 'Hello',
      events: [{ name: 'gen_ai.content.prompt' }, { name: 'gen_ai.content.completion' }],
    },
  },
];
