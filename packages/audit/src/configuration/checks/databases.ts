import { hostAndPort, isLoopback } from '../address.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { isOff, isOn, type Setting } from '../setting.ts';

const CASSANDRA = 'https://cassandra.apache.org/doc/latest/cassandra/managing/operating/security.html';
const ETCD = 'https://etcd.io/docs/latest/op-guide/';

/** Where clients of Cassandra are listened to from other machines; without a setting, nowhere. */
function cassandraListens(root: Setting): Setting | undefined {
  const address = root.last('rpc_address') ?? root.last('rpc_interface');
  return address?.value && !isLoopback(address.value) ? address : undefined;
}

/** A class may be named by itself, or by `class_name` with its parameters beside it. */
function classOf(setting: Setting | undefined): string {
  return setting?.value || (setting?.text('class_name') ?? '');
}

const cassandraChecks: readonly ConfigurationCheck[] = [
  {
    id: 'cassandra-open-to-world',
    title: 'Cassandra answers anybody without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads, changes and drops every table.',
    fix: 'Set `authenticator: PasswordAuthenticator` and `authorizer: CassandraAuthorizer`, and replace the user “cassandra”.',
    references: [CASSANDRA],
    explains: ['cassandra'],
    *find(root) {
      const address = cassandraListens(root);
      const authenticator = root.last('authenticator');
      const kind = classOf(authenticator);
      if (address && (!authenticator || /AllowAll/.test(kind)))
        yield { at: authenticator ? [authenticator, address] : address };
    },
  },
  {
    id: 'cassandra-everybody-may-everything',
    title: 'Every user of Cassandra may do everything',
    severity: 'medium',
    why: 'One stolen password, of whichever application, opens every table of all others.',
    fix: 'Set `authorizer: CassandraAuthorizer` and grant each role what it needs.',
    references: [CASSANDRA],
    *find(root) {
      const authorizer = root.last('authorizer');
      const authenticator = classOf(root.last('authenticator'));
      if (/AllowAll/.test(classOf(authorizer)) && /Password|Mutual/.test(authenticator))
        yield { at: authorizer! };
    },
  },
  {
    id: 'cassandra-without-tls',
    title: 'Cassandra talks to clients without TLS',
    severity: 'medium',
    why: 'Passwords, queries and rows pass the network in clear text.',
    fix: 'Set `client_encryption_options.enabled: true` and `optional: false`.',
    references: [CASSANDRA],
    *find(root) {
      const address = cassandraListens(root);
      const enabled = root.get('client_encryption_options', 'enabled');
      const asks = /Password|Mutual/.test(classOf(root.last('authenticator')));
      if (address && asks && !isOn(enabled)) yield { at: enabled ? [enabled, address] : address };
    },
  },
  {
    id: 'cassandra-servers-without-tls',
    title: 'Cassandra servers talk to each other without TLS',
    severity: 'medium',
    why: 'Who reaches the port of the servers joins the cluster and receives its data.',
    fix: 'Set `server_encryption_options.internode_encryption: all` and `require_client_auth: true`.',
    references: [CASSANDRA],
    *find(root) {
      const between = root.get('server_encryption_options', 'internode_encryption');
      const address = root.last('listen_address');
      if (between?.value === 'none' && address?.value && !isLoopback(address.value))
        yield { at: [between, address] };
    },
  },
];

/** The settings of URLs that other machines reach. */
function etcdListens(root: Setting, name: string): Setting | undefined {
  const urls = root.last(name);
  return urls?.value?.split(',').some((url) => !isLoopback(hostAndPort(url).host)) ? urls : undefined;
}

const etcdChecks: readonly ConfigurationCheck[] = [
  {
    id: 'etcd-open-to-world',
    title: 'etcd answers clients without a certificate',
    severity: 'critical',
    why: 'Unless users were set up inside it, whoever reaches the port reads and changes every key; below Kubernetes that is every secret of the cluster.',
    fix: 'Set `client-transport-security` with `client-cert-auth: true` and a `trusted-ca-file`, and listen on https addresses of your own network.',
    references: [`${ETCD}security/`],
    explains: ['etcd'],
    *find(root) {
      const urls = etcdListens(root, 'listen-client-urls');
      const asks = root.get('client-transport-security', 'client-cert-auth');
      if (urls && (!isOn(asks) || urls.value!.includes('http://'))) yield { at: asks ? [urls, asks] : urls };
    },
  },
  {
    id: 'etcd-peers-open',
    title: 'etcd lets any machine act as a member',
    severity: 'high',
    why: 'Who speaks the protocol of members reads and writes the whole log.',
    fix: 'Set `peer-transport-security` with `client-cert-auth: true` and a `trusted-ca-file`.',
    references: [`${ETCD}security/`],
    *find(root) {
      const urls = etcdListens(root, 'listen-peer-urls');
      const asks = root.get('peer-transport-security', 'client-cert-auth');
      if (urls && !isOn(asks)) yield { at: asks ? [urls, asks] : urls };
    },
  },
  {
    id: 'etcd-certificates-made-up',
    title: 'etcd makes up certificates that nobody can verify',
    severity: 'medium',
    why: 'With `auto-tls` traffic is encrypted for whoever answers: somebody on the way too.',
    fix: 'Remove `auto-tls` and name a certificate of your own authority.',
    references: [`${ETCD}security/`],
    *find(root) {
      for (const name of ['client-transport-security', 'peer-transport-security'])
        if (isOn(root.get(name, 'auto-tls'))) yield { at: root.get(name, 'auto-tls')! };
    },
  },
  {
    id: 'etcd-metrics-open',
    title: 'etcd tells its metrics and state to anybody',
    severity: 'low',
    why: 'Load, members and health can be watched from outside; the address knows no password.',
    fix: 'Set `listen-metrics-urls` to a loopback address or one that only the monitoring reaches.',
    references: [`${ETCD}configuration/`],
    *find(root) {
      const urls = etcdListens(root, 'listen-metrics-urls');
      if (urls?.value?.includes('http://')) yield { at: urls };
    },
  },
];

const qdrantChecks: readonly ConfigurationCheck[] = [
  {
    id: 'qdrant-open-to-world',
    title: 'Qdrant answers anybody without a key',
    severity: 'high',
    why: 'Whoever reaches the port reads and deletes every collection, and the documents that vectors were made of.',
    fix: 'Set `service.api_key` (or QDRANT__SERVICE__API_KEY), and `service.host` to an address of your own network.',
    references: ['https://qdrant.tech/documentation/guides/security/'],
    explains: ['qdrant'],
    *find(root) {
      const service = root.get('service');
      const host = service?.get('host');
      const key = service?.get('api_key');
      if (service && !key?.value && !(host && isLoopback(host.value ?? '')))
        yield { at: key ?? host ?? service };
    },
  },
  {
    id: 'qdrant-without-tls',
    title: 'Qdrant takes its key without TLS',
    severity: 'medium',
    why: 'The key and every document pass the network in clear text.',
    fix: 'Set `service.enable_tls: true` with a certificate under `tls`.',
    references: ['https://qdrant.tech/documentation/guides/security/'],
    *find(root) {
      const service = root.get('service');
      const tls = service?.get('enable_tls');
      if (service?.get('api_key')?.value && isOff(tls) && !isLoopback(service.text('host') || '*'))
        yield { at: tls! };
    },
  },
];

const milvusChecks: readonly ConfigurationCheck[] = [
  {
    id: 'milvus-open-to-world',
    title: 'Milvus answers anybody without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads and deletes every collection.',
    fix: 'Set `common.security.authorizationEnabled: true` and replace the password of “root”.',
    references: ['https://milvus.io/docs/authenticate.md'],
    explains: ['milvus'],
    *find(root) {
      const asks = root.get('common', 'security', 'authorizationEnabled');
      const address = root.get('proxy', 'ip');
      if (isOff(asks) && !(address?.value && isLoopback(address.value))) yield { at: asks! };
    },
  },
  {
    id: 'milvus-storage-sample-password',
    title: 'Milvus keeps its data behind a password that everybody knows',
    severity: 'high',
    why: 'The object store below it holds every vector and document, and its sample password is the same everywhere.',
    fix: 'Replace `minio.secretAccessKey` here and in MinIO.',
    references: ['https://milvus.io/docs/configure_minio.md'],
    *find(root) {
      const secret = root.get('minio', 'secretAccessKey');
      if (secret?.value === 'minioadmin') yield { at: secret };
    },
  },
];

const memcachedChecks: readonly ConfigurationCheck[] = [
  {
    id: 'memcached-open-to-world',
    title: 'Memcached answers anybody without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads sessions and cached rows, and changes what applications believe.',
    fix: 'Set `-l 127.0.0.1`, or `-S` for passwords with `-Z` for TLS.',
    references: ['https://docs.memcached.org/serverguide/'],
    explains: ['memcached'],
    *find(root) {
      const listen = root.last('-l') ?? root.children.find(({ name }) => name.startsWith('--listen'));
      const asks = root.last('-S') ?? root.last('-Y') ?? root.last('--enable-sasl');
      const beyond = (listen?.value || listen?.name.split('=')[1] || '')
        .split(',')
        .some((one) => !isLoopback(one));
      if (listen && beyond && !asks) yield { at: listen };
    },
  },
  {
    id: 'memcached-udp',
    title: 'Memcached answers over UDP',
    severity: 'high',
    why: 'With a forged sender, a small question sends a large answer to somebody else: the strongest amplifier known.',
    fix: 'Set `-U 0`, as newer releases do by themselves.',
    references: ['https://github.com/memcached/memcached/wiki/ReleaseNotes156'],
    *find(root) {
      const port = root.last('-U') ?? root.children.find(({ name }) => name.startsWith('--udp-port'));
      if (/^[1-9]\d*$/.test(port?.value || port?.name.split('=')[1] || '')) yield { at: port! };
    },
  },
];

export const cassandra = family(['cassandra'], eachFile, cassandraChecks);
export const etcd = family(['etcd'], eachFile, etcdChecks);
export const qdrant = family(['qdrant'], eachFile, qdrantChecks);
export const milvus = family(['milvus'], eachFile, milvusChecks);
export const memcached = family(['memcached'], eachFile, memcachedChecks);
