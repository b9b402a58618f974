import { hostAndPort, isAny, isLoopback } from '../address.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { fromElsewhere, isLiteralSecret } from '../passwords.ts';
import { isOn, type Setting } from '../setting.ts';

const GRAFANA = 'https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/';
const PROMETHEUS = 'https://prometheus.io/docs/prometheus/latest/configuration/';
const OTEL = 'https://opentelemetry.io/docs/security/config-best-practices/';

const grafanaChecks: readonly ConfigurationCheck[] = [
  {
    id: 'grafana-anonymous',
    title: 'Grafana shows its dashboards to everybody',
    severity: 'medium',
    why: 'Visitors without an account read dashboards, and send queries of their own to the databases behind them.',
    fix: 'Set `enabled = false` in `[auth.anonymous]`; share single dashboards instead.',
    references: [`${GRAFANA}#authanonymous`],
    explains: ['grafana'],
    *find(root) {
      const enabled = root.get('auth.anonymous', 'enabled');
      const role = root.get('auth.anonymous', 'org_role');
      if (!isOn(enabled)) return;
      if (/^(?:admin|editor)$/i.test(role?.value ?? '')) yield { at: [enabled!, role!], severity: 'high' };
      else yield { at: enabled! };
    },
  },
  {
    id: 'grafana-sample-password',
    title: 'Grafana’s administrator has a password that everybody tries first',
    severity: 'high',
    why: 'As administrator one reads every data source and, by plugins, runs code.',
    fix: 'Set `admin_password` from a file with `$__file{…}` or from the environment.',
    references: [`${GRAFANA}#admin_password`],
    *find(root) {
      const password = root.get('security', 'admin_password');
      if (/^(?:admin|grafana|password|changeme|secret|test|1234\d*)$/i.test(password?.value ?? ''))
        yield { at: password! };
    },
  },
  {
    id: 'grafana-open-sign-up',
    title: 'Everybody may make an account in Grafana',
    severity: 'medium',
    why: 'A new account reads dashboards and sends queries to the databases behind them.',
    fix: 'Set `allow_sign_up = false` in `[users]`.',
    references: [`${GRAFANA}#allow_sign_up`],
    *find(root) {
      const sign = root.get('users', 'allow_sign_up');
      if (isOn(sign)) yield { at: sign! };
    },
  },
  {
    id: 'grafana-believes-header',
    title: 'Grafana believes a header who somebody is',
    severity: 'high',
    why: 'Who reaches Grafana past the proxy writes the header themselves, and is the administrator.',
    fix: 'Set `whitelist` in `[auth.proxy]` to the address of the proxy.',
    references: [
      'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/auth-proxy/',
    ],
    explains: ['grafana'],
    *find(root) {
      const proxy = root.get('auth.proxy', 'enabled');
      const alone = isLoopback(root.text('server', 'http_addr') || '*');
      if (isOn(proxy) && root.text('auth.proxy', 'whitelist') === '' && !alone) yield { at: proxy! };
    },
  },
  {
    id: 'grafana-certificates-unverified',
    title: 'Grafana accepts any certificate of whoever signs its users in',
    severity: 'medium',
    why: 'Somebody on the way can pass for the identity provider and sign in as anybody.',
    fix: 'Remove `tls_skip_verify_insecure` and name your authority in `tls_client_ca`.',
    references: [GRAFANA],
    *find(root) {
      for (const one of root.all('*', 'tls_skip_verify_insecure')) if (isOn(one)) yield { at: one };
    },
  },
];

const prometheusChecks: readonly ConfigurationCheck[] = [
  {
    id: 'prometheus-web-without-users',
    title: 'Prometheus encrypts, and asks nobody who they are',
    severity: 'medium',
    why: 'Whoever reaches the port reads every metric: names of hosts, customers, paths, amounts.',
    fix: 'Add `basic_auth_users` with bcrypt hashes, or `client_auth_type: RequireAndVerifyClientCert`.',
    references: [`${PROMETHEUS}https/`],
    explains: ['prometheus'],
    *find(root) {
      const tls = root.get('tls_server_config');
      if (
        tls &&
        !root.get('basic_auth_users') &&
        tls.text('client_auth_type') !== 'RequireAndVerifyClientCert'
      )
        yield { at: tls };
    },
  },
  {
    id: 'prometheus-plaintext-secret',
    title: 'A password stands in the configuration of the monitoring',
    severity: 'medium',
    why: 'Whoever reads the file or its repository has it; Prometheus also shows its configuration to its visitors.',
    fix: 'Use `password_file`, `credentials_file` or `api_url_file`.',
    references: [`${PROMETHEUS}configuration/`],
    *find(root) {
      for (const one of root.walk())
        if (
          /^(?:password|bearer_token|credentials|client_secret|secret_key|smtp_auth_password|slack_api_url|api_url|service_key|routing_key|api_key|auth_password|opsgenie_api_key)$/.test(
            one.name,
          )
        )
          if (one.value && !fromElsewhere(one.value) && (one.name !== 'api_url' || /hooks\./.test(one.value)))
            yield { at: one, secret: true };
    },
  },
  {
    id: 'prometheus-certificates-unverified',
    title: 'The monitoring accepts any certificate',
    severity: 'low',
    why: 'Somebody on the way can answer in place of a target, and take the password that is sent to it.',
    fix: 'Remove `insecure_skip_verify` and name your authority in `ca_file`.',
    references: [`${PROMETHEUS}configuration/#tls_config`],
    *find(root) {
      for (const one of root.walk()) if (one.name === 'insecure_skip_verify' && isOn(one)) yield { at: one };
    },
  },
];

/** Where something of the collector listens to other machines. */
function endpoints(setting: Setting): Setting[] {
  return [...setting.walk()].filter(
    ({ name, value = '' }) =>
      name === 'endpoint' && value !== '' && !isLoopback(hostAndPort(value).host || '*') && listensAt(value),
  );
}

function listensAt(endpoint: string): boolean {
  const { host } = hostAndPort(endpoint);
  if (fromElsewhere(endpoint)) return false;
  return isAny(host) || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** Where a component of that kind stands in a pipeline; what is in none does not run. */
function used(root: Setting, kind: 'receivers' | 'exporters'): Setting[] {
  const names = new Set(root.all('service', 'pipelines', '*', kind, '*').map(({ value }) => value));
  return root.all(kind, '*').filter(({ name }) => names.has(name));
}

const otelChecks: readonly ConfigurationCheck[] = [
  {
    id: 'otel-receiver-open',
    title: 'The OpenTelemetry collector takes data from anybody',
    severity: 'medium',
    why: 'Whoever reaches the port writes logs and traces in your name, floods what stands behind, and hides what happened.',
    fix: 'Set `auth.authenticator` (`bearertokenauth`, `basicauth`, `oidc`) or `tls.client_ca_file` for the protocol, or an `endpoint` of this machine or pod.',
    references: [OTEL],
    *find(root) {
      for (const receiver of used(root, 'receivers').filter(({ name }) =>
        /^(?:otlp|jaeger|zipkin|opencensus)/.test(name),
      ))
        for (const at of endpoints(receiver)) {
          const protocol =
            receiver.all('protocols', '*').find(({ children }) => children.includes(at)) ?? receiver;
          if (!protocol.get('auth') && !protocol.get('tls', 'client_ca_file')) yield { at };
        }
    },
  },
  {
    id: 'otel-extension-open',
    title: 'The OpenTelemetry collector shows its inside to anybody',
    severity: 'high',
    why: '`zpages` shows traces that pass, `pprof` the memory of the process: contents and keys of what is collected.',
    fix: 'Let `zpages` and `pprof` listen to `localhost` only.',
    references: [OTEL],
    *find(root) {
      for (const extension of root.all('extensions', '*'))
        if (/^(?:zpages|pprof|remotetap)(?:\/|$)/.test(extension.name))
          for (const at of endpoints(extension)) yield { at };
    },
  },
  {
    id: 'otel-exporter-without-tls',
    title: 'The OpenTelemetry collector sends without TLS',
    severity: 'medium',
    why: 'Logs, traces and the key that goes with them pass the network in clear text.',
    fix: 'Remove `tls.insecure` and use an https endpoint.',
    references: [
      'https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md',
    ],
    *find(root) {
      for (const exporter of used(root, 'exporters')) {
        const insecure = exporter.get('tls', 'insecure');
        const { host } = hostAndPort(exporter.text('endpoint'));
        // A name without dots is a neighbour in the same compose network or namespace.
        if (isOn(insecure) && host.includes('.') && !isLoopback(host))
          yield { at: [insecure!, exporter.get('endpoint')!] };
      }
    },
  },
  {
    id: 'otel-certificates-unverified',
    title: 'The OpenTelemetry collector accepts any certificate',
    severity: 'medium',
    why: 'Somebody on the way takes the logs, and the key that goes with them.',
    fix: 'Remove `insecure_skip_verify` and name your authority in `ca_file`.',
    references: [
      'https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md',
    ],
    *find(root) {
      for (const exporter of used(root, 'exporters')) {
        const skip = exporter.get('tls', 'insecure_skip_verify');
        if (isOn(skip)) yield { at: skip! };
      }
    },
  },
  {
    id: 'otel-prints-content',
    title: 'The OpenTelemetry collector prints everything that it collects',
    severity: 'medium',
    why: 'Whatever applications log, chats and keys too, goes to the collector’s own log in clear text.',
    fix: 'Take the exporter `debug` (`logging`) out of the pipelines, or set `verbosity: basic`.',
    references: [
      'https://github.com/open-telemetry/opentelemetry-collector/blob/main/exporter/debugexporter/README.md',
    ],
    *find(root) {
      for (const exporter of used(root, 'exporters')) {
        const detail = exporter.get('verbosity') ?? exporter.get('loglevel');
        if (
          /^(?:debug|logging)(?:\/|$)/.test(exporter.name) &&
          /^(?:detailed|debug)$/.test(detail?.value ?? '')
        )
          yield { at: detail! };
      }
    },
  },
  {
    id: 'otel-plaintext-secret',
    title: 'A key stands in the configuration of the OpenTelemetry collector',
    severity: 'medium',
    why: 'Whoever reads the file or its repository has it.',
    fix: 'Name a variable of the environment in its place, as `env:NAME` in braces after a `$`.',
    references: [OTEL],
    *find(root) {
      for (const part of [
        ...root.all('exporters', '*'),
        ...root.all('extensions', '*'),
        ...root.all('receivers', '*'),
      ])
        for (const one of part.walk()) if (isLiteralSecret(one.name, one.value ?? '')) yield { at: one };
    },
  },
];

export const grafana = family(['grafana'], eachFile, grafanaChecks);
export const prometheus = family(['prometheus'], eachFile, prometheusChecks);
export const otel = family(['otel'], eachFile, otelChecks);
