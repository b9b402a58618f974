import { countAt, listAt, textAt, wordAt } from '../reading/json.ts';
import { type Answer, type Ask, httpProbe } from './http.ts';

/** Answers whoever asks, and says what this is; it proves nothing else. */
async function version(ask: Ask): Promise<string | undefined> {
  const { status, json } = await ask({ path: '/api' });
  return status === 200 ? wordAt(json, 'version') : undefined;
}

export const jupyter = httpProbe({
  service: 'jupyter',
  name: 'Jupyter',
  ports: [8888],
  check: {
    id: 'jupyter-open',
    title: 'Jupyter answers without a token',
    severity: 'critical',
    why: 'Whoever reaches the port runs any program as the user of the notebooks, and reads the files.',
    fix: 'Leave IdentityProvider.token as it is made (not an empty one), or set a password, and ServerApp.ip to localhost.',
    references: ['https://jupyter-server.readthedocs.io/en/latest/operators/security.html'],
  },
  asks: { path: '/api/kernels' },
  further: ['GET /api', 'GET /api/contents?content=1'],
  async open(answer, ask) {
    const kernels = listAt(answer.json);
    if (answer.status !== 200 || kernels === undefined || !isJupyter(answer)) return undefined;
    return (await version(ask)) && `a list of ${kernels.length} kernels`;
  },
  guarded: async (answer, ask) =>
    [401, 403].includes(answer.status) && isJupyter(answer) && (await version(ask)) !== undefined,
  async reads({ json }, ask) {
    const kernels = (listAt(json) ?? []).map((one) => ({ kind: 'kernel', name: textAt(one, 'name') }));
    const files = listAt((await ask({ path: '/api/contents?content=1' })).json, 'content') ?? [];
    const named = files.map((one) => ({
      kind: textAt(one, 'type') ?? 'file',
      name: textAt(one, 'name'),
      bytes: countAt(one, 'size'),
    }));
    return { version: await version(ask), named: [...kernels, ...named] };
  },
});

/** Its server by name, or, where a proxy has put its own, where its API wants breaches of its policy reported. */
const isJupyter = ({ headers }: Answer) =>
  (headers.server ?? '').startsWith('TornadoServer/') ||
  /report-uri \S{0,200}\/api\/security\/csp-report/.test(headers['content-security-policy'] ?? '');
