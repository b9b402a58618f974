import { readCaddy, readNats, readNginx } from './reading/blocks.ts';
import { readDockerfile } from './reading/dockerfile.ts';
import { readIni, readOptions, readPairs, readRows, readWords } from './reading/keyed.ts';
import { readAssignments } from './reading/python.ts';
import { readXml } from './reading/xml.ts';
import { readManifests, readYaml } from './reading/yaml.ts';
import type { Setting } from './setting.ts';

/** Whose configuration a file can be. */
export const SOFTWARE = [
  'caddy',
  'cassandra',
  'clickhouse',
  'compose',
  'docker',
  'dockerfile',
  'elasticsearch',
  'env',
  'etcd',
  'grafana',
  'helm',
  'jupyter',
  'kafka',
  'kubernetes',
  'litellm',
  'memcached',
  'milvus',
  'mongodb',
  'mosquitto',
  'mysql',
  'nats',
  'nginx',
  'otel',
  'postgres',
  'prometheus',
  'qdrant',
  'rabbitmq',
  'redis',
  'sshd',
  'systemd',
  'traefik',
] as const;

export type Software = (typeof SOFTWARE)[number];

interface Known {
  readonly software: Software;
  /** Of the path, with `/` between folders. */
  readonly name: RegExp;
  /** What the text has, all of it, when the name does not say enough. */
  readonly holds?: readonly RegExp[];
  /** What it has not. */
  readonly lacks?: RegExp;
  read(text: string, file: string): Setting;
}

const YAML = /\.ya?ml$/;
/** A file of Helm's own is no configuration before it is filled in; parsing finds out what this does not. */
const TEMPLATE = /^\{\{-? *(?:\/\*|if|include|template|range|with|define|\$)/m;

/** In this order, the first that fits is it: names that say all before those that need a look inside. */
const KNOWN: readonly Known[] = [
  { software: 'clickhouse', name: /\.xml$/, holds: [/<(?:clickhouse|yandex)[\s>]/], read: readXml },
  { software: 'postgres', name: /(?:^|\/)pg_hba[^/]*\.conf$/, read: readRows },
  { software: 'postgres', name: /(?:^|\/)postgresql[^/]*\.conf$/, read: readPairs },
  {
    software: 'mysql',
    name: /\.cnf$|(?:^|\/)my\.ini$/,
    holds: [/^[ \t]*\[(?:mysqld?|client|server|mariadbd?)\b/m],
    read: readIni,
  },
  { software: 'redis', name: /(?:^|\/)(?:redis|valkey|keydb|sentinel)[^/]*\.conf$/, read: readWords },
  {
    software: 'mongodb',
    name: /(?:^|\/)mongo[ds]?[^/]*\.(?:conf|ya?ml)$/,
    holds: [/^(?:net|security|storage|systemLog)[ \t]*:/m],
    read: readYaml,
  },
  { software: 'mosquitto', name: /(?:^|\/)mosquitto(?:[^/]*|\/.*)\.conf$/, read: readWords },
  { software: 'rabbitmq', name: /(?:^|\/)rabbitmq[^/]*\.conf$/, read: readPairs },
  { software: 'nats', name: /(?:^|\/)nats[^/]*\.(?:conf|cfg)$/, read: readNats },
  { software: 'memcached', name: /(?:^|\/)memcached[^/]*\.conf$/, read: readOptions },
  {
    software: 'nginx',
    name: /(?:^|\/)nginx[^/]*\.conf$|\.nginx$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/,
    read: readNginx,
  },
  {
    software: 'nginx',
    name: /\.conf$/,
    holds: [/^[ \t]*(?:server|location|upstream)\b[^{};\n]{0,200}\{/m],
    read: readNginx,
  },
  {
    // A part of a server, to be included.
    software: 'nginx',
    name: /(?:^|\/)(?:nginx|snippets|conf\.d)\/(?:[^/]+\/)*[^/]+\.(?:conf|inc)$/,
    holds: [/^[ \t]*(?:auth_|allow |deny |add_header |proxy_|ssl_|include |root |autoindex )[^;{}\n]*;/m],
    lacks: /^[ \t]*\[/m,
    read: readNginx,
  },
  { software: 'caddy', name: /(?:^|\/)Caddyfile[^/]*$|\.caddy(?:file)?$/i, read: readCaddy },
  { software: 'sshd', name: /(?:^|\/)sshd_config(?:\.d\/[^/]*)?$/, read: readWords },
  { software: 'docker', name: /(?:^|\/)daemon\.json$/, read: readYaml },
  {
    software: 'grafana',
    name: /(?:^|\/)(?:grafana[^/]*|custom|defaults)\.ini$/,
    holds: [/^[ \t]*\[(?:auth|security|server|users)/m],
    read: readIni,
  },
  {
    software: 'kafka',
    name: /\.(?:properties|cfg)$/,
    holds: [/^[ \t]*(?:listeners|clientPort|broker\.id|node\.id|group\.id|process\.roles)[ \t]*=/m],
    read: readPairs,
  },
  { software: 'jupyter', name: /(?:^|\/)jupyter[^/]*config[^/]*\.py$/, read: readAssignments },
  { software: 'jupyter', name: /(?:^|\/)jupyter[^/]*config[^/]*\.json$/, read: readYaml },
  {
    software: 'dockerfile',
    name: /(?:^|\/)(?:Dockerfile|Containerfile)[^/]*$|\.[Dd]ockerfile$/,
    read: readDockerfile,
  },
  { software: 'env', name: /(?:^|\/)(?:\.env(?:[._-][^/]*)?|[^/]*\.env)$/, read: readPairs },
  { software: 'systemd', name: /\.service$/, holds: [/^ExecStart[ \t]*=/m], read: readIni },
  { software: 'traefik', name: /(?:^|\/)traefik[^/]*\.toml$/, read: readIni },
  { software: 'compose', name: /(?:^|[/_.-])compose[^/]*\.ya?ml$/, lacks: /^apiVersion:/m, read: readYaml },
  {
    software: 'elasticsearch',
    name: /(?:^|\/)(?:elasticsearch|opensearch|kibana|opensearch_dashboards)\.ya?ml$/,
    lacks: /^(?:services|datasources):/m,
    read: readYaml,
  },
  { software: 'elasticsearch', name: YAML, holds: [/^[ \t]*anonymous_auth_enabled:/m], read: readYaml },
  { software: 'helm', name: /(?:^|[/_.-])values[^/]*\.ya?ml$/, read: readYaml },
  {
    software: 'kubernetes',
    name: /\.(?:ya?ml|json)$/,
    holds: [/^[ \t]*["']?apiVersion["']?:/m, /^[ \t]*["']?kind["']?:/m],
    lacks: TEMPLATE,
    read: readManifests,
  },
  {
    software: 'milvus',
    name: /(?:^|\/)milvus[^/]*\.ya?ml$/,
    lacks: /^services:/m,
    read: readYaml,
  },
  {
    software: 'cassandra',
    name: YAML,
    holds: [/^(?:authenticator|rpc_address|partitioner):/m],
    read: readYaml,
  },
  { software: 'etcd', name: YAML, holds: [/^listen-(?:client|peer|metrics)-urls:/m], read: readYaml },
  { software: 'litellm', name: YAML, holds: [/^model_list:/m], read: readYaml },
  { software: 'otel', name: YAML, holds: [/^(?:receivers|exporters):/m, /^service:/m], read: readYaml },
  {
    software: 'prometheus',
    name: YAML,
    holds: [
      /^(?:scrape_configs|remote_write|tls_server_config|basic_auth_users|http_server_config|alerting|route):/m,
    ],
    read: readYaml,
  },
  {
    software: 'traefik',
    name: YAML,
    holds: [
      /^(?:entryPoints|http|providers|api):/m,
      /^[ \t]+(?:routers|services|docker|file|address|insecure):/m,
    ],
    lacks: TEMPLATE,
    read: readYaml,
  },
  {
    software: 'qdrant',
    name: YAML,
    holds: [/^service:/m, /^[ \t]+(?:http_port|grpc_port|enable_tls):/m],
    read: readYaml,
  },
  { software: 'compose', name: YAML, holds: [/^services:/m, /^[ \t]+(?:image|build):/m], read: readYaml },
  {
    software: 'clickhouse',
    name: YAML,
    holds: [/^(?:profiles|quotas|listen_host|tcp_port|http_port|user_directories|remote_servers):/m],
    read: readYaml,
  },
  { software: 'clickhouse', name: /(?:^|\/)(?:users|config)\.d\/[^/]*\.ya?ml$/, read: readYaml },
];

/** Whether a file may be of interest, by its path alone. */
export function mayKnow(path: string): boolean {
  return KNOWN.some(({ name }) => name.test(path));
}

/** Whether a text that does not parse is one to be filled in first: by Helm, Ansible, Traefik and others alike. */
export function isTemplate(path: string, text: string): boolean {
  return YAML.test(path) && /\{\{|\{%/.test(text);
}

/** What a file is, by its path and what it holds; undefined when it is nothing known. */
export function recognise(path: string, text: string): Known | undefined {
  return KNOWN.find(
    ({ name, holds = [], lacks }) =>
      name.test(path) && holds.every((part) => part.test(text)) && !lacks?.test(text),
  );
}
