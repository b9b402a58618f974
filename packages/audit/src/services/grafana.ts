import { listAt, textAt, wordAt } from '../reading/json.ts';
import { type Ask, httpProbe } from './http.ts';

/** Answers whoever asks, and says what this is; it proves nothing else. The version may be hidden from strangers. */
async function health(ask: Ask): Promise<{ version: string | undefined } | undefined> {
  const { json } = await ask({ path: '/api/health' });
  return wordAt(json, 'database') === undefined ? undefined : { version: wordAt(json, 'version') };
}

export const grafana = httpProbe({
  service: 'grafana',
  name: 'Grafana',
  ports: [3000],
  check: {
    id: 'grafana-open',
    title: 'Grafana shows dashboards to everybody',
    severity: 'medium',
    why: 'Whoever reaches the port sees what the dashboards show, and may query the sources behind them.',
    fix: 'Set enabled = false under [auth.anonymous] in grafana.ini (GF_AUTH_ANONYMOUS_ENABLED=false).',
    references: [
      'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/anonymous-auth/',
    ],
  },
  asks: { path: '/api/search?limit=100' },
  further: ['GET /api/health'],
  async open({ status, json }, ask) {
    const found = listAt(json);
    if (status !== 200 || found === undefined) return undefined;
    return (await health(ask)) && `a list of ${found.length} dashboards and folders`;
  },
  guarded: async ({ status, json }, ask) =>
    [401, 403].includes(status) && textAt(json, 'message') !== undefined && (await health(ask)) !== undefined,
  async reads({ json }, ask) {
    const named = (listAt(json) ?? []).map((one) => ({
      kind: textAt(one, 'type') === 'dash-folder' ? 'folder' : 'dashboard',
      name: textAt(one, 'title'),
    }));
    return { named, version: (await health(ask))?.version };
  },
});
