import { hostAndPort, isLoopback } from '../address.ts';
import { bareService } from '../bare.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import type { Setting } from '../setting.ts';

const CADDY = 'https://caddyserver.com/docs/caddyfile/';

/** The sites of a Caddyfile; without braces the whole file is one. */
function sites(root: Setting): Setting[] {
  const blocks = root.children.filter(
    ({ name, children }) => name !== '' && !name.startsWith('(') && children.length > 0,
  );
  const bare = root.children.some(({ name }) =>
    /^(?:reverse_proxy|file_server|root|basic_?auth)$/.test(name),
  );
  return bare ? [root] : blocks;
}

const GUARDS = /^(?:basic_?auth|forward_auth|jwt|authorize|import|abort|remote_ip|client_auth)$/;

function guarded(site: Setting): boolean {
  return [...site.walk()].some(
    ({ name, value = '' }) => GUARDS.test(name) || /^(?:not )?(?:remote_ip|client_ip)\b/.test(value),
  );
}

function local(site: Setting): boolean {
  return isLoopback(hostAndPort(site.name).host || '*') || isLoopback(site.text('bind') || '*');
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'caddy-database-without-password',
    title: 'Caddy leads everybody to a service that asks for no password',
    severity: 'high',
    why: 'What was meant for the inside answers outside, with nothing that asks who it is.',
    fix: 'Add `basic_auth` or `forward_auth`, or a matcher with `remote_ip`.',
    references: [`${CADDY}directives/basic_auth`],
    *find(root) {
      for (const site of sites(root).filter((one) => !guarded(one) && !local(one)))
        for (const one of site.walk()) {
          const words = one.name === 'reverse_proxy' ? (one.value ?? '').split(/\s+/) : [];
          const to = one.name === 'reverse_proxy' ? one.all('to').map(({ value = '' }) => value) : [];
          const service = [...words, ...to].map(bareService).find(Boolean);
          if (service)
            yield { at: one, title: `Caddy leads everybody to ${service}, which asks for no password` };
        }
    },
  },
  {
    id: 'caddy-admin-open',
    title: 'Caddy takes a new configuration from anybody',
    severity: 'critical',
    why: 'Whoever reaches its administration, which asks for no password, reads keys and serves any file.',
    fix: 'Set `admin off`, or `admin localhost:2019`.',
    references: [`${CADDY}options#admin`],
    *find(root) {
      for (const admin of root.all('', 'admin')) {
        const address = (admin.value ?? '').split(/\s+/)[0]!;
        if (address !== 'off' && address !== '' && !isLoopback(hostAndPort(address).host || '*'))
          yield { at: admin };
      }
    },
  },
  {
    id: 'caddy-listing',
    title: 'Caddy lists the files of a folder',
    severity: 'medium',
    why: 'Backups, dumps and keys that somebody forgot there are found at once.',
    fix: 'Remove `browse`, or add `basic_auth`.',
    references: [`${CADDY}directives/file_server`],
    *find(root) {
      for (const site of sites(root).filter((one) => !guarded(one) && !local(one)))
        for (const one of site.walk())
          if (one.name === 'file_server' && (/\bbrowse\b/.test(one.value ?? '') || one.get('browse')))
            yield { at: one };
    },
  },
  {
    id: 'caddy-password-without-tls',
    title: 'Caddy asks for passwords without TLS',
    severity: 'medium',
    why: 'With `basic_auth` the password passes in clear text with every request.',
    fix: 'Name the site without `http://`, so that Caddy gets a certificate for it.',
    references: ['https://caddyserver.com/docs/automatic-https'],
    *find(root) {
      for (const site of sites(root).filter((one) => !local(one))) {
        const asks = [...site.walk()].find(
          ({ name, value = '' }) => /^basic_?auth$/.test(name) && value !== 'off',
        );
        if (/^http:\/\/|^:80$/.test(site.name) && asks) yield { at: asks };
      }
    },
  },
  {
    id: 'caddy-certificates-unverified',
    title: 'Caddy accepts any certificate of what stands behind it',
    severity: 'medium',
    why: 'Somebody on the way can answer in its place, and reads what visitors send.',
    fix: 'Remove `tls_insecure_skip_verify` and name your authority with `tls_trust_pool`.',
    references: [`${CADDY}directives/reverse_proxy#the-http-transport`],
    *find(root) {
      for (const one of root.walk()) if (one.name === 'tls_insecure_skip_verify') yield { at: one };
    },
  },
  {
    id: 'caddy-logs-secrets',
    title: 'Caddy writes passwords and cookies into its log',
    severity: 'medium',
    why: 'The log then holds what signs users in, in clear text.',
    fix: 'Remove `log_credentials`.',
    references: [`${CADDY}options#log-credentials`],
    *find(root) {
      for (const one of root.walk()) if (one.name === 'log_credentials') yield { at: one };
    },
  },
];

export const caddy = family(['caddy'], eachFile, checks);
