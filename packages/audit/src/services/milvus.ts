import { at, countAt, listAt, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';
import { httpProbe, post } from './http.ts';

const COUNTED = 20;
/** A name that nobody has: the answer must be no. */
const NOBODY = post('/v2/vectordb/collections/has', { collectionName: 'tacet_audit_nobody' });

export const milvus = httpProbe({
  service: 'milvus',
  name: 'Milvus',
  ports: [19530, 9091],
  check: {
    id: 'milvus-open',
    title: 'Milvus answers without authentication',
    severity: 'high',
    why: 'Whoever reaches the port reads every vector and field, changes and drops them.',
    fix: 'Set common.security.authorizationEnabled: true in milvus.yaml, change the password of root, and use TLS.',
    references: ['https://milvus.io/docs/authenticate.md', 'https://milvus.io/docs/tls.md'],
  },
  asks: post('/v2/vectordb/collections/list', {}),
  further: [
    `POST ${NOBODY.path} ${NOBODY.body}`,
    'POST /v2/vectordb/collections/get_stats {"collectionName":"{name}"}',
  ],
  async open({ status, json }, ask) {
    const names = listAt(json, 'data');
    if (status !== 200 || at(json, 'code') !== 0 || names === undefined) return undefined;
    // A code and a list say little: many servers answer so, whatever is asked.
    const has = (await ask(NOBODY)).json;
    return at(has, 'code') === 0 && at(has, 'data', 'has') === false
      ? `code: 0, data: ${names.length}`
      : undefined;
  },
  // ErrNeedAuthenticate
  guarded: ({ json }) => at(json, 'code') === 1800 && /authenticat/.test(textAt(json, 'message') ?? ''),
  async reads({ json }, ask) {
    const named: Named[] = [];
    for (const name of (listAt(json, 'data') ?? []).slice(0, 100)) {
      if (typeof name !== 'string') continue;
      const asks = post('/v2/vectordb/collections/get_stats', { collectionName: name });
      const counted = named.length < COUNTED ? (await ask(asks)).json : undefined;
      named.push({ kind: 'collection', name, count: countAt(counted, 'data', 'rowCount') });
    }
    return { named };
  },
});
