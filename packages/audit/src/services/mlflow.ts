import { listAt, textAt } from '../reading/json.ts';
import { httpProbe } from './http.ts';

export const mlflow = httpProbe({
  service: 'mlflow',
  name: 'MLflow',
  ports: [5000],
  check: {
    id: 'mlflow-open',
    title: 'MLflow answers without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads parameters, prompts, traces and models, and puts others in their place.',
    fix: 'Start mlflow server with --app-name basic-auth, change the password of admin, and keep --host inside.',
    references: ['https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/'],
  },
  asks: { path: '/api/2.0/mlflow/experiments/search?max_results=100' },
  further: ['GET /version'],
  open({ status, json }) {
    const experiments = (listAt(json, 'experiments') ?? []).filter((one) => textAt(one, 'lifecycle_stage'));
    const known = status === 200 && experiments.length > 0;
    return known ? `experiments: ${experiments.length}` : undefined;
  },
  guarded: ({ status, headers, body }) =>
    status === 401 && (/realm="mlflow"/.test(headers['www-authenticate'] ?? '') || /mlflow/i.test(body)),
  // It knows itself by other names only: a name of the host that it does not know is refused.
  unclear: ({ status, body }) => status === 403 && /DNS rebinding attack detected/.test(body),
  async reads({ json }, ask) {
    const { status, body } = await ask({ path: '/version' });
    const version = body.trim();
    return {
      version: status === 200 && /^\d[\w.]{1,30}$/.test(version) ? version : undefined,
      named: (listAt(json, 'experiments') ?? []).map((one) => ({
        kind: 'experiment',
        name: textAt(one, 'name'),
      })),
    };
  },
});
