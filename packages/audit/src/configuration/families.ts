import type { Family } from './check.ts';
import { kafka, mosquitto, nats, rabbitmq } from './checks/brokers.ts';
import { caddy } from './checks/caddy.ts';
import { clickhouse } from './checks/clickhouse.ts';
import { cassandra, etcd, memcached, milvus, qdrant } from './checks/databases.ts';
import { elasticsearch } from './checks/elasticsearch.ts';
import { any, dockerfile, env, helm } from './checks/files.ts';
import { docker, jupyter, litellm, sshd } from './checks/hosts.ts';
import { kubernetes } from './checks/kubernetes.ts';
import { mongodb } from './checks/mongodb.ts';
import { grafana, otel, prometheus } from './checks/monitoring.ts';
import { mysql } from './checks/mysql.ts';
import { nginx } from './checks/nginx.ts';
import { postgres } from './checks/postgres.ts';
import { redis } from './checks/redis.ts';
import { traefik } from './checks/traefik.ts';
import { workloads } from './checks/workloads.ts';

/** Everything that is checked. */
export const FAMILIES: readonly Family[] = [
  clickhouse,
  redis,
  mongodb,
  postgres,
  mysql,
  elasticsearch,
  mosquitto,
  rabbitmq,
  kafka,
  nats,
  cassandra,
  etcd,
  qdrant,
  milvus,
  memcached,
  grafana,
  prometheus,
  otel,
  sshd,
  docker,
  jupyter,
  litellm,
  nginx,
  caddy,
  traefik,
  workloads,
  kubernetes,
  dockerfile,
  env,
  helm,
  any,
];
