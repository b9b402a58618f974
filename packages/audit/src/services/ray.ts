import { listAt, textAt, wordAt } from '../reading/json.ts';
import { httpProbe } from './http.ts';

export const ray = httpProbe({
  service: 'ray',
  name: 'Ray dashboard',
  ports: [8265],
  check: {
    id: 'ray-open',
    title: 'The dashboard of Ray answers without authentication',
    severity: 'critical',
    why: 'Whoever reaches the port submits jobs: runs any program on the cluster.',
    fix: 'Set RAY_AUTH_MODE=token (Ray 2.52 and later), start with --dashboard-host 127.0.0.1, and keep the port inside.',
    references: ['https://docs.ray.io/en/latest/ray-security/index.html'],
  },
  asks: { path: '/api/version' },
  further: ['GET /api/authentication_mode', 'GET /api/jobs/'],
  open({ status, json }) {
    const [version, commit] = [textAt(json, 'ray_version'), textAt(json, 'ray_commit')];
    return status === 200 && version && commit ? `ray_version: ${version}, ray_commit: ${commit}` : undefined;
  },
  async guarded({ status }, ask) {
    if (status !== 401 && status !== 403) return false;
    // What is refused does not say by whom; this is for whoever asks.
    const { json } = await ask({ path: '/api/authentication_mode' });
    return wordAt(json, 'authentication_mode') !== undefined;
  },
  async reads({ json }, ask) {
    // What a job runs is its content: they are counted only.
    const jobs = listAt((await ask({ path: '/api/jobs/' })).json);
    return {
      version: textAt(json, 'ray_version'),
      named: jobs ? [{ kind: 'cluster', name: 'submitted jobs', count: jobs.length }] : [],
    };
  },
});
