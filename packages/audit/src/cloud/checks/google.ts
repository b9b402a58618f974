import type { Severity } from '../../finding.ts';
import type { Path } from '../json/places.ts';
import { recordsIn, textIn, textsIn, wordOf } from '../json/value.ts';
import { isUnknown } from '../terraform/resource.ts';
import { attribute, isFalse, isNotFalse, isTrue, type ResourceCheck } from './check.ts';
import { ALL, iamTypes, SIGNED_IN, strangers } from './google-members.ts';
import { everybody, type Kind, openedBy, WORLD, type World } from './ports.ts';

const DOCS = 'https://cloud.google.com';

interface Shared {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly page: string;
  readonly bases: readonly string[];
  readonly member?: string;
}

/** A check of roles that everybody has on something. */
function shared({ id, title, severity, why, page, bases, member }: Shared): ResourceCheck {
  return {
    id,
    title,
    severity,
    why,
    fix: `Take \`${ALL}\` and \`${SIGNED_IN}\` out and name users, groups or service accounts; the organisation policy \`iam.allowedPolicyMemberDomains\` keeps them out.`,
    references: [page],
    types: iamTypes(...bases),
    decides: ['member', 'members', 'policy_data'],
    *find(resource) {
      for (const one of strangers(resource)) {
        if (member === undefined || one.member === member) yield one;
      }
    },
  };
}

const BUCKETS = ['google_storage_bucket', 'google_storage_managed_folder'];

/** Roles of strangers: https://cloud.google.com/iam/docs/principals-overview#all-users */
const roles: readonly ResourceCheck[] = [
  shared({
    id: 'gcp-bucket-public',
    title: 'Everybody has a role on a bucket of Cloud Storage',
    severity: 'critical',
    why: 'Its objects are read, listed or written without an account.',
    page: `${DOCS}/storage/docs/access-control/making-data-public`,
    bases: BUCKETS,
    member: ALL,
  }),
  shared({
    id: 'gcp-bucket-any-account',
    title: 'Everybody with a Google account has a role on a bucket of Cloud Storage',
    severity: 'critical',
    why: '`allAuthenticatedUsers` are not your users but all accounts at Google, and one costs nothing.',
    page: `${DOCS}/storage/docs/access-control/iam#principals`,
    bases: BUCKETS,
    member: SIGNED_IN,
  }),
  shared({
    id: 'gcp-run-public',
    title: 'A Cloud Run service may be called by everybody',
    severity: 'medium',
    why: 'Unless the service itself asks who calls, what it answers is public, on your bill.',
    page: `${DOCS}/run/docs/authenticating/public`,
    bases: ['google_cloud_run_service', 'google_cloud_run_v2_service', 'google_cloud_run_v2_job'],
  }),
  shared({
    id: 'gcp-function-public',
    title: 'A cloud function may be called by everybody',
    severity: 'medium',
    why: 'It runs for whoever knows its address, on your bill and with its service account.',
    page: `${DOCS}/functions/docs/securing/managing-access-iam`,
    bases: ['google_cloudfunctions_function', 'google_cloudfunctions2_function'],
  }),
  shared({
    id: 'gcp-table-public',
    title: 'Everybody has a role on a table or data set of BigQuery',
    severity: 'critical',
    why: 'Whoever has a Google account queries the data.',
    page: `${DOCS}/bigquery/docs/control-access-to-resources-iam`,
    bases: ['google_bigquery_dataset', 'google_bigquery_table', 'google_bigquery_routine'],
  }),
  shared({
    id: 'gcp-queue-public',
    title: 'Everybody has a role on a topic or subscription of Pub/Sub',
    severity: 'high',
    why: 'Strangers read what passes through, or put in what your services act upon.',
    page: `${DOCS}/pubsub/docs/access-control`,
    bases: ['google_pubsub_topic', 'google_pubsub_subscription', 'google_pubsub_schema'],
  }),
  shared({
    id: 'gcp-key-public',
    title: 'Everybody has a role on an encryption key',
    severity: 'critical',
    why: 'Whoever gets hold of what it encrypted has it decrypted.',
    page: `${DOCS}/kms/docs/reference/permissions-and-roles`,
    bases: ['google_kms_crypto_key', 'google_kms_key_ring'],
  }),
  shared({
    id: 'gcp-secret-public',
    title: 'Everybody has a role on a secret',
    severity: 'critical',
    why: 'The password or key that it holds is open to whoever has a Google account.',
    page: `${DOCS}/secret-manager/docs/access-control`,
    bases: ['google_secret_manager_secret', 'google_secret_manager_regional_secret'],
  }),
  shared({
    id: 'gcp-images-public',
    title: 'Everybody has a role on a registry of packages or images',
    severity: 'medium',
    why: 'Images hold the program, and often keys; whoever may write decides what you run.',
    page: `${DOCS}/artifact-registry/docs/access-control`,
    bases: ['google_artifact_registry_repository', 'google_compute_image', 'google_container_registry'],
  }),
  shared({
    id: 'gcp-project-public',
    title: 'Everybody has a role on a project, folder or organisation',
    severity: 'critical',
    why: 'The role holds for all that is in it, now and later.',
    page: `${DOCS}/resource-manager/docs/access-control-proj`,
    bases: ['google_project', 'google_folder', 'google_organization'],
  }),
  shared({
    id: 'gcp-identity-public',
    title: 'Everybody may act as a service account',
    severity: 'critical',
    why: 'Whoever has a Google account gets tokens of it, and with them all that it may do.',
    page: `${DOCS}/iam/docs/service-account-permissions`,
    bases: ['google_service_account'],
  }),
];

const ENTITY = /^(?:[A-Z]+:)?(?:allUsers|allAuthenticatedUsers)$/;

/** https://cloud.google.com/storage/docs/access-control/lists */
const storage: readonly ResourceCheck[] = [
  {
    id: 'gcp-bucket-acl-public',
    title: 'An access control list of Cloud Storage lets everybody in',
    severity: 'critical',
    why: 'The bucket or its objects are read without an account, or with any Google account.',
    fix: 'Take `allUsers` and `allAuthenticatedUsers` out, switch on uniform bucket-level access and enforce public access prevention.',
    references: [`${DOCS}/storage/docs/access-control/lists`],
    types: [
      ...['google_storage_bucket_acl', 'google_storage_default_object_acl', 'google_storage_object_acl'],
      ...['google_storage_bucket_access_control', 'google_storage_default_object_access_control'],
      'google_storage_object_access_control',
    ],
    decides: ['role_entity', 'entity', 'predefined_acl'],
    *find({ values }) {
      for (const [index, one] of textsIn(values.role_entity).entries()) {
        if (ENTITY.test(one)) yield { path: ['role_entity', index] };
      }
      if (ENTITY.test(wordOf(values.entity))) yield { path: ['entity'] };
      if (/^(?:public|authenticatedRead)/.test(wordOf(values.predefined_acl)))
        yield { path: ['predefined_acl'] };
    },
  },
  {
    id: 'gcp-bucket-prevention-off',
    title: 'Public access to a bucket of Cloud Storage is not prevented',
    severity: 'low',
    why: 'One role for `allUsers` opens it, and nothing would stop that, unless the organisation enforces it.',
    fix: 'Set `public_access_prevention = "enforced"`.',
    references: [`${DOCS}/storage/docs/public-access-prevention`],
    types: ['google_storage_bucket'],
    decides: ['public_access_prevention'],
    *find({ values, unknown }) {
      // With lists in effect, that is what is said.
      if (isFalse(values.uniform_bucket_level_access)) return;
      if (values.public_access_prevention !== 'enforced' && !unknown.public_access_prevention) {
        yield { path: ['public_access_prevention'] };
      }
    },
  },
  {
    id: 'gcp-bucket-acls-in-effect',
    title: 'Access control lists are in effect in a bucket of Cloud Storage',
    severity: 'low',
    why: 'Single objects can be made public, which no look at the bucket shows.',
    fix: 'Set `uniform_bucket_level_access = true`.',
    references: [`${DOCS}/storage/docs/uniform-bucket-level-access`],
    types: ['google_storage_bucket'],
    *find({ values }) {
      // Prevention, where it is enforced, overrides every list.
      const prevented = values.public_access_prevention === 'enforced';
      if (isFalse(values.uniform_bucket_level_access) && !prevented)
        yield { path: ['uniform_bucket_level_access'] };
    },
  },
];

const SOURCES = ['source_ranges', 'source_tags', 'source_service_accounts'];
const FIREWALL = `${DOCS}/firewall/docs/firewalls`;

function world(kind: Kind): ResourceCheck['find'] {
  return function* (resource) {
    const { values } = resource;
    if (values.direction === 'EGRESS' || isTrue(values.disabled)) return;
    const sources = textsIn(values.source_ranges);
    // None at all are all; some that come only after apply are not none.
    const anywhere = SOURCES.every((one) => textsIn(values[one]).length === 0 && !isUnknown(resource, one));
    if (!everybody(sources) && !anywhere) return;
    for (const [index, one] of recordsIn(values.allow).entries()) {
      const protocol = textIn(one.protocol) ?? 'all';
      const texts = textsIn(one.ports);
      const path: Path = ['allow', index];
      if (openedBy(protocol, texts.length === 0 ? ['*'] : texts) === kind)
        yield {
          path,
          says: `${protocol} ${texts.join(', ') || 'all ports'} from ${sources.join(', ') || 'anywhere'}`,
        };
    }
  };
}

const network = ({ kind, severity, what, why }: World): ResourceCheck => ({
  id: `gcp-network-world-${kind}`,
  title: `A firewall rule lets the whole internet reach ${what}`,
  severity,
  why,
  fix: 'Limit `source_ranges` to the addresses that need it, or use Identity-Aware Proxy.',
  references: [FIREWALL],
  types: ['google_compute_firewall'],
  decides: SOURCES,
  find: world(kind),
});

const services: readonly ResourceCheck[] = [
  ...WORLD.map(network),
  {
    id: 'gcp-sql-world',
    title: 'A Cloud SQL instance takes connections from the whole internet',
    severity: 'critical',
    why: 'Only the password is left between everybody and the database.',
    fix: 'Take `0.0.0.0/0` out of `authorized_networks`; use the Cloud SQL proxy or a private address.',
    references: [`${DOCS}/sql/docs/postgres/authorize-networks`],
    types: ['google_sql_database_instance'],
    *find({ values }) {
      const ip = recordsIn(recordsIn(values.settings)[0]?.ip_configuration)[0];
      if (ip === undefined || isFalse(ip.ipv4_enabled)) return;
      const networks = recordsIn(ip.authorized_networks).flatMap(({ value }) => textsIn(value));
      const path: Path = ['settings', 0, 'ip_configuration', 0, 'authorized_networks'];
      if (everybody(networks)) yield { path, says: networks.join(', ') };
    },
  },
  {
    id: 'gcp-sql-plain',
    title: 'A Cloud SQL instance with a public address takes connections without TLS',
    severity: 'medium',
    why: 'Passwords and rows cross the internet as they are.',
    fix: 'Set `ssl_mode = "ENCRYPTED_ONLY"`, or `TRUSTED_CLIENT_CERTIFICATE_REQUIRED`.',
    references: [`${DOCS}/sql/docs/postgres/configure-ssl-instance`],
    types: ['google_sql_database_instance'],
    *find({ values }) {
      const ip = recordsIn(recordsIn(values.settings)[0]?.ip_configuration)[0];
      const plain =
        ip?.ssl_mode === 'ALLOW_UNENCRYPTED_AND_ENCRYPTED' || (!ip?.ssl_mode && ip?.require_ssl === false);
      if (ip && isNotFalse(ip.ipv4_enabled) && plain)
        yield { path: ['settings', 0, 'ip_configuration', 0, 'ssl_mode'] };
    },
  },
  {
    id: 'gcp-dataset-public',
    title: 'An entry of a BigQuery data set’s access lets everybody in',
    severity: 'critical',
    why: 'Whoever has a Google account queries the data.',
    fix: 'Take `allAuthenticatedUsers` and `allUsers` out of `access`.',
    references: [`${DOCS}/bigquery/docs/control-access-to-resources-iam`],
    types: ['google_bigquery_dataset', 'google_bigquery_dataset_access'],
    *find({ type, values }) {
      const entries = type === 'google_bigquery_dataset' ? recordsIn(values.access) : [values];
      for (const [index, one] of entries.entries()) {
        const name = ['special_group', 'iam_member'].find((key) => ENTITY.test(wordOf(one[key])));
        if (name) yield { path: type === 'google_bigquery_dataset' ? ['access', index, name] : [name] };
      }
    },
  },
  {
    id: 'gcp-gke-public-endpoint',
    title: 'The API of a Kubernetes cluster answers the whole internet',
    severity: 'medium',
    why: 'Stolen or leaked credentials work from everywhere, and holes of the API can be tried by everybody.',
    fix: 'Set `master_authorized_networks_config`, or `enable_private_endpoint`.',
    references: [`${DOCS}/kubernetes-engine/docs/how-to/latest/network-isolation`],
    types: ['google_container_cluster'],
    *find({ values }) {
      const isPrivate = isTrue(recordsIn(values.private_cluster_config)[0]?.enable_private_endpoint);
      const config = recordsIn(values.master_authorized_networks_config)[0];
      const blocks = recordsIn(config?.cidr_blocks).map(({ cidr_block: block }) => block);
      if (!isPrivate && (config === undefined || everybody(blocks)))
        yield { path: ['master_authorized_networks_config'] };
    },
  },
  attribute({
    id: 'gcp-gke-legacy-abac',
    title: 'A Kubernetes cluster still uses its old access control',
    severity: 'high',
    why: 'It gives every service account of the cluster all rights in it.',
    fix: 'Set `enable_legacy_abac = false`.',
    references: [`${DOCS}/kubernetes-engine/docs/how-to/hardening-your-cluster`],
    types: ['google_container_cluster'],
    at: ['enable_legacy_abac'],
    is: isTrue,
  }),
  {
    id: 'gcp-key-in-state',
    title: 'The private key of a service account lies in the state of Terraform',
    severity: 'high',
    why: 'Whoever reads the state, its bucket or its backups has the key, and it does not expire.',
    fix: 'Use workload identity instead of keys; delete this one.',
    references: [`${DOCS}/iam/docs/best-practices-for-managing-service-account-keys`],
    types: ['google_service_account_key'],
    *find({ values }) {
      if (textIn(values.private_key)) yield { path: ['private_key'], says: '[hidden]' };
    },
  },
  attribute({
    id: 'gcp-redis-without-auth',
    title: 'A Redis instance of Memorystore asks for no password',
    severity: 'medium',
    why: 'Every machine of the network reads sessions and answers, and can empty it.',
    fix: 'Set `auth_enabled = true`.',
    references: [`${DOCS}/memorystore/docs/redis/about-redis-auth`],
    types: ['google_redis_instance'],
    at: ['auth_enabled'],
    is: (value) => !isTrue(value),
  }),
  attribute({
    id: 'gcp-notebook-public',
    title: 'A notebook of Vertex AI has a public address',
    severity: 'medium',
    why: 'It runs code with a service account; nothing but a firewall keeps strangers from it.',
    fix: 'Set `no_public_ip = true`, or `disable_public_ip` in `gce_setup`.',
    references: [`${DOCS}/vertex-ai/docs/workbench/instances/create`],
    types: ['google_notebooks_instance'],
    at: ['no_public_ip'],
    is: (value) => !isTrue(value),
  }),
];

/** What Google's provider and exports of `gcloud` can say that opens something to the world. */
export const google: readonly ResourceCheck[] = [...roles, ...storage, ...services];
