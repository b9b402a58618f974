import type { Severity } from '../../finding.ts';
import type { Setting } from '../setting.ts';
import { configuredByFile, given, saying, type Workload } from './workload.ts';

/** How one service is left open by the way it is started. */
export interface OpenService {
  /** As in the check's id: `container-ID-open`. */
  readonly id: string;
  readonly name: string;
  /** Of the image without registry's host and tag, or of a program's path. */
  readonly image: RegExp;
  readonly ports: readonly number[];
  readonly severity: Severity;
  /** By the beginning of the probe's name, when it is another than `id`. */
  readonly explains?: readonly string[];
  /** What an outsider does there, completing "Whoever reaches the port …". */
  readonly outsider: string;
  readonly fix: string;
  readonly reference: string;
  /** The setting that leaves it open, `workload.at` where one is missing; undefined when it asks. */
  open(workload: Workload): Setting | undefined;
}

const flag = ({ command, commandAt, at }: Workload, pattern: RegExp) =>
  pattern.test(command) ? (commandAt ?? at) : undefined;

/** Open unless a variable, an option or a file of its own says otherwise. */
const unless =
  (variables: readonly string[], options?: RegExp) =>
  (workload: Workload): Setting | undefined =>
    given(workload, ...variables) || options?.test(workload.command) || configuredByFile(workload)
      ? undefined
      : workload.at;

/** Databases, caches and brokers. */
export const STORES: readonly OpenService[] = [
  {
    id: 'clickhouse',
    name: 'ClickHouse',
    image: /clickhouse(?:-server)?$/,
    ports: [8123, 9000, 8443, 9440],
    severity: 'critical',
    outsider: 'reads and changes every table',
    fix: 'Set CLICKHOUSE_PASSWORD_FILE or CLICKHOUSE_PASSWORD, remove CLICKHOUSE_SKIP_USER_SETUP, and publish the port on 127.0.0.1 only.',
    reference: 'https://hub.docker.com/r/clickhouse/clickhouse-server',
    open(workload) {
      if (given(workload, 'CLICKHOUSE_PASSWORD', 'CLICKHOUSE_PASSWORD_FILE') || configuredByFile(workload))
        return undefined;
      const [, year, month] = /:(\d\d)\.(\d+)/.exec(workload.image) ?? [];
      // Since 24.11 the image closes the default user to the network when no password was set.
      const old = year !== undefined && Number(year) * 100 + Number(month) < 2411;
      return (
        saying(workload, 'CLICKHOUSE_SKIP_USER_SETUP') ??
        saying(workload, 'CLICKHOUSE_PASSWORD', /^$/) ??
        saying(workload, 'CLICKHOUSE_USER', /./) ??
        (old ? workload.at : undefined)
      );
    },
  },
  {
    id: 'redis',
    name: 'Redis',
    image: /(?:^|\/)(?:redis|valkey|redis-stack(?:-server)?|redismod|keydb|dragonfly)(?:-server)?$/,
    ports: [6379],
    severity: 'critical',
    outsider: 'reads and deletes every key; the image has the protected mode off',
    fix: 'Start it with `--requirepass` from a secret, and do not publish the port.',
    reference: 'https://hub.docker.com/_/redis',
    open: (workload) =>
      saying(workload, 'ALLOW_EMPTY_PASSWORD') ??
      unless(
        [
          'REDIS_PASSWORD',
          'REDIS_PASSWORD_FILE',
          'VALKEY_PASSWORD',
          'REDIS_ARGS',
          'VALKEY_EXTRA_FLAGS',
          'REDIS_EXTRA_FLAGS',
        ],
        /requirepass|aclfile/,
      )(workload),
  },
  {
    id: 'mongodb',
    name: 'MongoDB',
    image: /(?:^|\/)(?:mongo|mongodb|mongodb-community-server)$/,
    ports: [27017],
    severity: 'critical',
    outsider: 'reads, changes and deletes every database',
    fix: 'Set MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD_FILE before the first start, and do not publish the port.',
    reference: 'https://hub.docker.com/_/mongo',
    open: (workload) =>
      saying(workload, 'ALLOW_EMPTY_PASSWORD') ??
      unless(
        [
          'MONGO_INITDB_ROOT_USERNAME',
          'MONGO_INITDB_ROOT_USERNAME_FILE',
          'MONGODB_ROOT_PASSWORD',
          'MONGODB_INITDB_ROOT_USERNAME',
        ],
        /--auth\b|--keyFile/,
      )(workload),
  },
  {
    id: 'postgres',
    name: 'PostgreSQL',
    image: /postg(?:res|is|resql)|timescaledb|pgvector/,
    ports: [5432],
    severity: 'critical',
    explains: ['postgresql'],
    outsider: 'signs in as superuser, and as such runs programs',
    fix: 'Remove POSTGRES_HOST_AUTH_METHOD, set POSTGRES_PASSWORD_FILE, and make the data directory anew.',
    reference: 'https://hub.docker.com/_/postgres',
    open: (workload) =>
      saying(workload, 'POSTGRES_HOST_AUTH_METHOD', /^trust$/i) ?? saying(workload, 'ALLOW_EMPTY_PASSWORD'),
  },
  {
    id: 'mysql',
    name: 'MySQL',
    image: /(?:^|\/)(?:mysql|mariadb|percona|mysql-server)(?:-server)?$/,
    ports: [3306],
    severity: 'critical',
    outsider: 'signs in as root with an empty password',
    fix: 'Set MYSQL_ROOT_PASSWORD_FILE or MARIADB_ROOT_PASSWORD_FILE instead.',
    reference: 'https://hub.docker.com/_/mysql',
    open: (workload) =>
      saying(workload, 'MYSQL_ALLOW_EMPTY_PASSWORD') ??
      saying(workload, 'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD') ??
      saying(workload, 'ALLOW_EMPTY_PASSWORD'),
  },
  {
    id: 'elasticsearch',
    name: 'Elasticsearch',
    image: /elasticsearch(?:-oss)?$|(?:^|\/)opensearch$/,
    ports: [9200, 9300],
    severity: 'critical',
    outsider: 'reads, changes and deletes every index',
    fix: 'Remove `xpack.security.enabled=false` or DISABLE_SECURITY_PLUGIN, set a password, and publish the port on 127.0.0.1 only.',
    reference:
      'https://www.elastic.co/docs/deploy-manage/deploy/self-managed/install-elasticsearch-with-docker',
    open: (workload) =>
      saying(workload, 'XPACK.SECURITY.ENABLED', /^false$/i) ??
      saying(workload, 'DISABLE_SECURITY_PLUGIN') ??
      saying(workload, 'PLUGINS.SECURITY.DISABLED') ??
      // Before 8.0 it asked for a password only when told to.
      (/elasticsearch-oss|elasticsearch:[1-7]\./.test(workload.image)
        ? unless(['XPACK.SECURITY.ENABLED', 'ELASTIC_PASSWORD'])(workload)
        : undefined),
  },
  {
    id: 'memcached',
    name: 'Memcached',
    image: /(?:^|\/)memcached$/,
    ports: [11211],
    severity: 'high',
    outsider: 'reads and changes sessions and cached rows',
    fix: 'Do not publish the port, or start it with `-S`.',
    reference: 'https://docs.memcached.org/serverguide/',
    open: (workload) =>
      /(?:^|\s)(?:-S|-Y|--enable-sasl|--auth-file)\b/.test(workload.command) ? undefined : workload.at,
  },
  {
    id: 'etcd',
    name: 'etcd',
    image: /(?:^|\/)etcd$/,
    ports: [2379],
    severity: 'critical',
    outsider: 'reads and changes every key; below Kubernetes that is every secret of the cluster',
    fix: 'Start it with `--client-cert-auth`, `--trusted-ca-file` and https addresses, and do not publish the port.',
    reference: 'https://etcd.io/docs/latest/op-guide/security/',
    open: (workload) =>
      saying(workload, 'ALLOW_NONE_AUTHENTICATION') ??
      (given(workload, 'ETCD_ROOT_PASSWORD', 'ETCD_CLIENT_CERT_AUTH') ||
      /--client-cert-auth(?!=false)|--config-file/.test(workload.command)
        ? undefined
        : (flag(workload, /--listen-client-urls/) ?? workload.at)),
  },
  {
    id: 'kafka',
    name: 'Kafka',
    image: /(?:^|\/)(?:kafka|cp-kafka|redpanda)$/,
    ports: [9092, 9093, 9094, 19092, 29092],
    severity: 'high',
    outsider: 'reads, writes and deletes every topic',
    fix: 'Publish a SASL_SSL listener only, and set an authorizer.',
    reference: 'https://kafka.apache.org/documentation/#security',
    open: (workload) =>
      saying(workload, 'ALLOW_PLAINTEXT_LISTENER') ??
      [...workload.env.values()].find(
        ({ name, value = '' }) =>
          /(?:^|_)ADVERTISED_LISTENERS$/i.test(name) && /(?:^|,)\s*PLAINTEXT[\w]*:\/\//i.test(value),
      ),
  },
  {
    id: 'rabbitmq',
    name: 'RabbitMQ',
    image: /(?:^|\/)rabbitmq$/,
    ports: [5672, 15672],
    severity: 'high',
    explains: ['rabbitmq', 'amqp'],
    outsider: 'signs in as “guest” with the password “guest”: the image lets this user come from anywhere',
    fix: 'Set RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS from secrets before the first start.',
    reference: 'https://hub.docker.com/_/rabbitmq',
    open: (workload) =>
      saying(workload, 'RABBITMQ_DEFAULT_PASS', /^guest$/) ??
      unless([
        'RABBITMQ_DEFAULT_PASS',
        'RABBITMQ_DEFAULT_USER',
        'RABBITMQ_PASSWORD',
        'RABBITMQ_DEFAULT_PASS_FILE',
      ])(workload),
  },
  {
    id: 'nats',
    name: 'NATS',
    image: /(?:^|\/)nats(?:-server)?$/,
    ports: [4222],
    severity: 'high',
    outsider: 'reads every subject and sends to every service',
    fix: 'Start it with a file that has `authorization` or `accounts`, or with `--auth`.',
    reference: 'https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro',
    open: unless(['NATS_USERNAME'], /--(?:user|auth|pass|tlsverify)\b|(?:^|\s)-c\b/),
  },
  {
    id: 'cassandra',
    name: 'Cassandra',
    image: /(?:^|\/)(?:cassandra|scylla)$/,
    ports: [9042],
    severity: 'high',
    outsider: 'reads, changes and drops every table',
    fix: 'Mount a `cassandra.yaml` with PasswordAuthenticator and CassandraAuthorizer, and do not publish the port.',
    reference: 'https://cassandra.apache.org/doc/latest/cassandra/managing/operating/security.html',
    open: unless(['CASSANDRA_AUTHENTICATOR', 'CASSANDRA_PASSWORD'], /--authenticator/),
  },
  {
    id: 'zookeeper',
    name: 'ZooKeeper',
    image: /(?:^|\/)(?:zookeeper|cp-zookeeper)$/,
    ports: [2181],
    severity: 'high',
    outsider: 'reads and changes what the cluster believes',
    fix: 'Do not publish the port; let brokers reach it through their own network.',
    reference: 'https://zookeeper.apache.org/doc/current/zookeeperAdmin.html',
    open: (workload) =>
      saying(workload, 'ALLOW_ANONYMOUS_LOGIN') ??
      unless(['ZOO_ENABLE_AUTH', 'KAFKA_OPTS', 'ZOOKEEPER_SASL_ENABLED'])(workload),
  },
  {
    id: 'neo4j',
    name: 'Neo4j',
    image: /(?:^|\/)neo4j$/,
    ports: [7474, 7687],
    severity: 'critical',
    outsider: 'reads and changes the whole graph',
    fix: 'Set NEO4J_AUTH to a name and a password from a secret.',
    reference: 'https://neo4j.com/docs/operations-manual/current/docker/introduction/',
    open: (workload) =>
      saying(workload, 'NEO4J_AUTH', /^none$/i) ??
      saying(workload, 'NEO4J_DBMS_SECURITY_AUTH__ENABLED', /^false$/i),
  },
  {
    id: 'influxdb',
    name: 'InfluxDB 1',
    image: /(?:^|\/)influxdb$/,
    ports: [8086],
    severity: 'high',
    outsider: 'reads and drops every database',
    fix: 'Set INFLUXDB_HTTP_AUTH_ENABLED=true and an administrator, or use InfluxDB 2.',
    reference: 'https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/',
    open: (workload) =>
      saying(workload, 'INFLUXDB_HTTP_AUTH_ENABLED', /^false$/i) ??
      (/:1(?:\.|$|-)/.test(workload.image) ? unless(['INFLUXDB_HTTP_AUTH_ENABLED'])(workload) : undefined),
  },
  {
    id: 'minio',
    name: 'MinIO',
    image: /(?:^|\/)minio$/,
    ports: [9000, 9001],
    severity: 'critical',
    explains: ['s3'],
    outsider: 'signs in with the password of the guide, and reads every bucket',
    fix: 'Set MINIO_ROOT_USER and MINIO_ROOT_PASSWORD_FILE from secrets.',
    reference: 'https://github.com/minio/minio/tree/master/docs/docker',
    open: (workload) =>
      saying(workload, 'MINIO_ROOT_PASSWORD', /^(?:minioadmin|minio123|password|minio)$/) ??
      saying(workload, 'MINIO_SECRET_KEY', /^(?:minioadmin|minio123|password|minio)$/) ??
      unless([
        'MINIO_ROOT_PASSWORD',
        'MINIO_ROOT_PASSWORD_FILE',
        'MINIO_SECRET_KEY',
        'MINIO_SECRET_KEY_FILE',
      ])(workload),
  },
];
