import { countAt, listAt, textAt } from '../reading/json.ts';
import { httpProbe, post } from './http.ts';

/** Classes whose objects are counted, by one query. */
const COUNTED = 20;

export const weaviate = httpProbe({
  service: 'weaviate',
  name: 'Weaviate',
  ports: [8080],
  check: {
    id: 'weaviate-open',
    title: 'Weaviate answers without authentication',
    severity: 'high',
    why: 'Whoever reaches the port reads every object and vector, and changes them.',
    fix: 'Set AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=false and AUTHENTICATION_APIKEY_ENABLED=true, with authorization.',
    references: ['https://docs.weaviate.io/deploy/configuration/authentication'],
  },
  asks: { path: '/v1/schema' },
  further: ['GET /v1/meta', 'POST /v1/graphql {"query":"{Aggregate{{class}{meta{count}}}}"}'],
  async open({ status, json }, ask) {
    const classes = listAt(json, 'classes');
    if (status !== 200 || classes === undefined) return undefined;
    const version = textAt((await ask({ path: '/v1/meta' })).json, 'version');
    return version && `classes: ${classes.length}`;
  },
  guarded: ({ status, json }) =>
    status === 401 &&
    /anonymous access not enabled|oidc auth is not configured/.test(textAt(json, 'message') ?? ''),
  async reads({ json }, ask) {
    const names = (listAt(json, 'classes') ?? []).map((one) => textAt(one, 'class'));
    const counted = names
      .filter((name) => name !== undefined && /^[A-Z]\w{0,200}$/.test(name))
      .slice(0, COUNTED);
    const query = `{Aggregate{${counted.map((name) => `${name}{meta{count}}`).join(' ')}}}`;
    const counts = counted.length > 0 ? (await ask(post('/v1/graphql', { query }))).json : undefined;
    const meta = (await ask({ path: '/v1/meta' })).json;
    return {
      version: textAt(meta, 'version'),
      named: names.map((name) => ({
        kind: 'class',
        name,
        count: countAt(counts, 'data', 'Aggregate', name ?? '', 0, 'meta', 'count'),
      })),
    };
  },
});
