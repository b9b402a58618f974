import { bareService, DATABASE_PORTS } from '../bare.ts';
import { type ConfigurationCheck, family, type Reading } from '../check.ts';
import { fromElsewhere, isLiteralSecret } from '../passwords.ts';
import { isOff, isOn, type Setting } from '../setting.ts';
import { words } from '../workloads/assignment.ts';
import { isPublic, objectsOf, podsOf } from '../workloads/kubernetes.ts';

const DOCS = 'https://kubernetes.io/docs/';
const RBAC = `${DOCS}concepts/security/rbac-good-practices/`;
const KUBELET = `${DOCS}reference/access-authn-authz/kubelet-authn-authz/`;
const APISERVER = `${DOCS}reference/command-line-tools-reference/kube-apiserver/`;

function objects(readings: readonly Reading[]): Setting[] {
  return objectsOf(readings.map(({ root }) => root));
}

const kind = (object: Setting) => object.text('kind');
const isBinding = (object: Setting) => /^(?:Cluster)?RoleBinding$/.test(kind(object));
/** Roles that Kubernetes itself gives to everybody: versions and health, nothing else. */
const HARMLESS =
  /^system:(?:public-info-viewer|discovery|basic-user|service-account-issuer-discovery)$|^kubeadm:bootstrap-signer-clusterinfo$/;

/** An option of a program in the pod: `--name=value` or `--name value`. */
function option(object: Setting, program: RegExp, name: string): { at: Setting; value: string } | undefined {
  for (const container of podsOf([object]).flatMap(({ containers }) => containers)) {
    const lists = [container.get('command'), container.get('args')].filter((one) => one !== undefined);
    if (!program.test(lists.map(words).join(' '))) continue;
    for (const at of lists.flatMap((one) => (one.children.length > 0 ? one.children : [one]))) {
      const value = new RegExp(`(?:^|\\s)--${name}[= ](\\S*)`).exec(at.value ?? '')?.[1];
      if (value !== undefined) return { at, value };
    }
  }
  return undefined;
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'kubernetes-rights-for-everybody',
    title: 'Kubernetes gives rights to whoever has no password',
    severity: 'critical',
    why: 'Everybody who reaches the server of the cluster has them, without saying who they are.',
    fix: 'Remove `system:anonymous` and `system:unauthenticated` from the subjects.',
    references: [RBAC],
    explains: ['kubernetes'],
    *find(object) {
      if (!isBinding(object) || HARMLESS.test(object.text('roleRef', 'name'))) return;
      for (const name of object.all('subjects', '*', 'name'))
        if (/^system:(?:anonymous|unauthenticated)$/.test(name.value ?? '')) yield { at: name };
    },
  },
  {
    id: 'kubernetes-rights-for-every-account',
    title: 'Kubernetes gives strong rights to everybody who has an account',
    severity: 'high',
    why: 'Each program of the cluster has an account: one that is broken into has these rights.',
    fix: 'Name the one user, group or service account that needs the role.',
    references: [RBAC],
    *find(object) {
      if (!isBinding(object) || !/^(?:cluster-admin|admin|edit)$/.test(object.text('roleRef', 'name')))
        return;
      for (const name of object.all('subjects', '*', 'name'))
        if (/^system:(?:authenticated|serviceaccounts(?::.*)?)$/.test(name.value ?? '')) yield { at: name };
    },
  },
  {
    id: 'kubernetes-default-account-rights',
    title: 'Every pod of a namespace may change the cluster',
    severity: 'high',
    why: 'The account `default` belongs to every pod that names no other.',
    fix: 'Make a service account for the one program that needs the role.',
    references: [RBAC],
    *find(object) {
      if (!isBinding(object) || !/^(?:cluster-admin|admin|edit)$/.test(object.text('roleRef', 'name')))
        return;
      for (const subject of object.all('subjects', '*'))
        if (subject.text('kind') === 'ServiceAccount' && subject.text('name') === 'default')
          yield { at: subject.get('name')! };
    },
  },
  {
    id: 'kubernetes-role-of-everything',
    title: 'A role of Kubernetes may do everything',
    severity: 'high',
    why: 'Whoever takes over an account with it has the cluster and all its secrets.',
    fix: 'Name the resources and verbs that are needed.',
    references: [RBAC],
    *find(object) {
      if (!/^(?:Cluster)?Role$/.test(kind(object)) || object.text('metadata', 'name') === 'cluster-admin')
        return;
      for (const rule of object.all('rules', '*')) {
        const every = (name: string) => rule.all(name, '*').find(({ value }) => value === '*');
        const at = every('verbs');
        if (at && every('resources') && every('apiGroups')) yield { at };
      }
    },
  },
  {
    id: 'kubernetes-role-reads-all-secrets',
    title: 'A role of Kubernetes reads the secrets of all namespaces',
    severity: 'medium',
    why: 'Among them are tokens of stronger accounts: it is as good as all rights.',
    fix: 'Use a Role of one namespace, with `resourceNames`.',
    references: [RBAC],
    *find(object) {
      if (kind(object) !== 'ClusterRole') return;
      for (const rule of object.all('rules', '*')) {
        const secrets = rule.all('resources', '*').find(({ value }) => value === 'secrets');
        const reads = rule.all('verbs', '*').some(({ value }) => /^(?:\*|get|list|watch)$/.test(value ?? ''));
        if (secrets && reads && !rule.get('resourceNames')) yield { at: secrets };
      }
    },
  },
  {
    id: 'kubernetes-database-public',
    title: 'Kubernetes opens a database to the outside',
    severity: 'high',
    why: 'A load balancer or a port of every node leads to it; whoever comes by tries its passwords, if it has any.',
    fix: 'Use `type: ClusterIP`, or `loadBalancerSourceRanges` with the addresses that need it.',
    references: [`${DOCS}concepts/services-networking/service/#publishing-services-service-types`],
    *find(object) {
      if (kind(object) !== 'Service' || !isPublic(object)) return;
      const names = object.all('spec', 'ports', '*').map((port) => {
        const numbers = [port.text('port'), port.text('targetPort')].map(
          (text) => DATABASE_PORTS[Number(text)],
        );
        return numbers.find(Boolean);
      });
      const database = names.find(Boolean);
      const type = object.get('spec', 'type') ?? object.get('spec', 'externalIPs') ?? object;
      if (database)
        yield {
          at: type,
          title: `Kubernetes opens ${database} to the outside`,
          ...(type.value === 'NodePort' ? { severity: 'medium' } : {}),
        };
    },
  },
  {
    id: 'kubernetes-ingress-without-password',
    title: 'An ingress leads everybody to a service that asks for no password',
    severity: 'high',
    why: 'What was meant for the inside of the cluster answers outside, with nothing that asks who it is.',
    fix: 'Add authentication by annotation (`nginx.ingress.kubernetes.io/auth-url` or `auth-type`), or a middleware.',
    references: [
      'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#authentication',
    ],
    *find(object) {
      if (kind(object) !== 'Ingress') return;
      const asks = object
        .all('metadata', 'annotations', '*')
        .some(({ name }) =>
          /auth|oidc|whitelist-source-range|allowlist|middlewares|inbound-cidrs|jwt|security-policy/i.test(
            name,
          ),
        );
      for (const backend of asks ? [] : object.all('spec', 'rules', '*', 'http', 'paths', '*', 'backend')) {
        const name = backend.get('service', 'name') ?? backend.get('serviceName');
        const port = backend.text('service', 'port', 'number') || backend.text('servicePort');
        const service = bareService(`${name?.value ?? ''}:${/^\d+$/.test(port) ? port : 0}`);
        if (name && service)
          yield { at: name, title: `An ingress leads everybody to ${service}, which asks for no password` };
      }
    },
  },
  {
    id: 'kubernetes-ingress-without-tls',
    title: 'An ingress answers without TLS',
    severity: 'low',
    why: 'Sessions, passwords and contents pass in clear text.',
    fix: 'Add `spec.tls` with the host and a certificate.',
    references: [`${DOCS}concepts/services-networking/ingress/#tls`],
    *find(object) {
      const rules = object.get('spec', 'rules');
      const elsewhere = object
        .all('metadata', 'annotations', '*')
        .some(({ name }) => /certificate|ssl|tls|entrypoints|cert-manager|listen-ports/i.test(name));
      if (
        kind(object) === 'Ingress' &&
        /k8s\.io|^extensions/.test(object.text('apiVersion')) &&
        rules &&
        !object.get('spec', 'tls') &&
        !elsewhere
      )
        yield { at: rules };
    },
  },
  {
    id: 'kubernetes-secret-in-config-map',
    title: 'A ConfigMap holds a password or key',
    severity: 'high',
    why: 'ConfigMaps are readable to many, are not encrypted at rest, and are shown in full everywhere.',
    fix: 'Put it into a Secret, better one that an operator fetches from a vault.',
    references: [`${DOCS}concepts/configuration/secret/`],
    *find(object) {
      if (kind(object) !== 'ConfigMap') return;
      for (const one of object.all('data', '*'))
        if (isLiteralSecret(one.name, one.value ?? '')) yield { at: one };
    },
  },
  {
    id: 'kubernetes-secret-in-file',
    title: 'A Secret of Kubernetes stands in a file',
    severity: 'medium',
    why: 'Base64 is no encryption: whoever reads the file or its repository has the values.',
    fix: 'Use Sealed Secrets, SOPS or External Secrets, and rotate what stood here.',
    references: [`${DOCS}concepts/security/secrets-good-practices/`],
    *find(object) {
      if (kind(object) !== 'Secret' || /service-account-token/.test(object.text('type'))) return;
      const filled = [...object.all('data', '*'), ...object.all('stringData', '*')].find(
        ({ name, value = '' }) =>
          value.length >= 4 &&
          !/(?:user|username|accountname|address|host|url|\.crt|namespace)$/i.test(name) &&
          !fromElsewhere(value) &&
          !/^(?:x+|changeme|placeholder|replace.*)$/i.test(value),
      );
      // SOPS leaves the names and encrypts the values.
      if (filled && !/^ENC\[/.test(filled.value!)) yield { at: filled, secret: true };
    },
  },
  {
    id: 'kubernetes-kubelet-anonymous',
    title: 'The kubelet answers whoever has no password',
    severity: 'critical',
    why: 'Whoever reaches port 10250 of a node runs commands in its pods, and reads their secrets.',
    fix: 'Set `authentication.anonymous.enabled: false` and `authorization.mode: Webhook`.',
    references: [KUBELET],
    explains: ['kubelet'],
    *find(object) {
      if (kind(object) !== 'KubeletConfiguration') return;
      const anonymous = object.get('authentication', 'anonymous', 'enabled');
      if (isOn(anonymous)) yield { at: anonymous! };
    },
  },
  {
    id: 'kubernetes-kubelet-allows-everything',
    title: 'The kubelet lets everybody with an account do everything',
    severity: 'high',
    why: 'Every account of the cluster runs commands in every pod of the node.',
    fix: 'Set `authorization.mode: Webhook`.',
    references: [KUBELET],
    *find(object) {
      const mode = object.get('authorization', 'mode');
      const anonymous = isOn(object.get('authentication', 'anonymous', 'enabled'));
      if (kind(object) === 'KubeletConfiguration' && mode?.value === 'AlwaysAllow' && !anonymous)
        yield { at: mode };
    },
  },
  {
    id: 'kubernetes-kubelet-read-only-port',
    title: 'The kubelet tells everybody what its pods are',
    severity: 'medium',
    why: 'The read-only port asks for no password and shows images, variables and addresses.',
    fix: 'Set `readOnlyPort: 0`.',
    references: [`${DOCS}reference/config-api/kubelet-config.v1beta1/`],
    *find(object) {
      const port = object.get('readOnlyPort');
      if (kind(object) === 'KubeletConfiguration' && Number(port?.value) > 0) yield { at: port! };
    },
  },
  {
    id: 'kubernetes-server-open',
    title: 'The server of the cluster asks nobody who they are, or allows everything',
    severity: 'critical',
    why: 'Whoever reaches it has the cluster.',
    fix: 'Set `--authorization-mode=Node,RBAC`, and remove `--insecure-port` and `--insecure-bind-address`.',
    references: [APISERVER],
    explains: ['kubernetes'],
    *find(object) {
      const of = (name: string) => option(object, /kube-apiserver/, name);
      const mode = of('authorization-mode');
      const port = of('insecure-port');
      if (mode && /\bAlwaysAllow\b/.test(mode.value)) yield { at: mode.at };
      else if (port && Number(port.value) > 0) yield { at: port.at };
    },
  },
  {
    id: 'kubernetes-etcd-open',
    title: 'The etcd of the cluster answers clients without a certificate',
    severity: 'critical',
    why: 'It holds every secret of the cluster; whoever reaches its port reads and changes all of them.',
    fix: 'Start it with `--client-cert-auth=true`, `--trusted-ca-file` and https addresses.',
    references: ['https://etcd.io/docs/latest/op-guide/security/'],
    explains: ['etcd'],
    *find(object) {
      const urls = option(object, /(?:^|\/|\s)etcd(?:\s|$)/, 'listen-client-urls');
      const asks = option(object, /(?:^|\/|\s)etcd(?:\s|$)/, 'client-cert-auth');
      const beyond = urls?.value.split(',').some((url) => !/\/\/(?:127\.|localhost|\[::1\])/.test(url));
      if (urls && beyond && asks?.value !== 'true') yield { at: urls.at };
    },
  },
  {
    id: 'kubernetes-secrets-not-encrypted',
    title: 'Kubernetes writes secrets to etcd as they are',
    severity: 'medium',
    why: 'Whoever reads the disk, a backup or a snapshot of etcd has every secret.',
    fix: 'Put a provider `kms`, `secretbox` or `aescbc` before `identity`.',
    references: [`${DOCS}tasks/administer-cluster/encrypt-data/`],
    *find(object) {
      if (kind(object) !== 'EncryptionConfiguration') return;
      for (const providers of object.all('resources', '*', 'providers')) {
        const first = providers.children[0]?.get('identity');
        if (first) yield { at: first };
      }
    },
  },
  {
    id: 'kubernetes-dashboard-without-sign-in',
    title: 'The dashboard of Kubernetes lets everybody past its sign-in',
    severity: 'high',
    why: 'Who skips the sign-in works with the account of the dashboard itself.',
    fix: 'Remove `--enable-skip-login` and `--disable-settings-authorizer`.',
    references: ['https://github.com/kubernetes/dashboard/blob/master/docs/user/access-control/README.md'],
    *find(object) {
      for (const container of podsOf([object]).flatMap(({ containers }) => containers))
        for (const one of container.all('args', '*'))
          if (/^--(?:enable-skip-login|enable-insecure-login)(?:=true)?$/.test(one.value ?? ''))
            yield { at: one };
    },
  },
  {
    id: 'kubernetes-argocd-anonymous',
    title: 'Argo CD shows its applications to everybody',
    severity: 'high',
    why: 'Visitors without an account read manifests and parameters, with `role:admin` as default they change the cluster.',
    fix: 'Set `users.anonymous.enabled: "false"`.',
    references: ['https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/'],
    *find(object) {
      const anonymous = object.get('data', 'users.anonymous.enabled');
      if (kind(object) === 'ConfigMap' && isOn(anonymous)) yield { at: anonymous! };
    },
  },
  {
    id: 'kubernetes-privilege-escalation',
    title: 'A container may gain more rights than it was started with',
    severity: 'medium',
    why: 'A program with the setuid bit makes root of whoever gets in.',
    fix: 'Set `allowPrivilegeEscalation: false`.',
    references: [`${DOCS}tasks/configure-pod-container/security-context/`],
    *find(object) {
      for (const container of podsOf([object]).flatMap(({ containers }) => containers)) {
        const escalates = container.get('securityContext', 'allowPrivilegeEscalation');
        const privileged = isOn(container.get('securityContext', 'privileged'));
        if (isOn(escalates) && !privileged && !isOff(escalates)) yield { at: escalates! };
      }
    },
  },
];

export const kubernetes = family(['kubernetes'], objects, checks);
