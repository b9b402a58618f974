import { listAt, textAt, wordAt } from '../reading/json.ts';
import { type Ask, httpProbe } from './http.ts';

/** Older versions tell strangers their version; newer ones only that they live, in words of their own. */
async function version(ask: Ask): Promise<string | undefined> {
  return wordAt((await ask({ path: '/health/readiness' })).json, 'litellm_version');
}

/** Answers whoever asks, and says what this is; it proves nothing else. */
async function marker(ask: Ask): Promise<string | undefined> {
  const known = await version(ask);
  if (known) return `litellm_version: ${known}`;
  const { json } = await ask({ path: '/health/liveliness' });
  return json === "I'm alive!" ? '/health/liveliness: alive' : undefined;
}

export const litellm = httpProbe({
  service: 'litellm',
  name: 'LiteLLM',
  ports: [4000],
  check: {
    id: 'litellm-open',
    title: 'LiteLLM answers without a key',
    severity: 'critical',
    why: 'Whoever reaches the port asks every model with your keys at the providers, and may read the proxy’s settings.',
    fix: 'Set general_settings.master_key in config.yaml (LITELLM_MASTER_KEY), give out virtual keys, and keep the port inside.',
    references: [
      'https://docs.litellm.ai/docs/proxy/virtual_keys',
      'https://docs.litellm.ai/docs/proxy/prod',
    ],
  },
  asks: { path: '/v1/models' },
  further: ['GET /health/readiness', 'GET /health/liveliness'],
  async open({ status, json }, ask) {
    const models = listAt(json, 'data');
    if (status !== 200 || models === undefined) return undefined;
    const known = await marker(ask);
    return known && `${known}, ${models.length} models`;
  },
  async guarded({ status, json }, ask) {
    if (status !== 401 && status !== 403) return false;
    const message = textAt(json, 'error', 'message') ?? '';
    return message.startsWith('Authentication Error') || (await marker(ask)) !== undefined;
  },
  async reads({ json }, ask) {
    const named = (listAt(json, 'data') ?? []).map((one) => ({ kind: 'model', name: textAt(one, 'id') }));
    return { named, version: await version(ask) };
  },
});
