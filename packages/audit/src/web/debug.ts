import type { HttpReply } from '../probing/wire.ts';
import { secretsIn } from '../reading/secrets.ts';
import { type Exposure, isPage, matched } from './exposure.ts';

const SPRING = 'https://docs.spring.io/spring-boot/reference/actuator/endpoints.html';
const INNER = 'Serve it on an address that only your own monitoring reaches, or ask for a password.';

function jsonOf({ body, cut }: HttpReply): unknown {
  if (cut) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function has(value: unknown, ...names: string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => Object.hasOwn(value, name));
}

/** Kinds of the secrets in a text, never the secrets. */
function kindsIn(text: string): string[] {
  return [...new Set(secretsIn(text.slice(0, 1 << 18)).map(({ kind }) => kind))];
}

const EXPOSITION =
  /^(?:# (?:HELP|TYPE) [a-zA-Z_:][\w:]* |[a-zA-Z_:][\w:]*(?:\{[^\n]*\})? [-+0-9.eINa-n]+\s*$)/m;
const isMetrics = (reply: HttpReply) => !isPage(reply) && EXPOSITION.test(reply.body);

export const DEBUG: readonly Exposure[] = [
  {
    check: {
      id: 'web-pprof',
      title: 'Go’s profiler answers whoever asks',
      severity: 'high',
      why: 'It shows goroutines, command line and memory of the process, and lets anybody slow it down at will.',
      fix: `Import net/http/pprof only where it is served on a port of its own. ${INNER}`,
      references: ['https://pkg.go.dev/net/http/pprof'],
    },
    paths: ['debug/pprof/'],
    tells: (reply) =>
      /goroutine/.test(reply.body)
        ? matched(reply, /Types of profiles available|<title>\/debug\/pprof\//)
        : undefined,
  },
  {
    check: {
      id: 'web-expvar',
      title: 'Go’s variables are shown to whoever asks',
      severity: 'medium',
      why: 'They hold the command line of the process, which may have secrets, and how much memory it uses.',
      fix: INNER,
      references: ['https://pkg.go.dev/expvar'],
    },
    paths: ['debug/vars'],
    tells: (reply) => (has(jsonOf(reply), 'cmdline', 'memstats') ? 'cmdline, memstats' : undefined),
  },
  {
    check: {
      id: 'web-actuator-env',
      title: 'Spring’s actuator shows the environment',
      severity: 'high',
      why: 'It lists every property of the application and where it comes from; values are masked only where that was not switched off.',
      fix: `Set management.endpoints.web.exposure.include to health. ${INNER}`,
      references: [SPRING],
    },
    paths: ['actuator/env', 'env'],
    tells: (reply) => (has(jsonOf(reply), 'propertySources') ? 'propertySources' : undefined),
  },
  {
    // Never fetched: the server would write its whole memory out to answer.
    check: {
      id: 'web-actuator-heapdump',
      title: 'Spring’s actuator offers the memory of the application',
      severity: 'critical',
      why: 'A heap dump holds whatever the application works with at the moment: passwords, keys, its users’ texts.',
      fix: `Set management.endpoints.web.exposure.include to health. ${INNER}`,
      references: [SPRING],
    },
    paths: ['actuator'],
    tells: (reply) => {
      const found = jsonOf(reply);
      const links = has(found, '_links') ? (found as { _links: unknown })._links : undefined;
      return has(links, 'self', 'heapdump') ? '_links: heapdump' : undefined;
    },
  },
  {
    check: {
      id: 'web-actuator',
      title: 'Spring’s actuator answers whoever asks',
      severity: 'low',
      why: 'It names what of the application can be asked for and, with some of it, changed.',
      fix: `Set management.endpoints.web.exposure.include to health. ${INNER}`,
      references: [SPRING],
    },
    paths: ['actuator'],
    tells: (reply) => {
      const found = jsonOf(reply);
      const links = has(found, '_links') ? (found as { _links: object })._links : {};
      return has(links, 'self') && !has(links, 'heapdump')
        ? `_links: ${Object.keys(links).slice(0, 20).join(', ')}`
        : undefined;
    },
  },
  {
    check: {
      id: 'web-jolokia',
      title: 'Jolokia answers whoever asks',
      severity: 'high',
      why: 'It reads and calls what the application manages through JMX, which has often led to control over it.',
      fix: `Give jolokia-access.xml a policy. ${INNER}`,
      references: ['https://jolokia.org/reference/html/manual/security.html'],
    },
    paths: ['jolokia/version', 'actuator/jolokia/version'],
    tells: (reply) =>
      has(jsonOf(reply), 'request', 'value') ? matched(reply, /"agent"\s*:\s*"[\w.]+"/) : undefined,
  },
  {
    check: {
      id: 'web-metrics-secrets',
      title: 'Metrics hold secrets',
      severity: 'high',
      why: 'What labels or values say is read by everybody who reaches the page, and kept by everybody who collects it.',
      fix: `Take the secret out of the labels and replace it. ${INNER}`,
      references: ['https://prometheus.io/docs/operating/security/'],
    },
    paths: ['metrics', 'actuator/prometheus'],
    whole: true,
    tells(reply) {
      const kinds = isMetrics(reply) ? kindsIn(reply.body) : [];
      return kinds.length > 0 ? `metrics with ${kinds.join(', ')}` : undefined;
    },
  },
  {
    check: {
      id: 'web-metrics',
      title: 'Metrics answer whoever asks',
      severity: 'low',
      why: 'They tell of versions, traffic, names of inner services and queues.',
      fix: INNER,
      references: ['https://prometheus.io/docs/operating/security/'],
    },
    paths: ['metrics', 'actuator/prometheus'],
    whole: true,
    tells: (reply) =>
      isMetrics(reply) && kindsIn(reply.body).length === 0 ? matched(reply, EXPOSITION) : undefined,
  },
  {
    check: {
      id: 'web-server-status',
      title: 'The web server shows its status to whoever asks',
      severity: 'medium',
      why: 'Apache lists the addresses of its visitors and what they ask for, tokens in addresses included.',
      fix: `Put "Require local" (Apache) or "allow 127.0.0.1; deny all;" (nginx) there.`,
      references: [
        'https://httpd.apache.org/docs/2.4/mod/mod_status.html',
        'https://nginx.org/en/docs/http/ngx_http_stub_status_module.html',
      ],
    },
    paths: ['server-status', 'nginx_status', 'stub_status'],
    tells: (reply) =>
      matched(
        reply,
        /Apache Server Status for [\w.:-]+|^Active connections: \d+ *\nserver accepts handled requests/,
      ),
  },
  {
    check: {
      id: 'web-phpinfo',
      title: 'The site shows phpinfo()',
      severity: 'medium',
      why: 'It shows the environment with its passwords, paths and versions.',
      fix: 'Remove the page.',
      references: ['https://www.php.net/manual/en/function.phpinfo.php'],
    },
    paths: ['phpinfo.php', 'info.php'],
    tells: (reply) =>
      /PHP Version/.test(reply.body) ? matched(reply, /<title>[^<]{0,40}phpinfo\(\)/) : undefined,
  },
  {
    check: {
      id: 'web-debugger',
      title: 'A debugger runs code for whoever asks',
      severity: 'critical',
      why: 'Its console runs Python on the server; the PIN before it can be worked out from files that often leak.',
      fix: 'Never start Flask or Werkzeug with debug on where others can reach it.',
      references: ['https://werkzeug.palletsprojects.com/en/stable/debug/'],
    },
    paths: ['console'],
    tells: (reply) => (/EVALEX\s*=\s*true/.test(reply.body) ? 'EVALEX = true' : undefined),
  },
  {
    check: {
      id: 'web-symfony-profiler',
      title: 'Symfony’s profiler answers whoever asks',
      severity: 'high',
      why: 'It shows the requests of others with their cookies, and the settings of the application.',
      fix: 'Set APP_ENV to prod, and do not install the profiler there.',
      references: ['https://symfony.com/doc/current/profiler.html'],
    },
    paths: ['_profiler/empty/search/results', '_profiler/'],
    tells: (reply) => matched(reply, /Symfony Profiler/),
  },
];
