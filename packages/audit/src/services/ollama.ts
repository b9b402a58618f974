import { countAt, listAt, textAt } from '../reading/json.ts';
import { httpProbe } from './http.ts';

export const ollama = httpProbe({
  service: 'ollama',
  name: 'Ollama',
  ports: [11434],
  check: {
    id: 'ollama-open',
    title: 'Ollama answers without authentication',
    severity: 'high',
    why: 'Whoever reaches the port runs, copies and deletes models, at the cost of the host.',
    fix: 'Ollama asks nobody: leave OLLAMA_HOST at 127.0.0.1, and put a proxy with authentication before it.',
    references: ['https://docs.ollama.com/faq', 'https://docs.ollama.com/api/introduction'],
  },
  asks: { path: '/api/tags' },
  further: ['GET /', 'GET /api/version'],
  async open({ status, json }, ask) {
    const models = listAt(json, 'models');
    if (status !== 200 || models === undefined) return undefined;
    const { body } = await ask({ path: '/' });
    return body.trim() === 'Ollama is running' ? `models: ${models.length}` : undefined;
  },
  // It never asks; a proxy before it does, and does not say before whom it stands.
  guarded: () => false,
  async reads({ json }, ask) {
    const models = listAt(json, 'models') ?? [];
    const { json: version } = await ask({ path: '/api/version' });
    return {
      version: textAt(version, 'version'),
      named: models.map((one) => ({ kind: 'model', name: textAt(one, 'name'), bytes: countAt(one, 'size') })),
    };
  },
});
