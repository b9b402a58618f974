import type { Probe } from '../probing/probe.ts';
import { amqp, amqpGuest } from './amqp.ts';
import { cassandra } from './cassandra.ts';
import { chroma } from './chroma.ts';
import { clickhouseHttp } from './clickhouse-http.ts';
import { clickhouseNative } from './clickhouse-native.ts';
import { docker } from './docker.ts';
import { elasticsearch } from './elasticsearch.ts';
import { etcd } from './etcd.ts';
import { grafana } from './grafana.ts';
import { jupyter } from './jupyter.ts';
import { kafka } from './kafka.ts';
import { kibana } from './kibana.ts';
import { kubelet, kubernetes } from './kubernetes.ts';
import { langfuse } from './langfuse.ts';
import { litellm } from './litellm.ts';
import { memcached } from './memcached.ts';
import { milvus } from './milvus.ts';
import { mlflow } from './mlflow.ts';
import { mongodb } from './mongodb.ts';
import { mqtt } from './mqtt.ts';
import { mysql, mysqlEmptyPassword } from './mysql.ts';
import { nats } from './nats.ts';
import { s3Buckets } from './object-listing.ts';
import { ollama } from './ollama.ts';
import { postgresql } from './postgresql.ts';
import { prometheus } from './prometheus.ts';
import { qdrant } from './qdrant.ts';
import { rabbitmq, rabbitmqGuest } from './rabbitmq.ts';
import { ray } from './ray.ts';
import { redis } from './redis.ts';
import { vllm } from './vllm.ts';
import { weaviate } from './weaviate.ts';
import { zookeeper } from './zookeeper.ts';

export { objectListing } from './object-listing.ts';

/** Every service that is recognised; buckets have names, and therefore probes of their own: `objectListing`. */
export const SERVICES: readonly Probe[] = [
  ...[clickhouseHttp, clickhouseNative, elasticsearch, mongodb, redis, postgresql, mysql, mysqlEmptyPassword],
  ...[etcd, cassandra, kafka, rabbitmq, rabbitmqGuest, amqp, amqpGuest, nats, mqtt, memcached, zookeeper],
  ...[s3Buckets, chroma, qdrant, weaviate, milvus],
  ...[ollama, vllm, litellm, ray, jupyter, mlflow, langfuse],
  ...[grafana, prometheus, kibana, kubernetes, kubelet, docker],
];
