import { countAt, listAt, parseJson, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';
import { type Answer, type Ask, httpProbe } from './http.ts';

/** Version 2 of the API; the first one answers 410 where there is a second. */
const BASE = '/api/v2/tenants/default_tenant/databases/default_database/collections';
/** Collections whose records are counted. */
const COUNTED = 20;

/** The heartbeat is for whoever asks: it says what this is, and proves nothing else. */
async function beats(ask: Ask): Promise<boolean> {
  for (const path of ['/api/v2/heartbeat', '/api/v1/heartbeat'])
    if (countAt((await ask({ path })).json, 'nanosecond heartbeat') !== undefined) return true;
  return false;
}

const isList = ({ status, json }: Answer) => status === 200 && Array.isArray(json);

export const chroma = httpProbe({
  service: 'chroma',
  name: 'Chroma',
  ports: [8000],
  check: {
    id: 'chroma-open',
    title: 'Chroma answers without authentication',
    severity: 'high',
    why: 'Whoever reaches the port reads every document and embedding, changes them, and so what a model is told.',
    fix: 'Chroma has no accounts since 1.0: set listen_address to an inner address, and put a proxy with authentication before it.',
    references: [
      'https://docs.trychroma.com/guides/deploy/client-server-mode',
      'https://cookbook.chromadb.dev/security/',
    ],
  },
  asks: { path: BASE },
  further: [
    'GET /api/v2/heartbeat',
    'GET /api/v1/heartbeat',
    'GET /api/v1/collections',
    'GET /api/v2/version',
    `GET ${BASE}/{id}/count`,
  ],
  async open(answer, ask) {
    if (isList(answer))
      return (await beats(ask)) ? `a list of ${listAt(answer.json)?.length} collections` : undefined;
    if (answer.status !== 404 || !(await beats(ask))) return undefined;
    // Before 0.6 there was the first version only.
    const old = await ask({ path: '/api/v1/collections' });
    return isList(old) ? `version 1: a list of ${listAt(old.json)?.length} collections` : undefined;
  },
  guarded: async ({ status }, ask) => [401, 403].includes(status) && beats(ask),
  async reads({ json }, ask) {
    const { body } = await ask({ path: '/api/v2/version' });
    const version = parseJson(body);
    const named: Named[] = [];
    for (const collection of (listAt(json) ?? []).slice(0, 100)) {
      const id = textAt(collection, 'id') ?? '';
      const counted = named.length < COUNTED && /^[0-9a-f-]{36}$/.test(id);
      const count = counted ? countAt((await ask({ path: `${BASE}/${id}/count` })).json) : undefined;
      named.push({ kind: 'collection', name: textAt(collection, 'name'), count });
    }
    return { version: typeof version === 'string' ? version : undefined, named };
  },
});
