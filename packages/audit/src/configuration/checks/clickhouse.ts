import { isLoopback } from '../address.ts';
import { type ConfigurationCheck, family } from '../check.ts';
import {
  type ClickHouse,
  clickhousesOf,
  fromAnywhere,
  fromHereOnly,
  withoutPassword,
} from '../clickhouse.ts';
import { isOff, isOn } from '../setting.ts';

const USERS = 'https://clickhouse.com/docs/operations/settings/settings-users';
const SERVER = 'https://clickhouse.com/docs/operations/server-configuration-parameters/settings';

const checks: readonly ConfigurationCheck<ClickHouse>[] = [
  {
    id: 'clickhouse-open-to-world',
    title: 'ClickHouse answers anybody without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads and changes every table, over HTTP and the native protocol, without saying who they are.',
    fix: 'Give the user a password (`password_sha256_hex`), limit its `networks` to the hosts that need it, and set `listen_host` to an address of your own network.',
    references: [USERS, `${SERVER}#listen_host`],
    explains: ['clickhouse'],
    *find({ users, listens }) {
      if (listens.length === 0) return;
      for (const user of users) {
        const password = withoutPassword(user);
        const networks = fromAnywhere(user);
        if (password && networks.length > 0) yield { at: [...new Set([password, ...networks, ...listens])] };
      }
    },
  },
  {
    id: 'clickhouse-user-without-password',
    title: 'A ClickHouse user has no password',
    severity: 'high',
    why: 'Every machine that its networks allow works as this user; once `listen_host` or a published port lets others reach it, so do they.',
    fix: 'Set `password_sha256_hex` for the user, or limit its `networks` to `::1` and `127.0.0.1`.',
    references: [USERS],
    explains: ['clickhouse'],
    *find({ config, users, listens }) {
      for (const user of users) {
        const password = withoutPassword(user);
        if (!password || fromHereOnly(user)) continue;
        const networks = fromAnywhere(user);
        if (listens.length > 0 && networks.length > 0) continue;
        // That the server listens to this machine alone is known only from its configuration.
        const alone = config?.get('listen_host') !== undefined && listens.length === 0;
        yield { at: [...new Set([password, ...networks])], ...(alone ? { severity: 'medium' } : {}) };
      }
    },
  },
  {
    id: 'clickhouse-plaintext-password',
    title: 'A ClickHouse password stands in the file as it is',
    severity: 'medium',
    why: 'Whoever reads the file, its backup or its repository can sign in.',
    fix: 'Replace `password` by `password_sha256_hex`, or read it from the environment with `from_env`.',
    references: [USERS],
    *find({ users }) {
      for (const user of users)
        for (const password of user.all('password'))
          if (password.value && !password.get('@from_env') && !password.get('@from_zk'))
            yield { at: password };
    },
  },
  {
    id: 'clickhouse-without-tls',
    title: 'ClickHouse talks to other machines without TLS',
    severity: 'medium',
    why: 'Passwords, queries and rows can be read and changed by whoever is on the way.',
    fix: 'Set `https_port` and `tcp_port_secure` with a certificate under `openSSL.server`, and remove `http_port` and `tcp_port`.',
    references: [`${SERVER}#https_port`, 'https://clickhouse.com/docs/guides/sre/configuring-ssl'],
    *find({ config, users, listens }) {
      const plain = config?.get('http_port') ?? config?.get('tcp_port');
      const secure = config?.get('https_port') ?? config?.get('tcp_port_secure');
      const open = users.some((user) => withoutPassword(user) && fromAnywhere(user).length > 0);
      if (plain && !secure && listens.length > 0 && !open) yield { at: [plain, ...listens] };
    },
  },
  {
    id: 'clickhouse-interserver-open',
    title: 'Other machines may fetch parts of ClickHouse tables without a password',
    severity: 'medium',
    why: 'The port for replicas hands over the data of replicated tables to whoever asks, whatever users and passwords there are.',
    fix: 'Set `interserver_http_credentials`, and `interserver_listen_host` to an address that only replicas reach.',
    references: [`${SERVER}#interserver_http_credentials`],
    *find({ config, listens }) {
      const port = config?.get('interserver_http_port') ?? config?.get('interserver_https_port');
      if (!port || config?.get('interserver_http_credentials', 'user')) return;
      const own = config?.all('interserver_listen_host') ?? [];
      if (own.length > 0 ? own.some(({ value = '' }) => !isLoopback(value)) : listens.length > 0)
        yield { at: [port, ...(own.length > 0 ? own : listens)] };
    },
  },
  {
    id: 'clickhouse-metrics-open',
    title: 'ClickHouse tells its metrics to anybody',
    severity: 'low',
    why: 'Names of disks, load, errors and amounts of data can be watched from outside; the port knows no password.',
    fix: 'Let only the monitoring reach `prometheus.port`, or serve it with `http_handlers` for a user with a password.',
    references: [`${SERVER}#prometheus`],
    *find({ config, listens }) {
      const port = config?.get('prometheus', 'port');
      if (port && listens.length > 0) yield { at: [port, ...listens] };
    },
  },
  {
    id: 'clickhouse-cluster-without-secret',
    title: 'ClickHouse servers of a cluster believe each other without a secret',
    severity: 'medium',
    why: 'Distributed queries run at the other server as a user without a password, so that this user must be left open there.',
    fix: 'Set the same `secret` in every server’s `remote_servers` entry, or a `user` and `password` for each replica.',
    references: ['https://clickhouse.com/docs/engines/table-engines/special/distributed'],
    *find({ config }) {
      for (const cluster of config?.all('remote_servers', '*') ?? []) {
        const replicas = [...cluster.all('shard', 'replica'), ...cluster.all('node')];
        const others = replicas.filter((replica) => !isLoopback(replica.text('host')));
        const bare = others.find(({ children }) =>
          children.every(({ name }) => !/^(?:password|user)/.test(name)),
        );
        if (bare && !cluster.get('secret')) yield { at: [bare.get('host') ?? bare] };
      }
    },
  },
  {
    id: 'clickhouse-tls-unverified',
    title: 'ClickHouse accepts any certificate of the servers it calls',
    severity: 'medium',
    why: 'Somebody on the way can answer in place of a replica, a dictionary’s source or an object store, and read what is sent.',
    fix: 'Set `openSSL.client.verificationMode` to `relaxed` or `strict` and remove `AcceptCertificateHandler`; name your own authority in `caConfig`.',
    references: [`${SERVER}#openssl`],
    *find({ config }) {
      const client = config?.get('openSSL', 'client');
      const mode = client?.get('verificationMode');
      const handler = client?.get('invalidCertificateHandler', 'name');
      if (mode?.value === 'none') yield { at: mode };
      else if (handler?.value === 'AcceptCertificateHandler') yield { at: handler };
    },
  },
  {
    id: 'clickhouse-ldap-without-tls',
    title: 'ClickHouse sends passwords to LDAP without TLS',
    severity: 'high',
    why: 'Every password that somebody signs in with passes the network in clear text.',
    fix: 'Set `enable_tls` to `yes` and `tls_require_cert` to `demand`.',
    references: ['https://clickhouse.com/docs/operations/external-authenticators/ldap'],
    *find({ config }) {
      for (const server of config?.all('ldap_servers', '*') ?? [])
        if (isOff(server.get('enable_tls')) && !isLoopback(server.text('host')))
          yield { at: server.get('enable_tls')! };
    },
  },
  {
    id: 'clickhouse-keeper-open',
    title: 'ClickHouse Keeper answers anybody',
    severity: 'high',
    why: 'The coordination tree holds table definitions and replicas; whoever writes there can stop or mislead the cluster.',
    fix: 'Listen on the cluster’s own network only, set `tcp_port_secure`, and require a `digest` in the access lists of the tree.',
    references: ['https://clickhouse.com/docs/guides/sre/keeper/clickhouse-keeper'],
    *find({ config, listens }) {
      const port = config?.get('keeper_server', 'tcp_port');
      if (port && !config?.get('keeper_server', 'tcp_port_secure') && listens.length > 0)
        yield { at: [port, ...listens] };
    },
  },
  {
    id: 'clickhouse-anonymous-manages-access',
    title: 'A ClickHouse user without a password may create users',
    severity: 'high',
    why: 'Whoever reaches this user from its own machine can make a user of their own that may come from anywhere, and stays.',
    fix: 'Set `access_management` to 0 or give the user a password.',
    references: [`${USERS}#access_management-user-setting`],
    *find({ users }) {
      for (const user of users) {
        const manages = user.get('access_management');
        if (isOn(manages) && withoutPassword(user) && fromHereOnly(user)) yield { at: manages! };
      }
    },
  },
];

/** https://clickhouse.com/docs/operations/configuration-files */
export const clickhouse = family(['clickhouse'], clickhousesOf, checks);
