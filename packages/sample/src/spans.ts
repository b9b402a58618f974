import { sampleTurn } from './chat.ts';
import { MODELS, PROVIDERS, SERVICES } from './material/backend.ts';
import type { Random } from './random.ts';
import { type Moment, pod, stackTrace } from './rows.ts';

/** A span as exporters write it to a file: one flat JSON object, OpenTelemetry's GenAI attribute names. */
export interface SpanLine {
  name: string;
  kind: string;
  trace_id: string;
  span_id: string;
  parent_span_id?: string;
  start_time_unix_nano: string;
  end_time_unix_nano: string;
  status: { code: 'OK' | 'ERROR'; message?: string };
  resource: Record<string, string>;
  attributes: Record<string, unknown>;
}

const message = (role: string, content: string, type = 'text') => ({ role, parts: [{ type, content }] });

/** One call of a model with its conversation, tokens and duration. */
export function spanLine({ ms, session, planted }: Moment, random: Random): SpanLine {
  const turn = sampleTurn(session.language, random, planted);
  const { model } = session;
  const durationNs = random.skewed(1800) * 1_000_000 + random.below(1_000_000);
  const failed = random.chance(0.03);
  const start = String(ms) + String(1_000_000 + random.below(1_000_000)).slice(1);
  const input = [message('user', turn.question)];
  if (random.chance(0.25)) {
    const locale = session.language === 'zh' ? '用中文回答。' : 'Answer in English.';
    input.unshift(message('system', `You are a helpful assistant. ${locale}`));
  }
  return {
    name: `chat ${MODELS[model]}`,
    kind: 'CLIENT',
    trace_id: session.trace,
    span_id: random.hex(16),
    ...(random.chance(0.2) ? { parent_span_id: random.hex(16) } : {}),
    start_time_unix_nano: start,
    end_time_unix_nano: String(BigInt(start) + BigInt(durationNs)),
    status: failed ? { code: 'ERROR', message: stackTrace(random) } : { code: 'OK' },
    resource: { 'service.name': random.pick(SERVICES), 'k8s.pod.name': pod(random) },
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': PROVIDERS[model % PROVIDERS.length],
      'gen_ai.request.model': MODELS[model],
      'gen_ai.response.model': MODELS[model],
      'gen_ai.response.finish_reasons': [failed ? 'error' : random.chance(0.9) ? 'stop' : 'length'],
      'gen_ai.conversation.id': session.conversation,
      'user.id': session.user,
      'gen_ai.usage.input_tokens': 20 + Math.ceil(turn.question.length / 4),
      'gen_ai.usage.output_tokens': Math.ceil(turn.answer.length / 4),
      'gen_ai.input.messages': input,
      'gen_ai.output.messages': [message('assistant', turn.answer)],
    },
  };
}
