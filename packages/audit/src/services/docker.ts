import { at, listAt, textAt } from '../reading/json.ts';
import { httpProbe } from './http.ts';

const CONTAINERS = '/containers/json?all=true&limit=100';
const isDocker = (json: unknown) =>
  textAt(json, 'ApiVersion') !== undefined &&
  textAt(json, 'Version') !== undefined &&
  textAt(json, 'Os') !== undefined;

export const docker = httpProbe({
  service: 'docker',
  name: 'Docker',
  ports: [2375, 2376],
  check: {
    id: 'docker-open',
    title: 'The API of Docker answers without a certificate',
    severity: 'critical',
    why: 'Whoever reaches the port starts containers with the disk of the host in them: they are root on it.',
    fix: 'Take tcp:// out of hosts in daemon.json, or set tlsverify with tlscacert; use ssh:// from afar.',
    references: [
      'https://docs.docker.com/engine/security/protect-access/',
      'https://docs.docker.com/reference/api/engine/',
    ],
  },
  asks: { path: '/version' },
  further: [`GET ${CONTAINERS}`],
  async open({ status, json }, ask) {
    if (status !== 200 || !isDocker(json)) return undefined;
    // Some proxies let only the version pass.
    const containers = await ask({ path: CONTAINERS });
    const known = containers.status === 200 && Array.isArray(containers.json);
    return known
      ? `ApiVersion: ${textAt(json, 'ApiVersion')}, ${listAt(containers.json)?.length} containers`
      : undefined;
  },
  // Whoever wants a certificate breaks off before there is an answer.
  guarded: () => false,
  unclear: ({ status, json }) => status === 200 && isDocker(json),
  async reads({ json }, ask) {
    const { json: containers } = await ask({ path: CONTAINERS });
    const named = (listAt(containers) ?? []).map((one) => ({
      kind: 'container',
      name: textAt(at(one, 'Names'), 0)?.replace(/^\//, ''),
    }));
    return { version: textAt(json, 'Version'), named };
  },
});
