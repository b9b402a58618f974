import { listAt, textAt } from '../reading/json.ts';
import { type Answer, httpProbe } from './http.ts';

const isKibana = ({ headers }: Answer) => headers['kbn-name'] !== undefined;

export const kibana = httpProbe({
  service: 'kibana',
  name: 'Kibana',
  ports: [5601],
  check: {
    id: 'kibana-open',
    title: 'Kibana answers without a password',
    severity: 'high',
    why: 'Whoever reaches the port searches the Elasticsearch behind it, with the rights of Kibana.',
    fix: 'Set xpack.security.enabled: true in elasticsearch.yml, take xpack.security.authc.providers.anonymous out of kibana.yml, and server.host to an inner address.',
    references: ['https://www.elastic.co/docs/deploy-manage/security/using-kibana-with-security'],
  },
  asks: { path: '/api/spaces/space' },
  further: ['GET /api/status'],
  open(answer) {
    const spaces = (listAt(answer.json) ?? []).filter((one) => textAt(one, 'id'));
    const known = answer.status === 200 && spaces.length > 0 && isKibana(answer);
    return known ? `kbn-name, a list of ${spaces.length} spaces` : undefined;
  },
  guarded: (answer) =>
    isKibana(answer) &&
    ([401, 403].includes(answer.status) ||
      (answer.status === 302 && /\/login|\/spaces\/enter/.test(answer.headers.location ?? ''))),
  unclear: isKibana,
  async reads({ json }, ask) {
    const { json: status } = await ask({ path: '/api/status' });
    const named = (listAt(json) ?? []).map((one) => ({ kind: 'space', name: textAt(one, 'name') }));
    return { named, version: textAt(status, 'version', 'number') };
  },
});
