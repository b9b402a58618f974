import { hostAndPort, isLoopback } from '../address.ts';
import { bareService, DATABASE_PORTS } from '../bare.ts';
import { type ConfigurationCheck, family } from '../check.ts';
import { nginxesOf } from '../nginx.ts';
import { isOn, type Setting } from '../setting.ts';

const NGINX = 'https://nginx.org/en/docs/http/';
const CORE = `${NGINX}ngx_http_core_module.html`;

/** A `server` or `location` with the blocks around it, the innermost first. */
type Scope = readonly [Setting, ...Setting[]];

function* scopes(root: Setting, around: readonly Setting[] = []): Generator<Scope> {
  const here: Scope = [root, ...around];
  yield here;
  for (const child of root.children) if (child.children.length > 0) yield* scopes(child, here);
}

/** The directive that counts in a scope: the innermost. */
function directive(scope: Scope, name: string): Setting | undefined {
  for (const block of scope) {
    const found = block.last(name);
    if (found) return found;
  }
  return undefined;
}

function serverOf(scope: Scope): Setting | undefined {
  return scope.find(({ name }) => name === 'server');
}

/** The `listen` that other machines reach; a server without one listens everywhere. */
function listens(server: Setting | undefined): Setting | undefined {
  if (!server) return undefined;
  const all = server.all('listen');
  if (all.length === 0) return server;
  return all.find(({ value = '' }) => {
    const address = value.split(/\s+/)[0]!;
    return (
      !address.startsWith('unix:') && (/^\d+$/.test(address) || !isLoopback(hostAndPort(address).host || '*'))
    );
  });
}

/** Whether something in the scope asks who it is, or from where. */
function guarded(scope: Scope): boolean {
  const basic = directive(scope, 'auth_basic');
  if (basic && basic.value !== 'off') return true;
  const others = [
    'auth_request',
    'auth_jwt',
    'auth_oidc',
    'auth_digest',
    'access_by_lua_file',
    'access_by_lua_block',
    'internal',
    'include',
  ];
  if (
    others.some(
      (name) => scope[0].last(name) ?? (name !== 'internal' && name !== 'include' && directive(scope, name)),
    )
  )
    return true;
  if (isOn(directive(scope, 'ssl_verify_client'))) return true;
  const nearest = scope.find((block) => block.all('allow').length + block.all('deny').length > 0);
  if (nearest?.all('deny').some(({ value }) => value === 'all')) return true;
  return scope.some((block) => block.all('if', 'return').some(({ value = '' }) => /^40[13]\b/.test(value)));
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'nginx-database-without-password',
    title: 'nginx leads everybody to a service that asks for no password',
    severity: 'high',
    why: 'What was meant for the inside answers outside, with nothing that asks who it is.',
    fix: 'Add `auth_basic` or `auth_request`, client certificates, or `allow` with `deny all`.',
    references: [`${NGINX}ngx_http_auth_basic_module.html`],
    *find(root) {
      const upstreams = new Map(
        [...root.walk()].filter(({ name }) => name === 'upstream').map((one) => [one.value, one]),
      );
      for (const scope of scopes(root)) {
        const pass = scope[0].last('proxy_pass') ?? scope[0].last('grpc_pass');
        if (
          !pass ||
          !listens(serverOf(scope)) ||
          scope.some(({ name }) => name === 'stream') ||
          guarded(scope)
        )
          continue;
        const address = pass.value ?? '';
        const upstream = upstreams.get(hostAndPort(address).host);
        const targets = upstream
          ? upstream.all('server').map(({ value = '' }) => value.split(/\s+/)[0]!)
          : [address];
        const service = targets.map(bareService).find(Boolean);
        if (service)
          yield { at: pass, title: `nginx leads everybody to ${service}, which asks for no password` };
      }
    },
  },
  {
    id: 'nginx-stream-to-database',
    title: 'nginx passes connections of everybody on to a database',
    severity: 'high',
    why: 'The database is on the open network; whoever reaches nginx tries its passwords, if it has any.',
    fix: 'Add `allow` and `deny all`, or let it listen to an address of your own network.',
    references: ['https://nginx.org/en/docs/stream/ngx_stream_access_module.html'],
    *find(root) {
      for (const scope of scopes(root)) {
        const pass = scope[0].last('proxy_pass');
        const listen = listens(serverOf(scope));
        if (!pass || !listen || !scope.some(({ name }) => name === 'stream') || guarded(scope)) continue;
        const ports = [
          hostAndPort(pass.value ?? '').port,
          hostAndPort(`x:${/(\d+)(?:\s|$)/.exec(listen.value ?? '')?.[1]}`).port,
        ];
        const database = ports.map((port) => DATABASE_PORTS[port]).find(Boolean);
        if (database)
          yield { at: [pass, listen], title: `nginx passes connections of everybody on to ${database}` };
      }
    },
  },
  {
    id: 'nginx-listing',
    title: 'nginx lists the files of a folder',
    severity: 'medium',
    why: 'Backups, dumps and keys that somebody forgot there are found at once.',
    fix: 'Remove `autoindex on`, or ask for a password.',
    references: [`${NGINX}ngx_http_autoindex_module.html`],
    *find(root) {
      for (const scope of scopes(root)) {
        const list = scope[0].last('autoindex');
        if (isOn(list) && !guarded(scope)) yield { at: list! };
      }
    },
  },
  {
    id: 'nginx-alias-traversal',
    title: 'nginx serves files beside the folder that is meant',
    severity: 'high',
    why: '`/files../secret` leaves the folder of `alias`, because the location does not end in a slash.',
    fix: 'End both the location and its `alias` in a slash.',
    references: [`${CORE}#alias`],
    *find(root) {
      for (const [block] of scopes(root)) {
        const alias = block.last('alias');
        const prefix = /^(?:\^~\s+)?(\/\S*)$/.exec(block.value ?? '')?.[1];
        if (block.name === 'location' && alias?.value?.endsWith('/') && prefix && !prefix.endsWith('/'))
          yield { at: alias };
      }
    },
  },
  {
    id: 'nginx-serves-system-files',
    title: 'nginx serves the files of the system',
    severity: 'high',
    why: 'Keys, passwords and the configuration itself can be fetched by their paths.',
    fix: 'Point `root` to a folder that holds nothing but what is meant for everybody.',
    references: [`${CORE}#root`],
    *find(root) {
      for (const [block] of scopes(root)) {
        const folder = block.last('root');
        if (/^\/(?:etc|root|home|proc|var|usr|opt)?\/?$/.test(folder?.value ?? '')) yield { at: folder! };
      }
    },
  },
  {
    id: 'nginx-proxy-for-everybody',
    title: 'nginx fetches whatever address a visitor names',
    severity: 'high',
    why: 'Through it one reaches what only the server reaches: cloud metadata with its keys, databases, neighbours.',
    fix: 'Name the host in `proxy_pass`, or choose it by a `map` of those that are allowed.',
    references: [`${NGINX}ngx_http_proxy_module.html#proxy_pass`],
    *find(root) {
      for (const [block] of scopes(root)) {
        const pass = block.last('proxy_pass');
        if (
          /^(?:https?|\$scheme):\/\/\$(?:\{)?(?:http_|arg_|host\b|\d|request_uri|uri)|^\$(?:\{)?(?:arg_|http_|request_uri|\d)/.test(
            pass?.value ?? '',
          )
        )
          yield { at: pass! };
      }
    },
  },
  {
    id: 'nginx-password-without-tls',
    title: 'nginx asks for passwords without TLS',
    severity: 'medium',
    why: 'With `auth_basic` the password passes in clear text with every request.',
    fix: 'Let the server `listen 443 ssl`, and the one on port 80 answer `return 301 https://$host$request_uri`.',
    references: [`${NGINX}configuring_https_servers.html`],
    *find(root) {
      for (const scope of scopes(root)) {
        const basic = scope[0].last('auth_basic');
        const server = serverOf(scope);
        const listen = listens(server);
        if (!basic || basic.value === 'off' || !listen || !server) continue;
        const all = server.all('listen');
        if (!all.some(({ value = '' }) => /\b(?:ssl|quic)\b/.test(value)) && !isOn(server.last('ssl')))
          yield { at: [basic, listen] };
      }
    },
  },
  {
    id: 'nginx-old-tls',
    title: 'nginx offers versions of TLS that are broken',
    severity: 'medium',
    why: 'SSL 3, TLS 1.0 and 1.1 let somebody on the way read sessions, and standards forbid them.',
    fix: 'Set `ssl_protocols TLSv1.2 TLSv1.3`.',
    references: [`${NGINX}ngx_http_ssl_module.html#ssl_protocols`, 'https://www.rfc-editor.org/rfc/rfc8996'],
    *find(root) {
      for (const one of root.walk())
        if (one.name === 'ssl_protocols' && /\b(?:SSLv[23]|TLSv1(?:\.1)?)(?:\s|$)/.test(one.value ?? ''))
          yield { at: one };
    },
  },
  {
    id: 'nginx-logs-secrets',
    title: 'nginx writes passwords or contents of requests into its log',
    severity: 'medium',
    why: 'The log holds what signs users in, or what they wrote, in clear text.',
    fix: 'Take `$http_authorization`, `$http_cookie` and `$request_body` out of `log_format`.',
    references: [`${NGINX}ngx_http_log_module.html#log_format`],
    *find(root) {
      for (const one of root.walk())
        if (one.name === 'log_format')
          if (
            /\$\{?(?:http_authorization|http_cookie|request_body|http_x_api_key|cookie_\w+)\b/.test(
              one.value ?? '',
            )
          )
            yield { at: one };
    },
  },
  {
    id: 'nginx-any-origin-with-cookies',
    title: 'nginx lets any web page read answers in a visitor’s name',
    severity: 'medium',
    why: 'It repeats whatever origin asks and allows cookies: a foreign page reads what the visitor may read.',
    fix: 'Choose the origin by a `map` of those that are allowed.',
    references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-credentials'],
    *find(root) {
      for (const scope of scopes(root)) {
        const headers = scope[0].all('add_header');
        const origin = headers.find(({ value = '' }) =>
          /^Access-Control-Allow-Origin\s+\$http_origin/i.test(value),
        );
        const cookies = headers.some(({ value = '' }) =>
          /^Access-Control-Allow-Credentials\s+true/i.test(value),
        );
        if (origin && cookies) yield { at: origin };
      }
    },
  },
  {
    id: 'nginx-status-open',
    title: 'nginx tells its state to everybody',
    severity: 'low',
    why: 'The amount of traffic can be watched from outside; with `api write=on` servers behind it are changed.',
    fix: 'Add `allow 127.0.0.1; deny all;` to the location.',
    references: [`${NGINX}ngx_http_stub_status_module.html`],
    *find(root) {
      for (const scope of scopes(root)) {
        const status =
          scope[0].last('stub_status') ?? (scope[0].name === 'location' ? scope[0].last('api') : undefined);
        if (status && listens(serverOf(scope)) && !guarded(scope))
          yield { at: status, ...(/write=on/.test(status.value ?? '') ? { severity: 'high' } : {}) };
      }
    },
  },
];

export const nginx = family(['nginx'], nginxesOf, checks);
