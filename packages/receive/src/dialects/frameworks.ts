import { type Dialect, json } from './dialect.ts';

/** Frameworks with a few content attributes of their own, beside the conventions above. */
export const frameworks: Dialect = {
  name: 'Pydantic AI, MLflow, Google ADK',
  fields: {
    session_id: ['gcp.vertex.agent.session_id'],
    input: [
      'pydantic_ai.all_messages',
      'all_messages_events',
      json('gcp.vertex.agent.llm_request'),
      json('gcp.vertex.agent.tool_call_args'),
      json('mlflow.spanInputs'),
    ],
    output: [
      json('final_result'),
      json('gcp.vertex.agent.llm_response'),
      json('gcp.vertex.agent.tool_response'),
      json('mlflow.spanOutputs'),
    ],
  },
};
