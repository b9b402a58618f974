import { isRecord, recordsIn, textIn, wordOf } from '../json/value.ts';
import type { CloudFile } from '../spot.ts';
import type { Resource } from '../terraform/resource.ts';
import { resource } from './resource.ts';

/** What a role is on, by the service in its name; other roles are on a project or above. */
const ON = new Map<string, string>(
  Object.entries({
    storage: 'google_storage_bucket',
    run: 'google_cloud_run_service',
    cloudfunctions: 'google_cloudfunctions_function',
    bigquery: 'google_bigquery_dataset',
    pubsub: 'google_pubsub_topic',
    cloudkms: 'google_kms_crypto_key',
    secretmanager: 'google_secret_manager_secret',
    artifactregistry: 'google_artifact_registry_repository',
    iam: 'google_service_account',
  }),
);

/**
 * Answers of `gcloud … get-iam-policy --format=json` and of `gcloud storage buckets describe` or `list`, or of
 * the API itself, as resources.
 */
export function googleResources(
  file: CloudFile,
  document: unknown,
  path: (string | number)[] = [],
): Resource[] {
  if (Array.isArray(document)) {
    return path.length > 0 ? [] : document.flatMap((one, index) => googleResources(file, one, [index]));
  }
  if (!isRecord(document)) return [];
  if (Array.isArray(document.bindings)) {
    return recordsIn(document.bindings).map((binding, index) => {
      const service = /^roles\/(\w+)\./.exec(wordOf(binding.role))?.[1] ?? '';
      const base = ON.get(service) ?? 'google_project';
      return resource(file, `${base}_iam_binding`, undefined, binding, [...path, 'bindings', index]);
    });
  }
  const configuration = isRecord(document.iamConfiguration) ? document.iamConfiguration : undefined;
  if (document.kind !== 'storage#bucket' && document.uniform_bucket_level_access === undefined) return [];
  const uniform = isRecord(configuration?.uniformBucketLevelAccess)
    ? configuration.uniformBucketLevelAccess.enabled
    : document.uniform_bucket_level_access;
  const values = {
    name: document.name,
    public_access_prevention: configuration?.publicAccessPrevention ?? document.public_access_prevention,
    uniform_bucket_level_access: uniform ?? false,
  };
  const name = textIn(document.name);
  const places = configuration && {
    public_access_prevention: ['iamConfiguration', 'publicAccessPrevention'],
    uniform_bucket_level_access: ['iamConfiguration', 'uniformBucketLevelAccess'],
  };
  return [
    resource(file, 'google_storage_bucket', name, values, path, places),
    // Neither lists count under uniform access or prevention.
    ...(uniform === true || values.public_access_prevention === 'enforced'
      ? []
      : ['acl', 'default_acl', 'defaultObjectAcl'].flatMap((list) =>
          recordsIn(document[list]).map((entry, index) => {
            const kind = list === 'acl' ? 'bucket' : 'default_object';
            return resource(file, `google_storage_${kind}_access_control`, name, entry, [
              ...path,
              list,
              index,
            ]);
          }),
        )),
  ];
}
