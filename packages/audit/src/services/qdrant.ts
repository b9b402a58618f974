import { countAt, listAt, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';
import { httpProbe } from './http.ts';

/** Collections whose points are counted. */
const COUNTED = 20;

export const qdrant = httpProbe({
  service: 'qdrant',
  name: 'Qdrant',
  ports: [6333],
  check: {
    id: 'qdrant-open',
    title: 'Qdrant answers without a key',
    severity: 'high',
    why: 'Whoever reaches the port reads every vector and payload, changes them, and takes whole snapshots.',
    fix: 'Set service.api_key in config.yaml (QDRANT__SERVICE__API_KEY), TLS, and service.host to an inner address.',
    references: ['https://qdrant.tech/documentation/guides/security/'],
  },
  asks: { path: '/collections' },
  further: ['GET /', 'GET /collections/{name}'],
  open({ status, json }) {
    const collections = listAt(json, 'result', 'collections');
    const known = status === 200 && collections !== undefined && textAt(json, 'status') === 'ok';
    return known ? `result.collections: ${collections.length}` : undefined;
  },
  guarded: ({ status, body }) =>
    [401, 403].includes(status) && /^(Must provide an API key|Invalid api[- ]key)/i.test(body),
  async reads({ json }, ask) {
    const root = (await ask({ path: '/' })).json;
    const named: Named[] = [];
    for (const collection of (listAt(json, 'result', 'collections') ?? []).slice(0, 100)) {
      const name = textAt(collection, 'name');
      const path = `/collections/${encodeURIComponent(name?.toWellFormed() ?? '')}`;
      const asked = name && named.length < COUNTED ? (await ask({ path })).json : undefined;
      named.push({ kind: 'collection', name, count: countAt(asked, 'result', 'points_count') });
    }
    return { version: textAt(root, 'version'), named };
  },
});
