import { TacetError } from '@tacet/records';
import type { Check, Finding } from '../finding.ts';
import { awsData } from './checks/aws-data.ts';
import { awsIdentity } from './checks/aws-identity.ts';
import { awsNetwork } from './checks/aws-network.ts';
import { awsPolicies } from './checks/aws-policies.ts';
import { azure } from './checks/azure.ts';
import { type ResourceCheck, resourceHits, UNCLEAR, UNDECIDED } from './checks/check.ts';
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
  [...Object.values(S3), ...RESOURCE_CHECKS, UNCLEAR, UNDECIDED]
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
 * Collects files of clouds and checks them: a plan or state by itself and at once, so that none is kept; what
 * `aws` printed about a bucket together with the rest about it.
 */
export class CloudAudit {
  readonly #now: Date;
  readonly #found: Finding[] = [];
  readonly #parts: AwsFile[] = [];

  constructor(now = new Date()) {
    this.#now = now;
  }

  /**
   * Takes in a JSON file, and says what it is; undefined when it is nothing of a cloud.
   *
   * @throws CONFIGURATION_INVALID when it looks like one and is no JSON, or is nested deeper than can be read
   */
  add(file: string, text: string): CloudFormat | undefined {
    if (!TELLING.test(text)) return undefined;
    const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    let document: unknown;
    try {
      document = JSON.parse(plain);
    } catch {
      throw new TacetError('CONFIGURATION_INVALID', `${file} is no JSON`);
    }
    try {
      return this.#read({ file, text: plain }, document);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new TacetError('CONFIGURATION_INVALID', `${file} is nested too deep`);
    }
  }

  #read(one: CloudFile, document: unknown): CloudFormat | undefined {
    if (isTerraform(document))
      return this.#keep('terraform', terraformHits(terraformOf(one, document), this.#now));
    if (isState(document)) return this.#keep('terraform', terraformHits(stateOf(one, document), this.#now));
    const part = isRecord(document) ? partOf(one, document) : undefined;
    if (part) {
      this.#parts.push({ ...one, part });
      return 'aws';
    }
    for (const [format, resources] of [
      ['aws', isRecord(document) ? awsResources(one, document) : []],
      ['google-cloud', googleResources(one, document)],
      ['azure', azureResources(one, document)],
    ] as const) {
      if (resources.length > 0) return this.#keep(format, resourceHits(RESOURCE_CHECKS, exported(resources)));
    }
    return undefined;
  }

  #keep(format: CloudFormat, hits: readonly Hit[]): CloudFormat {
    this.#found.push(...placed(hits));
    return format;
  }

  /** What all files together say. */
  findings(): Finding[] {
    const { buckets, account } = exportedBuckets(this.#parts);
    const hits = buckets.flatMap((bucket) => bucketHits(bucket, this.#now));
    return [...this.#found, ...placed([...accountHits('aws:account', account), ...hits])];
  }
}

function terraformHits(terraform: Terraform, now: Date): Hit[] {
  const account = terraform.account === undefined ? 'aws:account' : `aws:account/${terraform.account}`;
  return [
    ...accountHits(account, accountBlockOf(terraform)),
    ...bucketsOf(terraform).flatMap((bucket) => bucketHits(bucket, now)),
    ...resourceHits(RESOURCE_CHECKS, terraform),
  ];
}
