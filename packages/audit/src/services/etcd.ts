import { countAt, textAt } from '../reading/json.ts';
import { httpProbe, post } from './http.ts';

/** All keys, from zero byte to zero byte, counted only: `/version` answers whoever asks and proves nothing. */
const ALL = { key: 'AA==', range_end: 'AA==', count_only: true };

export const etcd = httpProbe({
  service: 'etcd',
  name: 'etcd v3',
  ports: [2379, 2380, 4001],
  check: {
    id: 'etcd-open',
    title: 'etcd answers without authentication',
    severity: 'critical',
    why: 'Whoever reaches the port reads and changes every key; of a Kubernetes cluster, every secret.',
    fix: 'Start it with --client-cert-auth and --trusted-ca-file, or etcdctl auth enable, and --listen-client-urls on an inner address.',
    references: [
      'https://etcd.io/docs/latest/op-guide/security/',
      'https://etcd.io/docs/latest/op-guide/authentication/',
    ],
  },
  asks: post('/v3/kv/range', ALL),
  further: ['GET /version'],
  open: ({ status, json }) =>
    status === 200 &&
    textAt(json, 'header', 'cluster_id') !== undefined &&
    textAt(json, 'header', 'revision') !== undefined
      ? `cluster_id: ${textAt(json, 'header', 'cluster_id')}, count: ${countAt(json, 'count') ?? 0}`
      : undefined,
  guarded: ({ json }) =>
    /^etcdserver: (user name is empty|permission denied|invalid auth token)/.test(
      textAt(json, 'error') ?? '',
    ),
  unclear: ({ json }) => (textAt(json, 'error') ?? '').startsWith('etcdserver: '),
  async reads({ json }, ask) {
    const { json: version } = await ask({ path: '/version' });
    return {
      version: textAt(version, 'etcdserver'),
      named: [{ kind: 'store', name: 'keys', count: countAt(json, 'count') ?? 0 }],
    };
  },
});
