import { listAt, textAt } from '../reading/json.ts';
import { type Answer, httpProbe } from './http.ts';

function listed({ status, json }: Answer, kind: string): string | undefined {
  const items = listAt(json, 'items');
  const known = status === 200 && textAt(json, 'kind') === kind && items !== undefined;
  return known ? `kind: ${kind}, ${items.length} items` : undefined;
}

/** `/version` answers whoever asks and proves nothing. */
export const kubernetes = httpProbe({
  service: 'kubernetes',
  name: 'Kubernetes API',
  ports: [6443, 443, 8080, 8001],
  check: {
    id: 'kubernetes-open',
    title: 'The API of Kubernetes answers anonymous requests',
    severity: 'critical',
    why: 'Whoever reaches the port sees what runs in the cluster, and mostly changes it too.',
    fix: 'Remove the ClusterRoleBindings of system:anonymous and system:unauthenticated, or start kube-apiserver with --anonymous-auth=false.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests',
    ],
  },
  asks: { path: '/api/v1/namespaces?limit=100' },
  further: ['GET /version'],
  open: (answer) => listed(answer, 'NamespaceList'),
  guarded: ({ status, json }) =>
    [401, 403].includes(status) &&
    textAt(json, 'kind') === 'Status' &&
    /^(Unauthorized|Forbidden)$/.test(textAt(json, 'reason') ?? ''),
  async reads({ json }, ask) {
    const { json: version } = await ask({ path: '/version' });
    const named = (listAt(json, 'items') ?? []).map((one) => ({
      kind: 'namespace',
      name: textAt(one, 'metadata', 'name'),
    }));
    return { version: textAt(version, 'gitVersion'), named };
  },
});

export const kubelet = httpProbe({
  service: 'kubelet',
  name: 'kubelet',
  ports: [10250, 10255],
  check: {
    id: 'kubelet-open',
    title: 'The kubelet answers anonymous requests',
    severity: 'critical',
    why: 'Whoever reaches the port reads what its pods are configured with, and on the port for writing runs programs in them.',
    fix: 'Set authentication.anonymous.enabled: false, authorization.mode: Webhook and readOnlyPort: 0 in the KubeletConfiguration.',
    references: ['https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/'],
  },
  asks: { path: '/pods' },
  open: (answer) => listed(answer, 'PodList'),
  guarded: ({ status, body }) => status === 403 && /^Forbidden \(user=.{1,200}resource=nodes/.test(body),
  reads: ({ json }) => ({
    named: (listAt(json, 'items') ?? []).map((one) => ({
      kind: 'pod',
      name: [textAt(one, 'metadata', 'namespace'), textAt(one, 'metadata', 'name')].join('/'),
    })),
  }),
});
