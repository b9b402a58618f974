import { isRecord, recordsIn, textIn, textsIn } from '../json/value.ts';
import { aclOf } from '../s3/acl.ts';
import {
  type Acl,
  type Block,
  type Bucket,
  blockOf,
  bucketIn,
  type Fact,
  NOT_GIVEN,
  type Ownership,
} from '../s3/bucket.ts';
import type { CloudFile, Spot } from '../spot.ts';
import type { Resource } from '../terraform/resource.ts';
import { resource } from './resource.ts';

/** What `aws s3api` printed about one bucket, or `aws s3control` about an account. */
export type Part =
  | { readonly of: 'policy'; readonly fact: Fact<unknown> }
  | { readonly of: 'acl'; readonly fact: Fact<Acl> }
  | { readonly of: 'block'; readonly fact: Fact<Block> }
  | { readonly of: 'ownership'; readonly fact: Fact<Ownership> }
  | { readonly of: 'website' };

/** What a document is that a command about a bucket printed; undefined for anything else. */
export function partOf(file: CloudFile, document: Record<string, unknown>): Part | undefined {
  const spot = (path: Spot['path'], says: string): Spot => ({
    in: file,
    path,
    setting: path.join('.'),
    says,
  });
  if (typeof document.Policy === 'string' && /"arn:aws[a-z-]*:s3:::/.test(document.Policy)) {
    return {
      of: 'policy',
      fact: { is: 'set', value: document.Policy, at: spot(['Policy'], 'the bucket policy') },
    };
  }
  if (isBucketPolicy(document)) {
    return { of: 'policy', fact: { is: 'set', value: document, at: spot([], 'the bucket policy') } };
  }
  if (Array.isArray(document.Grants) && isRecord(document.Owner)) {
    return {
      of: 'acl',
      fact: {
        is: 'set',
        value: aclOf(document, (index, says) => spot(['Grants', index], says)),
        at: spot(['Grants'], 'the grants'),
      },
    };
  }
  if (isRecord(document.PublicAccessBlockConfiguration)) {
    const path = ['PublicAccessBlockConfiguration'];
    const value = blockOf(document.PublicAccessBlockConfiguration);
    return { of: 'block', fact: { is: 'set', value, at: spot(path, JSON.stringify(value)) } };
  }
  if (isRecord(document.OwnershipControls)) {
    const value = textIn(recordsIn(document.OwnershipControls.Rules)[0]?.ObjectOwnership) as
      | Ownership
      | undefined;
    const path = ['OwnershipControls', 'Rules', 0, 'ObjectOwnership'];
    if (value) return { of: 'ownership', fact: { is: 'set', value, at: spot(path, value) } };
  }
  return isRecord(document.IndexDocument) || isRecord(document.RedirectAllRequestsTo)
    ? { of: 'website' }
    : undefined;
}

/** S3 takes a policy about one bucket alone: one about several belongs to an endpoint or a role. */
function isBucketPolicy({ Statement: list }: Record<string, unknown>): boolean {
  const attached = recordsIn(list).filter(
    (one) => one.Principal !== undefined || one.NotPrincipal !== undefined,
  );
  const buckets = attached
    .flatMap((one) => [...textsIn(one.Resource), ...textsIn(one.NotResource)])
    .flatMap((arn) => /^arn:aws[a-z-]*:s3:::([^/*?]*)/.exec(arn)?.[1] ?? []);
  return buckets.length > 0 && new Set(buckets).size === 1;
}

/** The part of a name that says what a file is, not which bucket it is about. */
const WHAT =
  /[._-]?(?:get[._-])?(?:bucket[._-])?(?:policy|acl|public[._-]?access[._-]?block|block|ownership(?:[._-]?controls)?|website)$/i;

export interface AwsFile extends CloudFile {
  readonly part: Part;
}

/**
 * The buckets that some files are about. Files of one bucket are told by their names, `logs.policy.json` and
 * `logs.acl.json`, or by their folder, `logs/policy.json` and `logs/acl.json`; a policy tells its bucket itself.
 * A block whose file is named for an account, `account-block.json`, holds for all.
 */
export function exportedBuckets(files: readonly AwsFile[]): { buckets: Bucket[]; account: Fact<Block> } {
  let account: Fact<Block> = NOT_GIVEN;
  const groups = new Map<string, Part[]>();
  for (const { file, part } of files) {
    const [folder = '', name = ''] = /^(?:(.*)\/)?([^/]*?)(?:\.json)?$/i.exec(file)?.slice(1) ?? [];
    if (part.of === 'block' && /account/i.test(name)) {
      account = part.fact;
      continue;
    }
    const stem = name.replace(WHAT, '');
    const key = stem === name || stem === '' ? folder : `${folder}/${stem}`;
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const buckets = [...groups].map(([key, parts]): Bucket => {
    const fact = (of: Part['of']): Fact<unknown> => {
      const part = parts.find((one) => one.of === of);
      return part && 'fact' in part ? part.fact : NOT_GIVEN;
    };
    const policy = fact('policy');
    const name = (policy.is === 'set' ? bucketIn(policy.value) : undefined) ?? key.split('/').at(-1)!;
    return {
      name,
      subject: `s3://${name}`,
      // What a command printed is all that there is; what was not asked for is not known to be there.
      policy: policy.is === 'set' ? policy : absent(parts, 'the policy'),
      acl: fact('acl') as Fact<Acl>,
      block: fact('block') as Fact<Block>,
      accountBlock: account,
      ownership: fact('ownership') as Fact<Ownership>,
      website: parts.some((part) => part.of === 'website'),
    };
  });
  return { buckets, account };
}

/** A bucket without a policy has no export of it: `get-bucket-policy` fails then. */
const absent = (parts: readonly Part[], what: string): Fact<never> =>
  parts.some(({ of }) => of === 'acl') ? { is: 'unset' } : { is: 'unknown', why: `${what} was not given` };

/** Kinds of policies by the service of their actions, as the resource of Terraform that holds such a policy. */
const POLICIES = new Map<string, readonly [type: string, attribute: string]>(
  Object.entries({
    sqs: ['aws_sqs_queue_policy', 'policy'],
    sns: ['aws_sns_topic_policy', 'policy'],
    kms: ['aws_kms_key_policy', 'policy'],
    secretsmanager: ['aws_secretsmanager_secret_policy', 'policy'],
    ecr: ['aws_ecr_repository_policy', 'policy'],
    elasticfilesystem: ['aws_efs_file_system_policy', 'policy'],
    backup: ['aws_backup_vault_policy', 'policy'],
    dynamodb: ['aws_dynamodb_resource_policy', 'policy'],
    kinesis: ['aws_kinesis_resource_policy', 'policy'],
    glue: ['aws_glue_resource_policy', 'policy'],
    events: ['aws_cloudwatch_event_bus_policy', 'policy'],
    es: ['aws_opensearch_domain', 'access_policies'],
    sts: ['aws_iam_role', 'assume_role_policy'],
  }),
);

/** Other answers of `aws`, as resources: policies, security groups, database instances. */
export function awsResources(file: CloudFile, document: Record<string, unknown>): Resource[] {
  const inner = typeof document.Policy === 'string' ? document.Policy : undefined;
  const policy = inner ?? (document.Statement === undefined ? undefined : JSON.stringify(document));
  if (policy !== undefined) {
    const service = /"(?:Not)?Action"\s*:\s*\[?\s*"([a-z]+):/i.exec(policy)?.[1]?.toLowerCase() ?? '';
    const kind = /"(?:Not)?Principal"/.test(policy)
      ? POLICIES.get(service)
      : (['aws_iam_policy', 'policy'] as const);
    const path = inner === undefined ? [] : ['Policy'];
    return kind ? [resource(file, kind[0], undefined, { [kind[1]]: policy }, [], { [kind[1]]: path })] : [];
  }
  const groups = recordsIn(document.SecurityGroups).map((one, index) => {
    const ingress = recordsIn(one.IpPermissions).map((rule) => ({
      protocol: rule.IpProtocol,
      from_port: rule.FromPort,
      to_port: rule.ToPort,
      cidr_blocks: recordsIn(rule.IpRanges).map(({ CidrIp }) => CidrIp),
      ipv6_cidr_blocks: recordsIn(rule.Ipv6Ranges).map(({ CidrIpv6 }) => CidrIpv6),
    }));
    const path = ['SecurityGroups', index];
    return resource(file, 'aws_security_group', one.GroupId, { ingress }, path, {
      ingress: ['IpPermissions'],
    });
  });
  const databases = recordsIn(document.DBInstances).map((one, index) =>
    resource(
      file,
      'aws_db_instance',
      one.DBInstanceIdentifier,
      { publicly_accessible: one.PubliclyAccessible },
      ['DBInstances', index],
      { publicly_accessible: ['PubliclyAccessible'] },
    ),
  );
  return [...groups, ...databases];
}
