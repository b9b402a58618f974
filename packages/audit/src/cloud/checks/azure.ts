import type { Path } from '../json/places.ts';
import { recordsIn, textIn, textsIn, wordOf } from '../json/value.ts';
import { asGoodAsEverybody, ofInternet, stretchOf } from '../policy/addresses.ts';
import { attribute, isFalse, isNotFalse, isTrue, type ResourceCheck } from './check.ts';
import { everybody, type Kind, openedBy, WORLD, type World } from './ports.ts';

const DOCS = 'https://learn.microsoft.com/azure';

const storage: readonly ResourceCheck[] = [
  attribute({
    id: 'azure-container-public-list',
    title: 'Anybody may list and read a container of Azure Blob storage',
    severity: 'critical',
    why: 'One request without a key gives the names of all blobs, and each of them is open.',
    fix: 'Set the access type to `private`, and `allow_nested_items_to_be_public = false` for the account.',
    references: [`${DOCS}/storage/blobs/anonymous-read-access-configure`],
    types: ['azurerm_storage_container'],
    at: ['container_access_type'],
    is: (value) => value === 'container',
  }),
  attribute({
    id: 'azure-container-public-read',
    title: 'Anybody may read the blobs of a container whose names they know',
    severity: 'high',
    why: 'Names are guessed, logged and passed on; nothing else guards the blobs.',
    fix: 'Set the access type to `private`, and hand out signed addresses with an end.',
    references: [`${DOCS}/storage/blobs/anonymous-read-access-configure`],
    types: ['azurerm_storage_container'],
    at: ['container_access_type'],
    is: (value) => value === 'blob',
  }),
  attribute({
    id: 'azure-storage-public-allowed',
    title: 'Containers of a storage account may be made public',
    severity: 'medium',
    why: 'Nothing needs to be public yet; one setting of a container makes it so, and this one would stop it.',
    fix: 'Set `allow_nested_items_to_be_public = false` (`allowBlobPublicAccess`).',
    references: [`${DOCS}/storage/blobs/anonymous-read-access-prevent`],
    types: ['azurerm_storage_account'],
    at: ['allow_nested_items_to_be_public'],
    is: isTrue,
  }),
  {
    id: 'azure-storage-network-open',
    title: 'A storage account answers every network',
    severity: 'low',
    why: 'A leaked key or signed address works from everywhere.',
    fix: 'Set `default_action = "Deny"` and list the networks that need it.',
    references: [`${DOCS}/storage/common/storage-network-security`],
    types: ['azurerm_storage_account', 'azurerm_storage_account_network_rules'],
    *find({ type, values }) {
      if (isFalse(values.public_network_access_enabled)) return;
      const rules = type === 'azurerm_storage_account' ? recordsIn(values.network_rules)[0] : values;
      const path: Path =
        type === 'azurerm_storage_account' ? ['network_rules', 0, 'default_action'] : ['default_action'];
      if (rules?.default_action === 'Allow') yield { path };
    },
  },
  {
    id: 'azure-storage-plain',
    title: 'A storage account takes requests without TLS',
    severity: 'medium',
    why: 'Keys, signed addresses and blobs cross the network as they are.',
    fix: 'Set `https_traffic_only_enabled = true`.',
    references: [`${DOCS}/storage/common/storage-require-secure-transfer`],
    types: ['azurerm_storage_account'],
    decides: ['https_traffic_only_enabled'],
    *find({ values }) {
      for (const name of ['https_traffic_only_enabled', 'enable_https_traffic_only']) {
        if (isFalse(values[name])) yield { path: [name] };
      }
    },
  },
  {
    id: 'azure-signature-long',
    title: 'A signed address for a storage account is valid for more than a year',
    severity: 'medium',
    why: 'It cannot be taken back without changing the account’s key, and lies in the state as it is.',
    fix: 'Sign for hours or days, as a user delegation, and let the service that needs it ask for it.',
    references: [`${DOCS}/storage/common/storage-sas-overview`],
    types: ['azurerm_storage_account_sas', 'azurerm_storage_account_blob_container_sas'],
    decides: ['start', 'expiry'],
    *find({ values }) {
      const [start, end] = [values.start, values.expiry].map((one) => Date.parse(wordOf(one)));
      if (end! - start! > 366 * 86_400_000) yield { path: ['expiry'] };
    },
  },
];

const FIREWALLS = [
  ...['azurerm_mssql_firewall_rule', 'azurerm_sql_firewall_rule', 'azurerm_postgresql_firewall_rule'],
  ...['azurerm_postgresql_flexible_server_firewall_rule', 'azurerm_mysql_firewall_rule'],
  ...['azurerm_mysql_flexible_server_firewall_rule', 'azurerm_mariadb_firewall_rule'],
  ...['azurerm_redis_firewall_rule', 'azurerm_synapse_firewall_rule', 'azurerm_mongo_cluster_firewall_rule'],
];

const databases: readonly ResourceCheck[] = [
  {
    id: 'azure-database-world',
    title: 'A database of Azure takes connections from the whole internet',
    severity: 'critical',
    why: 'Only the password is left between everybody and the data.',
    fix: 'Limit `start_ip_address` and `end_ip_address`, or use private endpoints.',
    references: [`${DOCS}/azure-sql/database/firewall-configure`],
    types: FIREWALLS,
    decides: ['start_ip_address', 'end_ip_address'],
    *find({ values }) {
      const [start, end] = [ends(values, 'start'), ends(values, 'end')].map((one) => stretchOf(one ?? ''));
      if (!start || !end || start.version !== end.version) return;
      if (asGoodAsEverybody(ofInternet([{ ...start, last: end.last }]))) {
        yield { path: ['end_ip_address'], says: `${ends(values, 'start')} to ${ends(values, 'end')}` };
      }
    },
  },
  {
    id: 'azure-database-any-tenant',
    title: 'A database of Azure takes connections from everything in Azure',
    severity: 'medium',
    why: '"Allow Azure services" is `0.0.0.0`: the machines of all customers of Azure, not only yours.',
    fix: 'Delete the rule, and use private endpoints or the addresses of your own services.',
    references: [`${DOCS}/azure-sql/database/network-access-controls-overview`],
    types: FIREWALLS,
    *find({ values }) {
      if (ends(values, 'start') === '0.0.0.0' && ends(values, 'end') === '0.0.0.0')
        yield { path: ['start_ip_address'] };
    },
  },
  {
    id: 'azure-database-plain',
    title: 'A database of Azure takes connections without TLS',
    severity: 'medium',
    why: 'Passwords and rows cross the network as they are.',
    fix: 'Set `ssl_enforcement_enabled = true`.',
    references: [`${DOCS}/postgresql/security/security-tls`],
    types: ['azurerm_postgresql_server', 'azurerm_mysql_server', 'azurerm_mariadb_server'],
    decides: ['ssl_enforcement_enabled'],
    *find({ values }) {
      if (isFalse(values.ssl_enforcement_enabled ?? true)) yield { path: ['ssl_enforcement_enabled'] };
    },
  },
  {
    id: 'azure-cosmos-open',
    title: 'A Cosmos DB account answers every network',
    severity: 'medium',
    why: 'A leaked key works from everywhere.',
    fix: 'Set `public_network_access_enabled = false`, or `ip_range_filter`, or virtual network rules.',
    references: [`${DOCS}/cosmos-db/how-to-configure-firewall`],
    types: ['azurerm_cosmosdb_account'],
    decides: ['public_network_access_enabled', 'ip_range_filter', 'is_virtual_network_filter_enabled'],
    *find({ values, unknown }) {
      if (unknown.ip_range_filter || unknown.is_virtual_network_filter_enabled) return;
      const filter = textsIn(values.ip_range_filter).join(',').split(',').filter(Boolean);
      const limited =
        isTrue(values.is_virtual_network_filter_enabled) || (filter.length > 0 && !everybody(filter));
      if (isNotFalse(values.public_network_access_enabled) && !limited)
        yield { path: ['public_network_access_enabled'] };
    },
  },
  {
    id: 'azure-redis-plain',
    title: 'A Redis cache of Azure takes connections without TLS',
    severity: 'medium',
    why: 'The key and what is in the cache cross the network as they are.',
    fix: 'Set `non_ssl_port_enabled = false`.',
    references: [`${DOCS}/azure-cache-for-redis/cache-remove-tls-10-11`],
    types: ['azurerm_redis_cache'],
    decides: ['non_ssl_port_enabled'],
    *find({ values }) {
      for (const name of ['non_ssl_port_enabled', 'enable_non_ssl_port'])
        if (isTrue(values[name])) yield { path: [name] };
    },
  },
  {
    id: 'azure-redis-without-auth',
    title: 'A Redis cache of Azure asks for no key',
    severity: 'high',
    why: 'Every machine that reaches it reads sessions and answers, and can empty it.',
    fix: 'Set `authentication_enabled = true` in `redis_configuration`.',
    references: [`${DOCS}/azure-cache-for-redis/cache-configure`],
    types: ['azurerm_redis_cache'],
    *find({ values }) {
      const configuration = recordsIn(values.redis_configuration)[0] ?? {};
      for (const name of ['authentication_enabled', 'enable_authentication']) {
        if (configuration[name] === false) yield { path: ['redis_configuration', 0, name] };
      }
    },
  },
];

const ends = (values: Readonly<Record<string, unknown>>, end: string): string | undefined =>
  textIn(values[`${end}_ip_address`]) ?? textIn(values[`${end}_ip`]);

/** The plural and the singular of an attribute of a rule. */
const both = (rule: Readonly<Record<string, unknown>>, name: string, plural: string): string[] => [
  ...textsIn(rule[name]),
  ...textsIn(rule[plural]),
];

function world(kind: Kind): ResourceCheck['find'] {
  return function* ({ type, values }) {
    const single = type === 'azurerm_network_security_rule';
    for (const [index, rule] of (single ? [values] : recordsIn(values.security_rule)).entries()) {
      if (rule.access !== 'Allow' || rule.direction !== 'Inbound') continue;
      const sources = both(rule, 'source_address_prefix', 'source_address_prefixes');
      if (!everybody(sources)) continue;
      const texts = both(rule, 'destination_port_range', 'destination_port_ranges');
      const protocol = textIn(rule.protocol) ?? '*';
      const named = protocol === '*' ? 'tcp' : protocol;
      if (openedBy(named, texts) !== kind) continue;
      const says = `${protocol} ${texts.join(', ')} from ${sources.join(', ')}`;
      yield { path: single ? ['destination_port_range'] : ['security_rule', index], says };
    }
  };
}

const network = ({ kind, severity, what, why }: World): ResourceCheck => ({
  id: `azure-network-world-${kind}`,
  title: `A network security rule lets the whole internet reach ${what}`,
  severity,
  why,
  fix: 'Name in `source_address_prefixes` who needs it, or use Bastion and private endpoints.',
  references: [`${DOCS}/virtual-network/network-security-groups-overview`],
  types: ['azurerm_network_security_rule', 'azurerm_network_security_group'],
  decides: ['source_address_prefix', 'source_address_prefixes'],
  find: world(kind),
});

/** Whether a service with `network_acls` answers every network. */
function answersAll(values: Readonly<Record<string, unknown>>): boolean {
  const rules = recordsIn(values.network_acls)[0];
  return isNotFalse(values.public_network_access_enabled) && rules?.default_action !== 'Deny';
}

const services: readonly ResourceCheck[] = [
  ...WORLD.map(network),
  {
    id: 'azure-aks-public-api',
    title: 'The API of a Kubernetes cluster answers the whole internet',
    severity: 'medium',
    why: 'Stolen or leaked credentials work from everywhere, and holes of the API can be tried by everybody.',
    fix: 'Set `private_cluster_enabled = true`, or `authorized_ip_ranges`.',
    references: [`${DOCS}/aks/api-server-authorized-ip-ranges`],
    types: ['azurerm_kubernetes_cluster'],
    *find({ values }) {
      const profile = recordsIn(values.api_server_access_profile)[0];
      const ranges = [
        ...textsIn(profile?.authorized_ip_ranges),
        ...textsIn(values.api_server_authorized_ip_ranges),
      ];
      const limited = ranges.length > 0 && !everybody(ranges);
      if (!isTrue(values.private_cluster_enabled) && !limited) yield { path: ['api_server_access_profile'] };
    },
  },
  {
    id: 'azure-vault-open',
    title: 'A key vault answers every network',
    severity: 'medium',
    why: 'A leaked credential fetches keys and passwords from everywhere.',
    fix: 'Set `default_action = "Deny"` in `network_acls`.',
    references: [`${DOCS}/key-vault/general/network-security`],
    types: ['azurerm_key_vault'],
    *find({ values }) {
      if (answersAll(values)) yield { path: ['network_acls'] };
    },
  },
  attribute({
    id: 'azure-registry-anonymous',
    title: 'Anybody may pull images from a container registry',
    severity: 'high',
    why: 'Images hold the program, and often keys.',
    fix: 'Set `anonymous_pull_enabled = false`.',
    references: [`${DOCS}/container-registry/anonymous-pull-access`],
    types: ['azurerm_container_registry'],
    at: ['anonymous_pull_enabled'],
    is: isTrue,
  }),
  attribute({
    id: 'azure-registry-admin',
    title: 'A container registry has a user that everybody shares',
    severity: 'low',
    why: 'Its password may push and pull everything, says nothing of who did, and lies in the state.',
    fix: 'Set `admin_enabled = false`, and use identities.',
    references: [`${DOCS}/container-registry/container-registry-authentication`],
    types: ['azurerm_container_registry'],
    at: ['admin_enabled'],
    is: isTrue,
  }),
  {
    id: 'azure-ai-open',
    title: 'An AI service of Azure answers every network',
    severity: 'medium',
    why: 'A leaked key uses your models and your quota from everywhere.',
    fix: 'Set `default_action = "Deny"` in `network_acls`, and `local_auth_enabled = false`.',
    references: [`${DOCS}/ai-services/cognitive-services-virtual-networks`],
    types: ['azurerm_cognitive_account', 'azurerm_ai_services'],
    *find({ values }) {
      if (answersAll(values)) yield { path: ['network_acls'] };
    },
  },
  {
    id: 'azure-search-open',
    title: 'A search service of Azure answers every network',
    severity: 'medium',
    why: 'A leaked key reads the indexes from everywhere.',
    fix: 'Set `public_network_access_enabled = false`, or `allowed_ips`.',
    references: [`${DOCS}/search/service-configure-firewall`],
    types: ['azurerm_search_service'],
    decides: ['public_network_access_enabled', 'allowed_ips'],
    *find({ values, unknown }) {
      if (unknown.allowed_ips) return;
      const limited = textsIn(values.allowed_ips).length > 0 && !everybody(textsIn(values.allowed_ips));
      if (isNotFalse(values.public_network_access_enabled) && !limited)
        yield { path: ['public_network_access_enabled'] };
    },
  },
  attribute({
    id: 'azure-learning-public',
    title: 'A machine learning workspace is reached over the internet',
    severity: 'medium',
    why: 'Notebooks, data and models are one stolen sign-in away.',
    fix: 'Set `public_network_access_enabled = false`.',
    references: [`${DOCS}/machine-learning/how-to-configure-private-link`],
    types: ['azurerm_machine_learning_workspace'],
    at: ['public_network_access_enabled'],
    is: isTrue,
  }),
  {
    id: 'azure-app-debugging',
    title: 'An app can be debugged from outside',
    severity: 'medium',
    why: 'A debugger stops the app and reads its memory: keys, prompts and all.',
    fix: 'Set `remote_debugging_enabled = false` in `site_config`.',
    references: [`${DOCS}/app-service/configure-common`],
    types: [
      ...['azurerm_linux_web_app', 'azurerm_windows_web_app', 'azurerm_linux_function_app'],
      'azurerm_windows_function_app',
    ],
    *find({ values }) {
      if (isTrue(recordsIn(values.site_config)[0]?.remote_debugging_enabled)) {
        yield { path: ['site_config', 0, 'remote_debugging_enabled'] };
      }
    },
  },
  attribute({
    id: 'azure-app-plain',
    title: 'An app answers without TLS',
    severity: 'low',
    why: 'Prompts, answers and session tokens can be read on the way.',
    fix: 'Set `https_only = true`.',
    references: [`${DOCS}/app-service/configure-ssl-bindings`],
    types: [
      ...['azurerm_linux_web_app', 'azurerm_windows_web_app', 'azurerm_linux_function_app'],
      'azurerm_windows_function_app',
    ],
    at: ['https_only'],
    is: (value) => value === false,
  }),
];

/** What Azure's provider and exports of `az` can say that opens something to the world. */
export const azure: readonly ResourceCheck[] = [...storage, ...databases, ...services];
