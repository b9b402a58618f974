import { type ConfigurationCheck, eachFile, family, type Reading } from '../check.ts';
import { secretsOf } from '../excerpt.ts';
import { isGuessable, isLiteralSecret } from '../passwords.ts';
import { Lines } from '../reading/lines.ts';
import { isOff, isOn, Setting } from '../setting.ts';
import { SOFTWARE } from '../software.ts';
import { assignment } from '../workloads/assignment.ts';

const DOCKER = 'https://docs.docker.com/build/building/secrets/';

/** The variables of `ENV` and `ARG`: `NAME=value …`, or `NAME value`. */
function variables(root: Setting): Setting[] {
  return root.children
    .filter(({ name }) => name === 'ENV' || name === 'ARG')
    .flatMap((one) => {
      const text = one.value ?? '';
      const [, name, value] = /^(\w+)\s+([^=\s]+)$/.exec(text) ?? [];
      const pairs =
        name === undefined ? [...text.matchAll(/(?<!\w)(\w+)=("[^"]*"|'[^']*'|\S+)/g)] : [['', name, value!]];
      return pairs.flatMap(([, key, said = '']) =>
        assignment(one, `${key}=${said.replace(/^["']|["']$/g, '')}`),
      );
    });
}

const KEYS =
  /(?:^|\/)(?:\.env(?:\.(?!example|sample|template|dist)\w+)?|id_(?:rsa|ed25519|ecdsa)|\.netrc|\.pypirc|\.git-credentials|\.aws|\.ssh|\.kube|[\w-]*credentials\.json|[\w-]+\.(?:p12|pfx|jks|key))\/?$/;
/** What lies beside keys, and may be seen by everybody, or stands for a file that is filled in later. */
const NO_KEYS =
  /\.pub$|(?:^|\/)(?:authorized_keys|known_hosts|[\w-]*config)$|example|sample|template|\.dist$/;

/** Whether `COPY` or `ADD` takes a file of keys, or puts one in its place. */
function copiesKeys(text: string): boolean {
  const names = (text.startsWith('[') ? text.replace(/["',[\]]+/g, ' ') : text).trim().split(/\s+/);
  const paths = names.filter((name) => !name.startsWith('--'));
  const target = paths.pop() ?? '';
  return (
    paths.some((path) => KEYS.test(path)) || (KEYS.test(target) && paths.some((path) => !NO_KEYS.test(path)))
  );
}

const dockerfileChecks: readonly ConfigurationCheck[] = [
  {
    id: 'dockerfile-password',
    title: 'An image carries a password or key',
    severity: 'high',
    why: 'Every layer keeps it: whoever may pull the image reads it, also when a later line removes it.',
    fix: 'Use `RUN --mount=type=secret`, or a variable at start.',
    references: [DOCKER],
    *find(root) {
      for (const one of variables(root)) {
        const named =
          /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_KEY)$/i.test(one.name) && isGuessable(one.value ?? '');
        if (named || isLiteralSecret(one.name, one.value ?? '')) yield { at: one };
      }
    },
  },
  {
    id: 'dockerfile-copies-keys',
    title: 'An image is given files that hold keys',
    severity: 'high',
    why: 'Every layer keeps them: whoever may pull the image reads them.',
    fix: 'Use `RUN --mount=type=secret` or `--mount=type=ssh`, and name the files in `.dockerignore`.',
    references: [DOCKER],
    *find(root) {
      for (const one of root.children)
        if (/^(?:COPY|ADD)$/.test(one.name) && copiesKeys(one.value ?? '')) yield { at: one };
    },
  },
  {
    id: 'dockerfile-sets-password',
    title: 'An image gives a user a password that stands in its recipe',
    severity: 'high',
    why: 'Whoever reads the recipe or the image’s history signs in to every container of it.',
    fix: 'Remove the line; sign in with keys that are mounted at start.',
    references: [DOCKER],
    *find(root) {
      for (const one of root.all('RUN'))
        if (
          /(?<=\w:[^\s"'$|]+["']?\s*)\|\s*chpasswd|(?:useradd|usermod)\s[^&|;]{0,1000}(?:-p|--password)[ =](?!["']?\$)/.test(
            one.value ?? '',
          )
        )
          yield { at: one };
    },
  },
  {
    id: 'dockerfile-open-notebook',
    title: 'An image starts Jupyter without a password',
    severity: 'critical',
    why: 'Whoever reaches its port has a shell in the container, with its data, keys and models.',
    fix: 'Remove the empty token, and set JUPYTER_TOKEN at start.',
    references: ['https://jupyter-server.readthedocs.io/en/latest/operators/security.html'],
    explains: ['jupyter'],
    *find(root) {
      for (const one of root.children)
        if (
          /^(?:CMD|ENTRYPOINT|RUN)$/.test(one.name) &&
          /\.token\s*=\s*(?:''|""|["',\s]|$)/.test(one.value ?? '')
        )
          yield { at: one };
    },
  },
  {
    id: 'dockerfile-debugger-open',
    title: 'An image starts a debugger that takes orders from the network',
    severity: 'high',
    why: 'Whoever reaches its port runs code in the program.',
    fix: 'Remove the option, or let the debugger listen to 127.0.0.1.',
    references: ['https://nodejs.org/en/learn/getting-started/debugging'],
    *find(root) {
      for (const one of root.children)
        if (/^(?:CMD|ENTRYPOINT)$/.test(one.name))
          if (
            /--inspect(?:-brk)?=(?:0\.0\.0\.0|\[?::)|debugpy.{0,1000}--listen[ ="',]+0\.0\.0\.0|agentlib:jdwp=[^ ]{0,1000}address=(?:\*|0\.0\.0\.0)/.test(
              one.value ?? '',
            )
          )
            yield { at: one };
    },
  },
];

/** Variables that open a service, with the value that does. */
const OPENING: Readonly<Record<string, RegExp>> = {
  AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: /^true$/i,
  POSTGRES_HOST_AUTH_METHOD: /^trust$/i,
  MYSQL_ALLOW_EMPTY_PASSWORD: /^(?:1|yes|true)$/i,
  MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: /^(?:1|yes|true)$/i,
  ALLOW_EMPTY_PASSWORD: /^(?:1|yes|true)$/i,
  ALLOW_NONE_AUTHENTICATION: /^(?:1|yes|true)$/i,
  CLICKHOUSE_SKIP_USER_SETUP: /^(?:1|yes|true)$/i,
  DISABLE_SECURITY_PLUGIN: /^true$/i,
  NEO4J_AUTH: /^none$/i,
  WEBUI_AUTH: /^false$/i,
  GF_AUTH_ANONYMOUS_ENABLED: /^true$/i,
  JUPYTER_TOKEN: /^$/,
  'xpack.security.enabled': /^false$/i,
};
/** Variables that turn the verification of certificates off. */
const UNVERIFIED: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  PYTHONHTTPSVERIFY: /^0$/,
  GIT_SSL_NO_VERIFY: /^(?:1|true)$/i,
  CURL_INSECURE: /^(?:1|true)$/i,
  LANGFUSE_TLS_REJECT_UNAUTHORIZED: /^(?:0|false)$/i,
  CLICKHOUSE_SSL_VERIFY: /^(?:0|false|none)$/i,
};
const isSample = (file: string) => /\.(?:example|sample|template|dist|defaults?)$/.test(file);

const envChecks: readonly ConfigurationCheck[] = [
  {
    id: 'env-opens-service',
    title: 'A variable opens a service to whoever reaches it',
    severity: 'high',
    why: 'The service that is started with it asks nobody for a password.',
    fix: 'Remove the variable and set the service’s password from a secret.',
    references: ['https://docs.docker.com/compose/how-tos/environment-variables/best-practices/'],
    *find(root) {
      for (const one of root.children) if (OPENING[one.name]?.test(one.value ?? '')) yield { at: one };
    },
  },
  {
    id: 'env-certificates-unverified',
    title: 'A variable turns the verification of certificates off',
    severity: 'medium',
    why: 'Every connection of the program believes whoever answers: somebody on the way reads and changes it.',
    fix: 'Remove it and name your authority, for Node in NODE_EXTRA_CA_CERTS, for Python in SSL_CERT_FILE.',
    references: ['https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue'],
    *find(root) {
      for (const one of root.children) if (UNVERIFIED[one.name]?.test(one.value ?? '')) yield { at: one };
    },
  },
  {
    id: 'env-guessable-password',
    title: 'A variable holds a password that everybody tries first',
    severity: 'medium',
    why: 'It stands in guides; whoever reaches the program is let in.',
    fix: 'Put a random value in its place, of at least 32 characters.',
    references: ['https://docs.docker.com/compose/how-tos/use-secrets/'],
    *find(root) {
      for (const one of isSample(root.file) ? [] : root.children)
        if (/(?:PASSWORD|PASSWD|_PASS|SECRET|SECRET_KEY|SALT|ENCRYPTION_KEY|MASTER_KEY)$/.test(one.name))
          if (isGuessable(one.value ?? '') || /^sk-1234\d*$/.test(one.value ?? '')) yield { at: one };
    },
  },
  {
    id: 'env-debug-in-production',
    title: 'A program shows its inside to visitors in production',
    severity: 'medium',
    why: 'Its error pages tell variables, keys and source; some run what a visitor types.',
    fix: 'Set the variable to false.',
    references: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug'],
    *find(root) {
      const production = root.children.some(
        ({ name, value = '' }) =>
          /^(?:APP_ENV|NODE_ENV|ENV|ENVIRONMENT|FLASK_ENV|RAILS_ENV|DJANGO_ENV)$/.test(name) &&
          /^prod(?:uction)?$/i.test(value),
      );
      for (const one of production ? root.children : [])
        if (/^(?:APP_DEBUG|DEBUG|DJANGO_DEBUG|FLASK_DEBUG)$/.test(one.name) && isOn(one)) yield { at: one };
    },
  },
];

const helmChecks: readonly ConfigurationCheck[] = [
  {
    id: 'helm-password-off',
    title: 'A chart installs a service that asks for no password',
    severity: 'high',
    why: 'Every pod of the cluster reaches it, and everybody does once a Service or ingress leads there.',
    fix: 'Set `auth.enabled: true` (`security.enabled`, `xpack.security.enabled`) with an existing Secret.',
    references: ['https://helm.sh/docs/chart_best_practices/values/'],
    *find(root) {
      for (const one of root.walk())
        if (
          /(?:^|\.)(?:auth|authentication|security|acl|authorization|rbac\.auth)\.enabled$/.test(one.path) &&
          isOff(one)
        )
          yield { at: one };
    },
  },
  {
    id: 'helm-anonymous-access',
    title: 'A chart lets visitors in without an account',
    severity: 'high',
    why: 'Whoever reaches the service works with the rights of the anonymous user.',
    fix: 'Set the anonymous access to `enabled: false`.',
    references: ['https://helm.sh/docs/chart_best_practices/values/'],
    *find(root) {
      for (const one of root.walk())
        if (/(?:^|[._])anonymous(?:_?access)?\.enabled$/i.test(one.path) && isOn(one)) yield { at: one };
    },
  },
  {
    id: 'helm-database-public',
    title: 'A chart opens a database to the outside',
    severity: 'high',
    why: 'A load balancer or a port of every node leads to it; whoever comes by tries its passwords.',
    fix: 'Set `service.type: ClusterIP`, or `loadBalancerSourceRanges`.',
    references: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
    ],
    *find(root) {
      for (const service of root.walk())
        for (const one of service.children)
          if (
            /service\.type$/i.test(one.path) &&
            /^(?:LoadBalancer|NodePort)$/.test(one.value ?? '') &&
            !service.get('loadBalancerSourceRanges', '0') &&
            /(?:^|\.)(?:clickhouse|redis|valkey|mongodb|postgresql|mysql|mariadb|elasticsearch|opensearch|cassandra|qdrant|weaviate|milvus|chromadb|kafka|rabbitmq|etcd|ollama|memcached|zookeeper|minio)\b/i.test(
              one.path,
            )
          )
            yield { at: one };
    },
  },
  {
    id: 'helm-password-in-file',
    title: 'A password stands in the values of a chart',
    severity: 'medium',
    why: 'Whoever reads the file, its repository or the release in the cluster has it.',
    fix: 'Name an `existingSecret`, or encrypt the file with SOPS.',
    references: ['https://helm.sh/docs/chart_best_practices/values/'],
    *find(root) {
      for (const one of root.walk()) {
        const guessed = /password$/i.test(one.name) && isGuessable(one.value ?? '');
        if (guessed)
          yield { at: one, severity: 'high', title: 'A chart’s password is one that everybody tries first' };
        // What charts call a secret, or a key of one, is a name more often than not.
        else if (/(?:password|passwd|api_?key|auth_?token|access_?token)$/i.test(one.name))
          if (isLiteralSecret(one.name, one.value ?? '')) yield { at: one };
      }
    },
  },
  {
    id: 'helm-privileged',
    title: 'A chart runs a container with every right of its node',
    severity: 'high',
    why: 'Whoever gets into the program has the node, its disks and its other pods.',
    fix: 'Set `privileged: false` and add the single capability that is needed.',
    references: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
    *find(root) {
      for (const one of root.walk())
        if (/securityContext\.privileged$/i.test(one.path) && isOn(one)) yield { at: one };
    },
  },
];

/** A file with what its text has of secrets that are known by their form; `.env` files are where they belong. */
function withSecrets(readings: readonly Reading[]): Setting[] {
  return readings
    .filter(({ software, file }) => software !== 'env' || isSample(file))
    .flatMap(({ file, text }) => {
      const lines = new Lines(text);
      return secretsOf(text).map(({ kind, start }) => new Setting({ name: kind, file, at: lines.at(start) }));
    });
}

const anyChecks: readonly ConfigurationCheck[] = [
  {
    id: 'secret-in-configuration',
    title: 'A key stands in a configuration file',
    severity: 'high',
    why: 'Whoever reads the file, its backup or its repository can use it.',
    fix: 'Revoke it, and name a variable, a secret or a vault in its place.',
    references: ['https://docs.docker.com/compose/how-tos/use-secrets/'],
    *find(secret) {
      yield { at: secret, title: `A key stands in a configuration file: ${secret.name}` };
    },
  },
];

export const dockerfile = family(['dockerfile'], eachFile, dockerfileChecks);
export const env = family(['env'], eachFile, envChecks);
export const helm = family(['helm'], eachFile, helmChecks);
export const any = family(SOFTWARE, withSecrets, anyChecks);
