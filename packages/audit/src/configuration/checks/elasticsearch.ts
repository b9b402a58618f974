import { isAny, isLoopback } from '../address.ts';
import { type ConfigurationCheck, family, type Reading } from '../check.ts';
import { isOff, isOn, Setting } from '../setting.ts';

const ELASTIC = 'https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/';
const OPENSEARCH = 'https://docs.opensearch.org/latest/security/configuration/';

/** A member of YAML may be written `a.b: c` or in levels: both become one setting named by its whole path. */
function flattened(readings: readonly Reading[]): Setting[] {
  return readings.map(({ root }) =>
    root.with([...root.walk()].filter(({ value }) => value !== undefined).map((one) => new Named(one))),
  );
}

class Named extends Setting {
  constructor({ path, value, file, at }: Setting) {
    super({ name: path, value, file, at });
  }
}

/** The setting that makes it listen to other machines; without one it listens to this machine alone. */
function listens(root: Setting): Setting | undefined {
  return root.children.find(
    ({ name, value = '' }) =>
      /^(?:http|network)\.(?:bind_)?host(?:\.\d+)?$|^server\.host$/.test(name) &&
      !isLoopback(value) &&
      (isAny(value) || value !== ''),
  );
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'elasticsearch-open-to-world',
    title: 'Elasticsearch answers anybody without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads, changes and deletes every index.',
    fix: 'Remove `xpack.security.enabled: false`, set passwords, and limit `network.host`.',
    references: [`${ELASTIC}security-settings`],
    explains: ['elasticsearch'],
    *find(root) {
      const off = root.last('xpack.security.enabled');
      const host = listens(root);
      if (isOff(off) && host) yield { at: [off!, host] };
    },
  },
  {
    id: 'elasticsearch-security-off',
    title: 'Elasticsearch asks nobody on its machine for a password',
    severity: 'medium',
    why: 'Any program on the machine, a proxy before it, or one more line with `network.host`, opens every index.',
    fix: 'Remove `xpack.security.enabled: false` and set passwords.',
    references: [`${ELASTIC}security-settings`],
    explains: ['elasticsearch'],
    *find(root) {
      const off = root.last('xpack.security.enabled');
      if (isOff(off) && !listens(root)) yield { at: off! };
    },
  },
  {
    id: 'elasticsearch-anonymous-access',
    title: 'Elasticsearch gives rights to whoever has no password',
    severity: 'high',
    why: 'Every request without credentials has the roles of the anonymous user.',
    fix: 'Remove `xpack.security.authc.anonymous`.',
    references: [
      'https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/anonymous-access',
    ],
    explains: ['elasticsearch'],
    *find(root) {
      const roles = root.children.find(({ name }) =>
        /^xpack\.security\.authc\.anonymous\.roles(?:\.\d+)?$/.test(name),
      );
      if (roles?.value) yield { at: roles };
    },
  },
  {
    id: 'elasticsearch-http-without-tls',
    title: 'Elasticsearch talks to clients without TLS',
    severity: 'medium',
    why: 'Passwords, queries and documents can be read and changed on the way.',
    fix: 'Set `xpack.security.http.ssl.enabled: true` with a certificate.',
    references: [`${ELASTIC}security-settings#http-tls-ssl-settings`],
    *find(root) {
      const off = root.last('xpack.security.http.ssl.enabled');
      const host = listens(root);
      if (isOff(off) && host && !isOff(root.last('xpack.security.enabled'))) yield { at: [off!, host] };
    },
  },
  {
    id: 'elasticsearch-transport-without-tls',
    title: 'Elasticsearch servers talk to each other without TLS',
    severity: 'medium',
    why: 'Who reaches the transport port can join the cluster and read every index, or listen on the way.',
    fix: 'Set `xpack.security.transport.ssl.enabled: true` with certificates of your own authority.',
    references: [`${ELASTIC}security-settings#transport-tls-ssl-settings`],
    *find(root) {
      const off = root.last('xpack.security.transport.ssl.enabled');
      const host = listens(root);
      if (isOff(off) && host && !isOff(root.last('xpack.security.enabled'))) yield { at: [off!, host] };
    },
  },
  {
    id: 'elasticsearch-certificates-unverified',
    title: 'Elasticsearch accepts any certificate',
    severity: 'medium',
    why: 'Somebody on the way can pass for a server of the cluster, and TLS then protects nothing.',
    fix: 'Set `verification_mode` to `full` or `certificate`.',
    references: [`${ELASTIC}security-settings`],
    *find(root) {
      for (const one of root.children)
        if (/\.ssl\.verification_?mode$/i.test(one.name) && one.value === 'none') yield { at: one };
    },
  },
  {
    id: 'elasticsearch-cors-any-origin',
    title: 'Any web page may send requests to Elasticsearch',
    severity: 'medium',
    why: 'A page that somebody of your network opens reads and changes indices in their place.',
    fix: 'Set `http.cors.enabled: false`, or name the origins.',
    references: [`${ELASTIC}networking-settings`],
    *find(root) {
      const origin = root.last('http.cors.allow-origin');
      if (isOn(root.last('http.cors.enabled')) && /^(?:\*|\/\.\*\/)$/.test(origin?.value ?? ''))
        yield { at: origin! };
    },
  },
  {
    id: 'opensearch-security-disabled',
    title: 'OpenSearch answers anybody without a password',
    severity: 'critical',
    why: 'Without its security plugin, whoever reaches the port reads, changes and deletes every index.',
    fix: 'Remove `plugins.security.disabled: true`, set up the plugin with certificates and passwords of your own.',
    references: [`${OPENSEARCH}disable-enable-security/`],
    explains: ['elasticsearch'],
    *find(root) {
      const off = root.last('plugins.security.disabled') ?? root.last('opendistro_security.disabled');
      const host = listens(root);
      if (isOn(off)) yield host ? { at: [off!, host] } : { at: off!, severity: 'medium' };
    },
  },
  {
    id: 'opensearch-demo-certificates',
    title: 'OpenSearch uses certificates whose keys are public',
    severity: 'high',
    why: 'The demo certificates come with every copy of the software; with the administrator’s one anybody has all rights.',
    fix: 'Replace the `esnode`, `kirk` and `root-ca` files by your own and remove `allow_unsafe_democertificates`.',
    references: [`${OPENSEARCH}demo-configuration/`],
    *find(root) {
      const demo =
        root.last('plugins.security.allow_unsafe_democertificates') ??
        root.last('opendistro_security.allow_unsafe_democertificates');
      if (isOn(demo)) yield { at: demo! };
    },
  },
  {
    id: 'opensearch-http-without-tls',
    title: 'OpenSearch talks to clients without TLS',
    severity: 'medium',
    why: 'Passwords, queries and documents can be read and changed on the way.',
    fix: 'Set `plugins.security.ssl.http.enabled: true` with a certificate.',
    references: [`${OPENSEARCH}tls/`],
    *find(root) {
      const off = root.last('plugins.security.ssl.http.enabled');
      const host = listens(root);
      if (isOff(off) && host && !isOn(root.last('plugins.security.disabled'))) yield { at: [off!, host] };
    },
  },
  {
    id: 'opensearch-anonymous-access',
    title: 'OpenSearch gives rights to whoever has no password',
    severity: 'high',
    why: 'Every request without credentials, or every visitor of the dashboards, works as the anonymous user.',
    fix: 'Set `anonymous_auth_enabled` to false.',
    references: ['https://docs.opensearch.org/latest/security/access-control/anonymous-authentication/'],
    explains: ['elasticsearch'],
    *find(root) {
      for (const one of root.children)
        if (/(?:^|\.)(?:anonymous_auth_enabled|auth\.anonymous_auth_enabled)$/.test(one.name) && isOn(one))
          yield { at: one };
    },
  },
  {
    id: 'kibana-anonymous-access',
    title: 'Kibana lets everybody in without a password',
    severity: 'high',
    why: 'Every visitor works with the rights of the user whose password stands beside.',
    fix: 'Remove `xpack.security.authc.providers.anonymous`.',
    references: [
      'https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/kibana-authentication',
    ],
    explains: ['kibana'],
    *find(root) {
      const provider = root.children.find(({ name }) =>
        /^xpack\.security\.authc\.providers\.anonymous\./.test(name),
      );
      if (provider) yield { at: provider };
    },
  },
  {
    id: 'kibana-password-in-file',
    title: 'Kibana’s password for Elasticsearch stands in its file',
    severity: 'medium',
    why: 'Whoever reads the file, its backup or its repository can sign in to Elasticsearch.',
    fix: 'Keep it in the keystore: `kibana-keystore add elasticsearch.password`.',
    references: ['https://www.elastic.co/docs/deploy-manage/security/secure-settings'],
    *find(root) {
      const password = root.last('elasticsearch.password') ?? root.last('opensearch.password');
      if (password?.value && !/^\$\{/.test(password.value)) yield { at: password };
    },
  },
];

export const elasticsearch = family(['elasticsearch'], flattened, checks);
