import { hostAndPort, isLoopback } from '../address.ts';
import { bareService } from '../bare.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { isOn, type Setting } from '../setting.ts';

const TRAEFIK = 'https://doc.traefik.io/traefik/';

/** Case does not matter in Traefik's files, and TOML has its sections by dots. */
function find(root: Setting, ...names: string[]): Setting | undefined {
  const path = names.join('.').toLowerCase();
  return [...root.walk()].find((one) => one.path.toLowerCase() === path);
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'traefik-open-dashboard',
    title: 'Traefik shows its dashboard and interface to everybody',
    severity: 'high',
    why: 'Every route, host and service behind it can be read without a password.',
    fix: 'Remove `api.insecure`, and route `api@internal` through a middleware that asks for a password.',
    references: [`${TRAEFIK}reference/install-configuration/api-dashboard/`],
    *find(root) {
      const insecure = find(root, 'api', 'insecure');
      const own = find(root, 'entryPoints', 'traefik', 'address');
      if (isOn(insecure) && !(own && isLoopback(hostAndPort(own.value ?? '').host || '*')))
        yield { at: insecure! };
    },
  },
  {
    id: 'traefik-dashboard-without-password',
    title: 'A route of Traefik leads everybody to its dashboard',
    severity: 'high',
    why: 'Every route, host and service behind it can be read without a password.',
    fix: 'Give the router a middleware with `basicAuth`, `forwardAuth` or `ipAllowList`.',
    references: [`${TRAEFIK}reference/install-configuration/api-dashboard/`],
    *find(root) {
      for (const router of root.all('http', 'routers', '*'))
        if (/^api@internal$/.test(router.text('service')) && !router.get('middlewares'))
          yield { at: router.get('service')! };
    },
  },
  {
    id: 'traefik-database-without-password',
    title: 'Traefik leads everybody to a service that asks for no password',
    severity: 'high',
    why: 'What was meant for the inside answers outside, with nothing that asks who it is.',
    fix: 'Give the router a middleware with `basicAuth`, `forwardAuth` or `ipAllowList`.',
    references: [`${TRAEFIK}reference/routing-configuration/http/middlewares/overview/`],
    *find(root) {
      for (const router of root.all('http', 'routers', '*')) {
        if (router.get('middlewares')) continue;
        const service = root.get('http', 'services', router.text('service'));
        for (const url of service?.all('loadBalancer', 'servers', '*', 'url') ?? []) {
          const name = bareService(url.value ?? '');
          if (name)
            yield {
              at: [router, url],
              title: `Traefik leads everybody to ${name}, which asks for no password`,
            };
        }
      }
    },
  },
  {
    id: 'traefik-certificates-unverified',
    title: 'Traefik accepts any certificate of what stands behind it',
    severity: 'medium',
    why: 'Somebody on the way can answer in its place, and reads what visitors send.',
    fix: 'Remove `insecureSkipVerify` and name your authority in `rootCAs`.',
    references: [`${TRAEFIK}reference/routing-configuration/http/load-balancing/serverstransport/`],
    *find(root) {
      for (const one of root.walk())
        if (/^insecureSkipVerify$/i.test(one.name) && isOn(one)) yield { at: one };
    },
  },
  {
    id: 'traefik-believes-forwarded',
    title: 'Traefik believes any visitor which address they come from',
    severity: 'medium',
    why: 'A header then passes lists of addresses, limits and logs.',
    fix: 'Replace `forwardedHeaders.insecure` by `trustedIPs` with the addresses of your own proxies.',
    references: [`${TRAEFIK}reference/install-configuration/entrypoints/`],
    *find(root) {
      for (const one of root.walk())
        if (/(?:forwardedHeaders|proxyProtocol)\.insecure$/i.test(one.path) && isOn(one)) yield { at: one };
    },
  },
  {
    id: 'traefik-publishes-everything',
    title: 'Traefik publishes every container',
    severity: 'medium',
    why: 'Each new container, a database too, gets a route as soon as it starts.',
    fix: 'Set `exposedByDefault: false` and label what is meant to be seen with `traefik.enable=true`.',
    references: [`${TRAEFIK}reference/install-configuration/providers/docker/`],
    *find(root) {
      const docker = find(root, 'providers', 'docker') ?? find(root, 'providers', 'swarm');
      const exposed = docker && find(root, docker.path, 'exposedByDefault');
      if (docker && (!exposed || isOn(exposed))) yield { at: exposed ?? docker };
    },
  },
];

export const traefik = family(['traefik'], eachFile, checks);
