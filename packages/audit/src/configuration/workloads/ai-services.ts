import type { Setting } from '../setting.ts';
import type { OpenService } from './services.ts';
import { configuredByFile, given, saying, type Workload } from './workload.ts';

const told = (workload: Workload, pattern: RegExp): Setting | undefined =>
  pattern.test(workload.command) ? (workload.commandAt ?? workload.at) : undefined;

/** What AI platforms run beside their databases: vectors, models, notebooks, traces, and what watches them. */
export const AI_SERVICES: readonly OpenService[] = [
  {
    id: 'qdrant',
    name: 'Qdrant',
    image: /(?:^|\/)qdrant$/,
    ports: [6333, 6334],
    severity: 'high',
    outsider: 'reads and deletes every collection, and the documents that vectors were made of',
    fix: 'Set QDRANT__SERVICE__API_KEY from a secret.',
    reference: 'https://qdrant.tech/documentation/guides/security/',
    open: (workload) =>
      given(workload, 'QDRANT__SERVICE__API_KEY', 'QDRANT__SERVICE__JWT_RBAC') || configuredByFile(workload)
        ? undefined
        : workload.at,
  },
  {
    id: 'weaviate',
    name: 'Weaviate',
    image: /(?:^|\/)weaviate$/,
    ports: [8080, 50051],
    severity: 'high',
    outsider: 'reads and deletes every class',
    fix: 'Set AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=false and AUTHENTICATION_APIKEY_ENABLED=true.',
    reference: 'https://docs.weaviate.io/deploy/configuration/authentication',
    open: (workload) => saying(workload, 'AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED'),
  },
  {
    id: 'chroma',
    name: 'Chroma',
    image: /(?:^|\/)chroma(?:db)?$/,
    ports: [8000],
    severity: 'high',
    outsider: 'reads and deletes every collection',
    fix: 'Do not publish the port; put a proxy before it that asks for a password.',
    reference: 'https://docs.trychroma.com/guides/deploy/docker',
    open: (workload) =>
      given(workload, 'CHROMA_SERVER_AUTHN_PROVIDER', 'CHROMA_SERVER_AUTH_PROVIDER')
        ? undefined
        : workload.at,
  },
  {
    id: 'milvus',
    name: 'Milvus',
    image: /(?:^|\/)milvus$/,
    ports: [19530],
    severity: 'high',
    outsider: 'reads and deletes every collection',
    fix: 'Set COMMON_SECURITY_AUTHORIZATIONENABLED=true and replace the password of “root”.',
    reference: 'https://milvus.io/docs/authenticate.md',
    open: (workload) =>
      given(workload, 'COMMON_SECURITY_AUTHORIZATIONENABLED') || configuredByFile(workload)
        ? undefined
        : workload.at,
  },
  {
    id: 'ollama',
    name: 'Ollama',
    image: /(?:^|\/)ollama$/,
    ports: [11434],
    severity: 'high',
    outsider: 'uses and deletes models, and takes up the machine',
    fix: 'Publish the port on 127.0.0.1 only, or put a proxy before it that asks for a key.',
    reference: 'https://docs.ollama.com/faq',
    open: (workload) => workload.env.get('OLLAMA_HOST') ?? workload.at,
  },
  {
    id: 'inference',
    name: 'The inference server',
    image:
      /(?:^|\/)(?:vllm-openai|vllm|sglang|text-generation-inference|text-embeddings-inference|llama\.cpp|localai|tritonserver|infinity)$/,
    ports: [80, 3000, 7997, 8000, 8001, 8002, 8080, 30000],
    severity: 'high',
    explains: ['vllm'],
    outsider: 'uses the models, and takes up the machine',
    fix: 'Start it with `--api-key` from a secret, or put a proxy before it that asks for one.',
    reference: 'https://docs.vllm.ai/en/stable/usage/security.html',
    open: (workload) =>
      given(workload, 'VLLM_API_KEY', 'API_KEY', 'LLAMA_API_KEY', 'LLAMA_ARG_API_KEY') ||
      /--api-key/.test(workload.command)
        ? undefined
        : (workload.commandAt ?? workload.at),
  },
  {
    id: 'litellm',
    name: 'LiteLLM',
    image: /(?:^|\/)litellm(?:-database|-proxy|-non_root)?$/,
    ports: [4000],
    severity: 'critical',
    outsider: 'uses your models on your bill, and reads the settings',
    fix: 'Set LITELLM_MASTER_KEY from a secret.',
    reference: 'https://docs.litellm.ai/docs/proxy/virtual_keys',
    open: (workload) =>
      saying(workload, 'LITELLM_MASTER_KEY', /^sk-(?:1234\d*|test|admin|master)$/) ??
      (given(workload, 'LITELLM_MASTER_KEY') || configuredByFile(workload) ? undefined : workload.at),
  },
  {
    id: 'jupyter',
    name: 'Jupyter',
    image: /jupyter|(?:^|\/)(?:\w+-notebook|lab|jupyterlab)$/,
    ports: [8888],
    severity: 'critical',
    outsider: 'has a shell on the machine',
    fix: 'Remove the empty token, and set JUPYTER_TOKEN from a secret.',
    reference: 'https://jupyter-server.readthedocs.io/en/latest/operators/security.html',
    open: (workload) => told(workload, /\.token=(?:''|""|\s|$)/) ?? saying(workload, 'JUPYTER_TOKEN', /^$/),
  },
  {
    id: 'ray',
    name: 'Ray',
    image: /(?:^|\/)ray(?:-ml|-llm)?$/,
    ports: [8265, 10001],
    severity: 'critical',
    outsider: 'starts jobs, which are programs of their own',
    fix: 'Start it with `--dashboard-host=127.0.0.1` and do not publish the port; Ray has no passwords.',
    reference: 'https://docs.ray.io/en/latest/ray-security/index.html',
    open: (workload) => told(workload, /--dashboard-host[= ]["']?(?:0\.0\.0\.0|::)/),
  },
  {
    id: 'mlflow',
    name: 'MLflow',
    image: /(?:^|\/)mlflow$/,
    ports: [5000],
    severity: 'high',
    outsider: 'reads experiments and models, and puts others in their place',
    fix: 'Start it with `--app-name basic-auth`, or put a proxy before it that asks for a password.',
    reference: 'https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/',
    open: (workload) =>
      /--app-name/.test(workload.command) || given(workload, 'MLFLOW_AUTH_CONFIG_PATH')
        ? undefined
        : told(workload, /\bmlflow\s+(?:server|ui)\b/),
  },
  {
    id: 'open-webui',
    name: 'Open WebUI',
    image: /(?:^|\/)open-webui$/,
    ports: [8080],
    severity: 'high',
    outsider: 'is its administrator: reads every chat and uses every model',
    fix: 'Remove WEBUI_AUTH=False.',
    reference: 'https://docs.openwebui.com/getting-started/env-configuration',
    open: (workload) => saying(workload, 'WEBUI_AUTH', /^false$/i),
  },
  {
    id: 'grafana',
    name: 'Grafana',
    image: /(?:^|\/)grafana(?:-oss|-enterprise)?$/,
    ports: [3000],
    severity: 'medium',
    outsider: 'reads dashboards, and sends queries to the databases behind them',
    fix: 'Remove GF_AUTH_ANONYMOUS_ENABLED.',
    reference: 'https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#authanonymous',
    open: (workload) =>
      saying(workload, 'GF_AUTH_ANONYMOUS_ENABLED') ??
      saying(workload, 'GF_SECURITY_ADMIN_PASSWORD', /^(?:admin|grafana|password|changeme)$/i),
  },
  {
    id: 'prometheus',
    name: 'Prometheus',
    image: /(?:^|\/)prometheus$/,
    ports: [9090],
    severity: 'medium',
    outsider: 'reads every metric: names of hosts, customers, paths, amounts',
    fix: 'Start it with `--web.config.file` that has users, or publish the port on 127.0.0.1 only.',
    reference: 'https://prometheus.io/docs/guides/basic-auth/',
    open: (workload) => (/--web\.config\.file/.test(workload.command) ? undefined : workload.at),
  },
  {
    id: 'loki',
    name: 'Loki',
    image: /(?:^|\/)(?:loki|tempo|mimir|victoria-logs|victoria-metrics)$/,
    ports: [3100, 3200, 8428, 9009, 9428],
    severity: 'high',
    outsider: 'reads every log and trace; the server has no passwords of its own',
    fix: 'Do not publish the port; put a proxy before it that asks for a password.',
    reference: 'https://grafana.com/docs/loki/latest/operations/authentication/',
    open: (workload) => (/-?-httpAuth\./.test(workload.command) ? undefined : workload.at),
  },
  {
    id: 'jaeger',
    name: 'Jaeger',
    image: /(?:^|\/)(?:all-in-one|jaeger|jaeger-query)$/,
    ports: [16686],
    severity: 'high',
    outsider: 'reads every trace: addresses, queries, often contents',
    fix: 'Publish the port on 127.0.0.1 only, or put a proxy before it that asks for a password.',
    reference: 'https://www.jaegertracing.io/docs/latest/operations/security/',
    open: (workload) => workload.at,
  },
  {
    id: 'admin-tool',
    name: 'A tool for administrators',
    image:
      /(?:^|\/)(?:adminer|mongo-express|redis-commander|redisinsight|kafka-ui|kafdrop|elasticsearch-head|dejavu|phpredisadmin|attu|ch-ui|tabix)$/,
    ports: [80, 3000, 5540, 8080, 8081, 8000, 9000, 1358, 9100],
    severity: 'high',
    outsider: 'works in the database behind it, or tries passwords there from the inside',
    fix: 'Publish the port on 127.0.0.1 only, and set the tool’s own password where it has one.',
    reference: 'https://docs.docker.com/engine/network/port-publishing/',
    open: (workload) =>
      saying(workload, 'ME_CONFIG_BASICAUTH', /^false$/i) ??
      (given(
        workload,
        'ME_CONFIG_BASICAUTH_USERNAME',
        'HTTP_USER',
        'HTTP_PASSWORD',
        'AUTH_TYPE',
        'SPRING_SECURITY_USER_NAME',
      )
        ? undefined
        : workload.at),
  },
  {
    id: 'docker',
    name: 'Docker in a container',
    image: /(?:^|\/)(?:docker|dind)$/,
    ports: [2375],
    severity: 'critical',
    outsider: 'starts containers, and is root of the machine',
    fix: 'Do not publish port 2375, and leave DOCKER_TLS_CERTDIR set.',
    reference: 'https://docs.docker.com/engine/security/protect-access/',
    open: (workload) => saying(workload, 'DOCKER_TLS_CERTDIR', /^$/) ?? workload.at,
  },
];
