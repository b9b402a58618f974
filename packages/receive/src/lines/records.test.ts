import { describe, expect, it } from 'vitest';
import { BLANK, line, type Row } from '../../test/lines.ts';

describe('records of a request and its answer', () => {
  const messages = [{ role: 'user', content: 'Hi' }];
  it.each<Row>([
    ['prompt and response', { prompt: 'Hi', response: 'Hello' }, { input: 'Hi', output: 'Hello' }],
    [
      'prompt and completion',
      { prompt: 'Hi', completion: 'Hello', id: 5 },
      { input: 'Hi', output: 'Hello', attributes: { id: 5 } },
    ],
    ['messages', { messages, model: 'gpt-4o' }, { input: messages, model: 'gpt-4o' }],
    [
      'an answer of chat completions',
      {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1736121600,
        model: 'gpt-4o',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      },
      {
        model: 'gpt-4o',
        input_tokens: 3,
        output_tokens: 4,
        finish_reasons: ['stop'],
        output: [{ role: 'assistant', content: 'Hello', index: 0, finish_reason: 'stop' }],
        attributes: {
          id: 'chatcmpl-1',
          object: 'chat.completion',
          created: 1736121600,
          usage: { total_tokens: 7 },
        },
      },
    ],
    [
      'request and response of an API',
      {
        request: { model: 'gpt-4o', messages, temperature: 1, tools: [{ type: 'function' }] },
        response: {
          id: 'r1',
          model: 'gpt-4o-2024',
          choices: [{ message: { role: 'assistant', content: 'Hello' } }],
          usage: { prompt_tokens: 3 },
        },
      },
      {
        model: 'gpt-4o-2024',
        input_tokens: 3,
        response_id: 'r1',
        input: messages,
        output: [{ role: 'assistant', content: 'Hello' }],
        tools: [{ type: 'function' }],
        attributes: { request: { temperature: 1 }, 'gen_ai.request.model': 'gpt-4o' },
      },
    ],
    [
      'a response of another API',
      {
        request: { system: 'Be brief', messages },
        response: {
          id: 'm1',
          role: 'assistant',
          content: [{ type: 'text', text: 'Hello' }],
          usage: { input_tokens: 1, output_tokens: 2 },
        },
      },
      {
        input_tokens: 1,
        output_tokens: 2,
        response_id: 'm1',
        system: 'Be brief',
        input: messages,
        output: [{ role: 'assistant', content: [{ type: 'text', text: 'Hello' }] }],
      },
    ],
    [
      'request and response that are none',
      { request: { url: '/x' }, response: { status: 200 }, system: 'linux', tools: 3, msg: 'done' },
      {
        body: 'done',
        attributes: { request: { url: '/x' }, response: { status: 200 }, system: 'linux', tools: 3 },
      },
    ],
  ])('%s', (_name, value, event) => {
    expect(line({ time: BLANK.time, ...(value as object) })).toEqual({ ...BLANK, ...event });
  });
});

describe('the log_stream table', () => {
  const row = { timestamp: '2025-01-06 00:00:00', span_name: '/v1/chat', _service: 'chat', _source: 'web' };
  const event = { ...BLANK, operation: '/v1/chat', service: 'chat' };

  it.each<Row>([
    [
      'nested columns',
      { 'string.names': ['message', 'user_id', 'key'], 'string.values': ['Hi', 'u1', 'sk-1'] },
      { user_id: 'u1', body: 'Hi', attributes: { _source: 'web', key: 'sk-1' } },
    ],
    ['an object', { string: { names: ['a'], values: ['x'] } }, { attributes: { _source: 'web', a: 'x' } }],
    ['one value alone', { 'string.values': ['a chat'] }, { body: 'a chat', attributes: { _source: 'web' } }],
    [
      'values alone',
      { 'string.values': ['a chat', 'a key'] },
      { body: ['a chat', 'a key'], attributes: { _source: 'web' } },
    ],
    ['values as text', { 'string.values': 'a chat' }, { body: 'a chat', attributes: { _source: 'web' } }],
    [
      'values as a literal',
      { 'string.values': "['it\\'s','x']" },
      { body: ["it's", 'x'], attributes: { _source: 'web' } },
    ],
    [
      'more values than names',
      { 'string.names': ['a'], 'string.values': ['1', '2', '3'] },
      { body: ['2', '3'], attributes: { _source: 'web', a: '1' } },
    ],
    [
      'more names than values, and a name twice',
      { 'string.names': ['a', 'a', 'b', 'c'], 'string.values': ['1', '2'] },
      {
        attributes: {
          _source: 'web',
          a: '1',
          'tacet.duplicates': { a: ['2'] },
          'string.unpaired': ['b', 'c'],
        },
      },
    ],
  ])('%s', (_name, columns, rest) => {
    expect(line({ ...row, ...(columns as object) })).toEqual({ ...event, ...rest });
  });
});
