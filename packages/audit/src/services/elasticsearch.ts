import { at, countAt, listAt, textAt } from '../reading/json.ts';
import { type Answer, type Ask, httpProbe } from './http.ts';

const isArray = ({ status, json }: Answer) => status === 200 && Array.isArray(json);
const isElastic = ({ headers }: Answer) => headers['x-elastic-product'] === 'Elasticsearch';

/** What its security, and that of OpenSearch, says to whoever may not. */
const isRefused = (json: unknown) => textAt(json, 'error', 'type') === 'security_exception';

/** What stands at `/`: name and version; nothing where it is another service. */
async function root(ask: Ask): Promise<{ product: string; version: string | undefined } | undefined> {
  const { json } = await ask({ path: '/' });
  const version = textAt(json, 'version', 'number');
  if (at(json, 'version', 'distribution') === 'opensearch') return { product: 'OpenSearch', version };
  const known = at(json, 'tagline') === 'You Know, for Search' || isRefused(json);
  return known ? { product: 'Elasticsearch', version } : undefined;
}

export const elasticsearch = httpProbe({
  service: 'elasticsearch',
  name: 'Elasticsearch, OpenSearch',
  ports: [9200],
  check: {
    id: 'elasticsearch-open',
    title: 'Elasticsearch or OpenSearch answers without a password',
    severity: 'critical',
    why: 'Whoever reaches the port searches, copies and deletes every index.',
    fix: 'Set xpack.security.enabled: true in elasticsearch.yml (or enable the security plugin of OpenSearch), and network.host to an inner address.',
    references: [
      'https://www.elastic.co/docs/deploy-manage/security',
      'https://docs.opensearch.org/latest/security/',
    ],
  },
  asks: { path: '/_cat/indices?format=json&h=index,docs.count,store.size&bytes=b' },
  further: ['GET /'],
  async open(answer, ask) {
    if (!isArray(answer)) return undefined;
    const found = await root(ask);
    return found && `${found.product}: a list of ${listAt(answer.json)?.length} indices`;
  },
  guarded: ({ status, headers, json, body }) =>
    [401, 403].includes(status) &&
    (/realm="?(security|OpenSearch Security|Open Distro Security)/.test(headers['www-authenticate'] ?? '') ||
      isRefused(json) ||
      body.trim() === 'Authentication finally failed'),
  unclear: (answer) => isElastic(answer) || /^Open(Search|Distro) Security not initialized/.test(answer.body),
  async reads({ json }, ask) {
    const indices = (listAt(json) ?? []).map((index) => ({
      kind: 'index',
      name: textAt(index, 'index'),
      count: countAt(index, 'docs.count'),
      bytes: countAt(index, 'store.size'),
    }));
    return { named: indices, version: (await root(ask))?.version };
  },
});
