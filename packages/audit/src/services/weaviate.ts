import { at, countAt, listAt, textAt, wordAt } from '../reading/json.ts';
import { type Answer, type Ask, httpProbe, post } from './http.ts';

/** Classes whose objects are counted, by one query. */
const COUNTED = 20;

const forbids = ({ status, json }: Answer) =>
  status === 403 && /forbidden.*has insufficient permissions/.test(textAt(json, 'error', 0, 'message') ?? '');

/** Whoever may see no class gets an empty list, or none: whether that is so, another question shows. */
async function hides({ status, json }: Answer, ask: Ask): Promise<boolean> {
  const classes = at(json, 'classes');
  const empty = classes === null || (Array.isArray(classes) && classes.length === 0);
  return status === 200 && empty && forbids(await ask({ path: '/v1/nodes' }));
}

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
  further: [
    'GET /v1/nodes',
    'GET /v1/meta',
    'POST /v1/graphql {"query":"{Aggregate{{class}{meta{count}}}}"}',
  ],
  async open(answer, ask) {
    const classes = listAt(answer.json, 'classes');
    if (answer.status !== 200 || classes === undefined || (await hides(answer, ask))) return undefined;
    const version = wordAt((await ask({ path: '/v1/meta' })).json, 'version');
    return version && `classes: ${classes.length}`;
  },
  guarded: async (answer, ask) =>
    (answer.status === 401 &&
      /anonymous access not enabled|oidc auth is not configured/.test(
        textAt(answer.json, 'message') ?? '',
      )) ||
    forbids(answer) ||
    hides(answer, ask),
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
