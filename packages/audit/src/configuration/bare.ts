import { hostAndPort } from './address.ts';

/** Services that ask nobody who they are unless they were told to, by the port that they usually have. */
const PORTS: Readonly<Record<number, string>> = {
  2375: 'Docker',
  2379: 'etcd',
  3100: 'Loki',
  3200: 'Tempo',
  5601: 'Kibana',
  5984: 'CouchDB',
  6333: 'Qdrant',
  6334: 'Qdrant',
  8086: 'InfluxDB',
  8123: 'ClickHouse',
  8265: 'Ray',
  8500: 'Consul',
  8888: 'Jupyter',
  8983: 'Solr',
  9090: 'Prometheus',
  9091: 'Pushgateway',
  9093: 'Alertmanager',
  9200: 'Elasticsearch',
  10250: 'kubelet',
  11434: 'Ollama',
  16686: 'Jaeger',
  19530: 'Milvus',
};

/** The same by a word in the name of a host. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bclickhouse\b/, 'ClickHouse'],
  [/\b(?:elasticsearch|opensearch)\b/, 'Elasticsearch'],
  [/\bprometheus\b/, 'Prometheus'],
  [/\balertmanager\b/, 'Alertmanager'],
  [/\bjaeger\b/, 'Jaeger'],
  [/\bollama\b/, 'Ollama'],
  [/\bvllm\b/, 'vLLM'],
  [/\bqdrant\b/, 'Qdrant'],
  [/\bchroma(?:db)?\b/, 'Chroma'],
  [/\bmilvus\b/, 'Milvus'],
  [/\bmlflow\b/, 'MLflow'],
  [/\bkibana\b/, 'Kibana'],
  [/\betcd\b/, 'etcd'],
];

/** Databases and brokers that have no business on the open internet, by port. */
export const DATABASE_PORTS: Readonly<Record<number, string>> = {
  1883: 'MQTT',
  2379: 'etcd',
  3306: 'MySQL',
  4222: 'NATS',
  5432: 'PostgreSQL',
  5672: 'RabbitMQ',
  6333: 'Qdrant',
  6334: 'Qdrant',
  6379: 'Redis',
  8123: 'ClickHouse',
  9042: 'Cassandra',
  9092: 'Kafka',
  9200: 'Elasticsearch',
  9300: 'Elasticsearch',
  11211: 'Memcached',
  11434: 'Ollama',
  19530: 'Milvus',
  27017: 'MongoDB',
};

/** The service behind an address that asks for no password by itself, as far as its name or port tell. */
export function bareService(address: string): string | undefined {
  const { host, port } = hostAndPort(address);
  return PORTS[port] ?? NAMES.find(([name]) => name.test(host.toLowerCase()))?.[1];
}
