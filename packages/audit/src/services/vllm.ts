import type { Check } from '../finding.ts';
import { at, listAt, textAt } from '../reading/json.ts';
import { httpProbe, said } from './http.ts';

const references = [
  'https://docs.vllm.ai/en/latest/usage/security/',
  'https://docs.vllm.ai/en/latest/serving/openai_compatible_server/',
];

/** What runs the model and stands beside the paths that the key covers. */
const BESIDE = '/invocations';

export const VLLM_KEY_COVERS_PART: Check = {
  id: 'vllm-key-covers-part',
  title: 'The key of vLLM does not cover every way to its model',
  severity: 'high',
  why: 'The key is asked for below /v1 and a few others only: /invocations and /pooling, for instance, run the model for whoever asks.',
  fix: 'Update vLLM to a version whose key covers all, or put a proxy before it that lets only the paths below /v1 pass, and keep its own port inside.',
  references,
};

export const vllm = httpProbe({
  service: 'vllm',
  name: 'vLLM',
  ports: [8000],
  check: {
    id: 'vllm-open',
    title: 'vLLM answers without a key',
    severity: 'high',
    why: 'Whoever reaches the port runs the models, at your cost, and may crowd out those who should.',
    fix: 'Start vllm serve with --api-key (VLLM_API_KEY) and --host on an inner address, behind a proxy that lets only /v1 pass.',
    references,
  },
  asks: { path: '/v1/models' },
  further: ['GET /version', 'GET /metrics', `GET ${BESIDE}`],
  open({ status, json }) {
    // Many servers list models in this form; this one says whose they are.
    const ours = (listAt(json, 'data') ?? []).filter((model) => at(model, 'owned_by') === 'vllm');
    return status === 200 && ours.length > 0 ? `owned_by: vllm, ${ours.length} models` : undefined;
  },
  async guarded({ status, json }, ask) {
    if (status !== 401 || at(json, 'error') !== 'Unauthorized') return false;
    return /^vllm:/m.test((await ask({ path: '/metrics' })).body);
  },
  async beside(_, ask) {
    // Asked by the wrong method, so that nothing runs: who must show a key is refused before that is seen.
    const answer = await ask({ path: BESIDE });
    if (answer.status !== 405) return [];
    return [{ check: VLLM_KEY_COVERS_PART, proof: { request: `GET ${BESIDE}`, reply: said(answer) } }];
  },
  async reads({ json }, ask) {
    const models = listAt(json, 'data') ?? [];
    const { json: version } = await ask({ path: '/version' });
    return {
      version: textAt(version, 'version'),
      named: models.map((one) => ({ kind: 'model', name: textAt(one, 'id') })),
    };
  },
});
