import { type Dialect, json } from './dialect.ts';

/** Langfuse SDKs, version 3 and later, which send OpenTelemetry spans. */
export const langfuse: Dialect = {
  name: 'Langfuse',
  fields: {
    severity: ['langfuse.observation.level'],
    status_message: ['langfuse.observation.status_message'],
    model: ['langfuse.observation.model.name'],
    session_id: ['langfuse.session.id'],
    user_id: ['langfuse.user.id'],
    input: [json('langfuse.observation.input'), json('langfuse.trace.input')],
    output: [json('langfuse.observation.output'), json('langfuse.trace.output')],
  },
  unpack: {
    'langfuse.observation.usage_details': { input: 'input_tokens', output: 'output_tokens' },
  },
};
