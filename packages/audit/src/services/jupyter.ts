import { countAt, listAt, textAt } from '../reading/json.ts';
import { type Ask, httpProbe } from './http.ts';

/** Answers whoever asks, and says what this is; it proves nothing else. */
async function version(ask: Ask): Promise<string | undefined> {
  const { status, json } = await ask({ path: '/api' });
  return status === 200 ? textAt(json, 'version') : undefined;
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
  async open({ status, json, headers }, ask) {
    const kernels = listAt(json);
    if (status !== 200 || kernels === undefined || !isTornado(headers.server)) return undefined;
    return (await version(ask)) && `a list of ${kernels.length} kernels`;
  },
  async guarded({ status, headers }, ask) {
    const asked = status === 403 || status === 401;
    return asked && isTornado(headers.server) && (await version(ask)) !== undefined;
  },
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

const isTornado = (server = '') => server.startsWith('TornadoServer/');
