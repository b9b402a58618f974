import { countAt, listAt, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';
import { type Answer, type Ask, httpProbe } from './http.ts';

/** Version 2 of the API; the first one answers 410 where there is a second. */
const BASE = '/api/v2/tenants/default_tenant/databases/default_database/collections';
/** Version 1, the only one until 0.5.12. */
const OLD = '/api/v1/collections';
/** Collections whose records are counted. */
const COUNTED = 20;

/** The heartbeat is for whoever asks: it says what this is, and proves nothing else. */
async function beats(ask: Ask): Promise<boolean> {
  for (const path of ['/api/v2/heartbeat', '/api/v1/heartbeat'])
    if (countAt((await ask({ path })).json, 'nanosecond heartbeat') !== undefined) return true;
  return false;
}

/** Undefined when it is none of Chroma's. */
async function listing(answer: Answer, ask: Ask): Promise<{ base: string; answer: Answer } | undefined> {
  if (![200, 401, 403, 404].includes(answer.status) || !(await beats(ask))) return undefined;
  return answer.status === 404 ? { base: OLD, answer: await ask({ path: OLD }) } : { base: BASE, answer };
}

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
    `GET ${OLD}`,
    'GET /api/v2/version',
    'GET /api/v1/version',
    `GET ${BASE}/{id}/count`,
    `GET ${OLD}/{id}/count`,
  ],
  async open(first, ask) {
    const { base, answer } = (await listing(first, ask)) ?? {};
    const list = answer?.status === 200 ? listAt(answer.json) : undefined;
    return list && `${base === OLD ? 'version 1: ' : ''}a list of ${list.length} collections`;
  },
  guarded: async (first, ask) => [401, 403].includes((await listing(first, ask))?.answer.status ?? 0),
  // The first version of the API says that it is gone, and the second that there is no default tenant.
  unclear: async (first, ask) => (await listing(first, ask))?.answer.status === 410,
  async reads(first, ask) {
    const { base, answer } = (await listing(first, ask)) ?? {};
    const { json: version } = await ask({ path: `/api/v${base === OLD ? 1 : 2}/version` });
    const named: Named[] = [];
    for (const collection of (listAt(answer?.json) ?? []).slice(0, 100)) {
      const id = textAt(collection, 'id') ?? '';
      const counted = named.length < COUNTED && /^[0-9a-f-]{36}$/.test(id);
      const count = counted ? countAt((await ask({ path: `${base}/${id}/count` })).json) : undefined;
      named.push({ kind: 'collection', name: textAt(collection, 'name'), count });
    }
    return { version: typeof version === 'string' ? version : undefined, named };
  },
});
