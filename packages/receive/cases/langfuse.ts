import type { Case } from './case.ts';

export const langfuseCases: Case[] = [
  {
    name: 'a generation',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.input': '[{"role":"user","content":"Hi"}]',
      'langfuse.observation.output': '{"role":"assistant","content":"Hello"}',
      'langfuse.observation.model.name': 'gpt-4o',
      'langfuse.observation.model.parameters': '{"temperature":0.5}',
      'langfuse.observation.usage_details': '{"input":3,"output":4}',
      'langfuse.observation.level': 'WARNING',
      'langfuse.observation.status_message': 'slow',
      'langfuse.user.id': 'u1',
      'langfuse.session.id': 's1',
      'langfuse.trace.name': 'chat',
      'langfuse.environment': 'production',
    },
    event: {
      severity: 'warn',
      model: 'gpt-4o',
      input_tokens: 3,
      output_tokens: 4,
      user_id: 'u1',
      session_id: 's1',
      status_message: 'slow',
      input: [{ role: 'user', content: 'Hi' }],
      output: { role: 'assistant', content: 'Hello' },
      attributes: {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.model.parameters': '{"temperature":0.5}',
        'langfuse.trace.name': 'chat',
        'langfuse.environment': 'production',
      },
    },
  },
  {
    name: 'the input of the trace beside that of the observation',
    attributes: {
      'langfuse.observation.input': 'Hi',
      'langfuse.trace.input': 'Hi',
      'langfuse.observation.output': 'Hello',
      'langfuse.trace.output': 'Hello you',
    },
    event: { input: 'Hi', output: 'Hello', attributes: { 'langfuse.trace.output': 'Hello you' } },
  },
  {
    name: 'usage with more in it, and the default level',
    attributes: {
      'langfuse.observation.usage_details': '{"input":3,"output":4,"cache_read":2}',
      'langfuse.observation.level': 'DEFAULT',
    },
    event: {
      input_tokens: 3,
      output_tokens: 4,
      attributes: {
        'langfuse.observation.usage_details': { cache_read: 2 },
        'langfuse.observation.level': 'DEFAULT',
      },
    },
  },
];

export const frameworkCases: Case[] = [
  {
    name: 'Pydantic AI',
    attributes: {
      'pydantic_ai.all_messages': '[{"role":"user","parts":[{"type":"text","content":"Hi"}]}]',
      final_result: '{"ok":true}',
    },
    event: { input: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }], output: { ok: true } },
  },
  {
    name: 'MLflow',
    attributes: {
      'mlflow.spanInputs': '{"q":"Hi"}',
      'mlflow.spanOutputs': '"Hello"',
      'mlflow.spanType': '"LLM"',
    },
    event: { input: { q: 'Hi' }, output: '"Hello"', attributes: { 'mlflow.spanType': '"LLM"' } },
  },
  {
    name: 'Google ADK',
    attributes: {
      'gcp.vertex.agent.llm_request': '{"model":"gemini"}',
      'gcp.vertex.agent.llm_response': '{"content":{}}',
    },
    event: { input: { model: 'gemini' }, output: { content: {} } },
  },
];

export const plainCases: Case[] = [
  {
    name: 'a log record that has nothing to do with models',
    signal: 'logs',
    attributes: {
      'http.request.method': 'GET',
      'url.path': '/x',
      status: 200,
      tags: ['a'],
      nested: { b: null },
    },
    body: 'GET /x 200',
    event: {
      body: 'GET /x 200',
      attributes: {
        'http.request.method': 'GET',
        'url.path': '/x',
        status: 200,
        tags: ['a'],
        nested: { b: null },
      },
    },
  },
  { name: 'a span with nothing at all', event: {} },
];
