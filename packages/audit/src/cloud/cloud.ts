import { TacetError } from '@tacet/records';
import type { Check, Finding } from '../finding.ts';
import { awsData } from './checks/aws-data.ts';
import { awsIdentity } from './checks/aws-identity.ts';
import { awsNetwork } from './checks/aws-network.ts';
import { awsPolicies } from './checks/aws-policies.ts';
import { azure } from './checks/azure.ts';
import { type ResourceCheck, resourceHits, UNDECIDED } from './checks/check.ts';
import { google } from './checks/google.ts';
import { type AwsFile, awsResources, exportedBuckets, partOf } from './exports/aws.ts';
import { azureResources } from './exports/azure.ts';
import { googleResources } from './exports/google.ts';
import { exported } from './exports/resource.ts';
import { isRecord } from './json/value.ts';
import { S3 } from './s3/checks.ts';
import { accountHits, bucketHits } from './s3/findings.ts';
import { type CloudFile, type Hit, placed } from './spot.ts';
import { accountBlockOf, bucketsOf } from './terraform/buckets.ts';
import { isState, isTerraform, stateOf, type Terraform, terraformOf } from './terraform/resource.ts';

/** What a file of a cloud's settings is. */
export type CloudFormat = 'terraform' | 'aws' | 'google-cloud' | 'azure';

export interface CloudReading extends CloudFile {
  readonly format: CloudFormat;
  readonly document: unknown;
}

/** All that is looked for in one resource. */
const RESOURCE_CHECKS: readonly ResourceCheck[] = [
  ...awsNetwork,
  ...awsData,
  ...awsIdentity,
  ...awsPolicies,
  ...google,
  ...azure,
];

/** All checks of clouds, by their ids. */
export const CLOUD_CHECKS: ReadonlyMap<string, Check> = new Map(
  [...Object.values(S3), ...RESOURCE_CHECKS, UNDECIDED]
    .map((check) => [check.id, check] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** A plan of a large platform has tens of megabytes. */
export const MAX_CLOUD_BYTES = 64 << 20;

/** Whether a file may be of interest, by its path alone. */
export const mayBeCloud = (path: string): boolean => /\.(?:json|tfstate)$/i.test(path);

/** Members by which one of these documents is known before it is parsed. */
const TELLING =
  /"(?:planned_values|terraform_version|Statement|Policy|Grants|PublicAccessBlockConfiguration|OwnershipControls|IndexDocument|RedirectAllRequestsTo|SecurityGroups|DBInstances|bindings|iamConfiguration|uniform_bucket_level_access|allowBlobPublicAccess|publicAccess|startIpAddress|hasImmutabilityPolicy)"/;

/**
 * What a JSON file is; undefined when it is nothing of a cloud.
 *
 * @throws CONFIGURATION_INVALID when it looks like one and is no JSON
 */
export function cloudReadingOf(file: string, text: string): CloudReading | undefined {
  if (!TELLING.test(text)) return undefined;
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  let document: unknown;
  try {
    document = JSON.parse(plain);
  } catch {
    throw new TacetError('CONFIGURATION_INVALID', `${file} is no JSON`);
  }
  const format = formatOf({ file, text: plain }, document);
  return format && { file, text: plain, document, format };
}

function formatOf(file: CloudFile, document: unknown): CloudFormat | undefined {
  if (isTerraform(document) || isState(document)) return 'terraform';
  if (isRecord(document) && (partOf(file, document) || awsResources(file, document).length > 0)) return 'aws';
  if (googleResources(file, document).length > 0) return 'google-cloud';
  return azureResources(file, document).length > 0 ? 'azure' : undefined;
}

/** What all files together say; never throws for what is in them. */
export function cloudFindings(readings: readonly CloudReading[], now = new Date()): Finding[] {
  const hits: Hit[] = [];
  const parts: AwsFile[] = [];
  for (const { file, text, format, document } of readings) {
    const one: CloudFile = { file, text };
    if (format === 'terraform') {
      const terraform = isTerraform(document)
        ? terraformOf(one, document)
        : stateOf(one, document as Record<string, unknown>);
      hits.push(...terraformHits(terraform, now));
    } else if (format === 'aws') {
      const part = partOf(one, document as Record<string, unknown>);
      if (part) parts.push({ ...one, part });
      else
        hits.push(
          ...resourceHits(RESOURCE_CHECKS, exported(awsResources(one, document as Record<string, unknown>))),
        );
    } else {
      const resources = format === 'azure' ? azureResources(one, document) : googleResources(one, document);
      hits.push(...resourceHits(RESOURCE_CHECKS, exported(resources)));
    }
  }
  const { buckets, account } = exportedBuckets(parts);
  hits.push(...accountHits('aws:account', account), ...buckets.flatMap((bucket) => bucketHits(bucket, now)));
  return placed(hits);
}

function terraformHits(terraform: Terraform, now: Date): Hit[] {
  const account = terraform.account === undefined ? 'aws:account' : `aws:account/${terraform.account}`;
  return [
    ...accountHits(account, accountBlockOf(terraform)),
    ...bucketsOf(terraform).flatMap((bucket) => bucketHits(bucket, now)),
    ...resourceHits(RESOURCE_CHECKS, terraform),
  ];
}
