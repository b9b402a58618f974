import { countAt, listAt, textAt } from '../reading/json.ts';
import { httpProbe } from './http.ts';

export const prometheus = httpProbe({
  service: 'prometheus',
  name: 'Prometheus',
  ports: [9090],
  check: {
    id: 'prometheus-open',
    title: 'Prometheus answers without a password',
    severity: 'medium',
    why: 'Whoever reaches the port learns hosts, versions, traffic and customers from metrics and targets.',
    fix: 'Set basic_auth_users in the file of --web.config.file, with TLS, and --web.listen-address to an inner address.',
    references: [
      'https://prometheus.io/docs/prometheus/latest/configuration/https/',
      'https://prometheus.io/docs/operating/security/',
    ],
  },
  asks: { path: '/api/v1/query?query=up' },
  further: ['GET /api/v1/status/buildinfo', 'GET /api/v1/status/tsdb?limit=100'],
  open({ status, json }) {
    const result = listAt(json, 'data', 'result');
    const known =
      status === 200 &&
      textAt(json, 'status') === 'success' &&
      textAt(json, 'data', 'resultType') === 'vector';
    return known && result !== undefined ? `status: success, ${result.length} results` : undefined;
  },
  // Its own way of asking leaves out the realm that RFC 7617 wants.
  guarded: ({ status, headers, body }) =>
    status === 401 && headers['www-authenticate'] === 'Basic' && body.trim() === 'Unauthorized',
  async reads(_, ask) {
    const { json: built } = await ask({ path: '/api/v1/status/buildinfo' });
    const { json: tsdb } = await ask({ path: '/api/v1/status/tsdb?limit=100' });
    const metrics = listAt(tsdb, 'data', 'seriesCountByMetricName') ?? [];
    return {
      version: textAt(built, 'data', 'version'),
      named: metrics.map((one) => ({
        kind: 'metric',
        name: textAt(one, 'name'),
        count: countAt(one, 'value'),
      })),
    };
  },
});
