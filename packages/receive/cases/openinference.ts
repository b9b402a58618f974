import type { Case } from './case.ts';

export const openInferenceCases: Case[] = [
  {
    name: 'an LLM span with flattened messages',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o',
      'llm.provider': 'azure',
      'llm.system': 'openai',
      'llm.token_count.prompt': 20,
      'llm.token_count.completion': 7,
      'llm.token_count.total': 27,
      'llm.input_messages.0.message.role': 'system',
      'llm.input_messages.0.message.content': 'Be brief',
      'llm.input_messages.1.message.role': 'user',
      'llm.input_messages.1.message.contents.0.message_content.type': 'text',
      'llm.input_messages.1.message.contents.0.message_content.text': 'What is this?',
      'llm.input_messages.1.message.contents.1.message_content.type': 'image',
      'llm.input_messages.1.message.contents.1.message_content.image.image.url': 'https://x/y.png',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c1',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'look',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"x":1}',
      'llm.tools.0.tool.json_schema': '{"type":"function","function":{"name":"look"}}',
      'session.id': 's1',
      'user.id': 'u1',
      'input.value': '{"messages":[{"role":"user","content":"What is this?"}]}',
      'input.mime_type': 'application/json',
    },
    event: {
      provider: 'azure',
      model: 'gpt-4o',
      input_tokens: 20,
      output_tokens: 7,
      session_id: 's1',
      user_id: 'u1',
      input: [
        { role: 'system', content: 'Be brief' },
        {
          role: 'user',
          contents: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', image: { image: { url: 'https://x/y.png' } } },
          ],
        },
      ],
      output: [
        { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'look', arguments: '{"x":1}' } }] },
      ],
      tools: [{ json_schema: { type: 'function', function: { name: 'look' } } }],
      attributes: {
        'openinference.span.kind': 'LLM',
        'llm.token_count.total': 27,
        'input.mime_type': 'application/json',
        'llm.system': 'openai',
        'input.value': '{"messages":[{"role":"user","content":"What is this?"}]}',
      },
    },
  },
  {
    name: 'a chain with values',
    attributes: {
      'openinference.span.kind': 'CHAIN',
      'input.value': 'What is up?',
      'output.value': '[{"role":"assistant","content":"The sky"}]',
      'output.mime_type': 'application/json',
    },
    event: {
      input: 'What is up?',
      output: [{ role: 'assistant', content: 'The sky' }],
      attributes: { 'openinference.span.kind': 'CHAIN', 'output.mime_type': 'application/json' },
    },
  },
  {
    name: 'completions',
    attributes: { 'llm.prompts.0.prompt.text': 'Once', 'llm.choices.0.completion.text': 'upon' },
    event: { input: [{ text: 'Once' }], output: [{ text: 'upon' }] },
  },
  {
    name: 'messages out of order, with a gap, and one that is no message',
    attributes: {
      'llm.input_messages.10.message.content': 'third',
      'llm.input_messages.2.message.content': 'second',
      'llm.input_messages.0.message.content': 'first',
      'llm.input_messages.x.message.content': 'stray',
      'llm.input_messages': 'bare',
    },
    event: {
      input: [{ content: 'first' }, { content: 'second' }, { content: 'third' }],
      attributes: { 'llm.input_messages.x.message.content': 'stray', 'llm.input_messages': 'bare' },
    },
  },
];
