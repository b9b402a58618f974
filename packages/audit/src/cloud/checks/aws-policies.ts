import type { Severity } from '../../finding.ts';
import { recordsIn } from '../json/value.ts';
import { policyOf, type Statement } from '../policy/document.ts';
import { reachOf } from '../policy/reach.ts';
import { MAX_BUDGET } from '../policy/search.ts';
import { policyIn } from '../terraform/documents.ts';
import type { Resource, Terraform } from '../terraform/resource.ts';
import { type At, isTrue, type ResourceCheck, UNCLEAR } from './check.ts';

const DOCS = 'https://docs.aws.amazon.com';

/** What a policy says of strangers. */
export interface Openness {
  /** The statements by which they may do something. */
  readonly statements: readonly Statement[];
  /** What was not understood, or decides and is not known. */
  readonly reasons: readonly string[];
}

/** Whether strangers may do one of these actions by a policy that is attached to one resource. */
export function opennessOf(
  resource: Resource,
  terraform: Terraform,
  attribute: string,
  actions: readonly string[],
): Openness {
  const given = policyIn(terraform, resource, attribute, ['*']);
  if (given === undefined || 'unknown' in given) return { statements: [], reasons: [] };
  const policy = policyOf(given.policy);
  // Such a policy is only ever about the resource that it is attached to.
  const statements = policy.statements.map((one) => ({ ...one, resources: undefined }));
  const ask = { resources: [''], owner: terraform.account, now: new Date(), budget: { left: MAX_BUDGET } };
  const reaches = actions.map((action) => reachOf(statements, { ...ask, actions: [action] }));
  const open = reaches
    .filter(({ audience }) => audience === 'everybody' || audience === 'any-account')
    .map(({ statement }) => statement!);
  const undecided = reaches.filter(({ audience }) => audience === 'undecided');
  return {
    statements: [...new Map(open.map((one) => [one.index, one])).values()],
    reasons: [...new Set([...policy.problems, ...undecided.flatMap(({ reasons }) => reasons)])],
  };
}

/** A finding a statement; where there is none, but something is not clear, that. */
export function* findOpen(
  attribute: string,
  { statements, reasons }: Openness,
  says: (statement: Statement) => string,
): Generator<At> {
  for (const statement of statements) yield { path: [attribute], says: says(statement) };
  if (statements.length === 0 && reasons.length > 0)
    yield { path: [attribute], as: UNCLEAR, says: `not decided: ${reasons.slice(0, 5).join('; ')}` };
}

interface Facts {
  readonly id: string;
  readonly what: string;
  readonly severity: Severity;
  readonly why: string;
  readonly page: string;
  readonly types: readonly string[];
  readonly actions: readonly string[];
  readonly attribute?: string;
  /** What else must be so. */
  readonly also?: (resource: Resource) => boolean;
}

function policyCheck({
  id,
  what,
  severity,
  why,
  page,
  types,
  actions,
  attribute = 'policy',
  also,
}: Facts): ResourceCheck {
  return {
    id,
    title: `The policy of ${what} lets strangers in`,
    severity,
    why,
    fix: 'Name accounts, roles or services in `Principal`, or add a condition on `aws:PrincipalOrgID`, `aws:SourceAccount` or `aws:SourceArn`.',
    references: [page],
    types,
    decides: [attribute],
    *find(resource, terraform) {
      if (also && !also(resource)) return;
      yield* findOpen(
        attribute,
        opennessOf(resource, terraform, attribute, actions),
        ({ name, actions: allowed }) => `${name} allows ${allowed.patterns.join(', ')}`,
      );
    },
  };
}

/** Policies of single resources, each with what a stranger would use it for. */
export const awsPolicies: readonly ResourceCheck[] = [
  policyCheck({
    id: 'aws-queue-public',
    what: 'a queue',
    severity: 'high',
    why: 'Strangers take messages out before you do, or put theirs in.',
    page: `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html`,
    types: ['aws_sqs_queue', 'aws_sqs_queue_policy'],
    actions: ['sqs:ReceiveMessage', 'sqs:SendMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue'],
  }),
  policyCheck({
    id: 'aws-topic-public',
    what: 'a topic',
    severity: 'high',
    why: 'Strangers subscribe and get every message, or publish to all who listen.',
    page: `${DOCS}/sns/latest/dg/sns-access-policy-use-cases.html`,
    types: ['aws_sns_topic', 'aws_sns_topic_policy'],
    actions: ['sns:Subscribe', 'sns:Publish', 'sns:SetTopicAttributes'],
  }),
  policyCheck({
    id: 'aws-key-public',
    what: 'an encryption key',
    severity: 'critical',
    why: 'Whoever gets hold of what it encrypted has it decrypted.',
    page: `${DOCS}/kms/latest/developerguide/key-policies.html`,
    types: ['aws_kms_key', 'aws_kms_key_policy', 'aws_kms_replica_key', 'aws_kms_external_key'],
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'],
  }),
  policyCheck({
    id: 'aws-secret-public',
    what: 'a secret',
    severity: 'critical',
    why: 'Any AWS account reads the password or key that it holds.',
    page: `${DOCS}/secretsmanager/latest/userguide/auth-and-access_resource-policies.html`,
    types: ['aws_secretsmanager_secret', 'aws_secretsmanager_secret_policy'],
    actions: [
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:PutResourcePolicy',
    ],
  }),
  policyCheck({
    id: 'aws-images-public',
    what: 'a registry of container images',
    severity: 'high',
    why: 'Images hold the program, and often keys; whoever may push decides what you run.',
    page: `${DOCS}/AmazonECR/latest/userguide/repository-policies.html`,
    types: ['aws_ecr_repository_policy'],
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:PutImage', 'ecr:SetRepositoryPolicy'],
  }),
  policyCheck({
    id: 'aws-filesystem-public',
    what: 'a file system',
    severity: 'medium',
    why: 'Everybody who reaches a mount target mounts it, without signing in.',
    page: `${DOCS}/efs/latest/ug/access-control-block-public-access.html`,
    types: ['aws_efs_file_system_policy'],
    actions: [
      'elasticfilesystem:ClientMount',
      'elasticfilesystem:ClientWrite',
      'elasticfilesystem:ClientRootAccess',
    ],
  }),
  policyCheck({
    id: 'aws-backups-public',
    what: 'a vault of backups',
    severity: 'high',
    why: 'Strangers copy backups, or delete the last way back.',
    page: `${DOCS}/aws-backup/latest/devguide/create-a-vault-access-policy.html`,
    types: ['aws_backup_vault_policy'],
    actions: ['backup:CopyIntoBackupVault', 'backup:StartRestoreJob', 'backup:DeleteRecoveryPoint'],
  }),
  policyCheck({
    id: 'aws-archive-public',
    what: 'a vault of Glacier',
    severity: 'high',
    why: 'Strangers fetch or delete archives.',
    page: `${DOCS}/amazonglacier/latest/dev/vault-access-policy.html`,
    types: ['aws_glacier_vault'],
    attribute: 'access_policy',
    actions: [
      'glacier:InitiateJob',
      'glacier:GetJobOutput',
      'glacier:DeleteArchive',
      'glacier:UploadArchive',
    ],
  }),
  policyCheck({
    id: 'aws-table-public',
    what: 'a table of DynamoDB',
    severity: 'critical',
    why: 'Any AWS account reads the table, or writes to it.',
    page: `${DOCS}/amazondynamodb/latest/developerguide/access-control-resource-based.html`,
    types: ['aws_dynamodb_resource_policy'],
    actions: [
      'dynamodb:Scan',
      'dynamodb:Query',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
    ],
  }),
  policyCheck({
    id: 'aws-stream-public',
    what: 'a stream of Kinesis',
    severity: 'high',
    why: 'Any AWS account reads what flows by, or adds to it.',
    page: `${DOCS}/streams/latest/dev/controlling-access.html`,
    types: ['aws_kinesis_resource_policy'],
    actions: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:PutRecord', 'kinesis:PutRecords'],
  }),
  policyCheck({
    id: 'aws-catalog-public',
    what: 'a data catalog of Glue',
    severity: 'high',
    why: 'Names, columns and places of all tables are open to any AWS account.',
    page: `${DOCS}/glue/latest/dg/security_iam_resource-based-policy-examples.html`,
    types: ['aws_glue_resource_policy'],
    actions: ['glue:GetTables', 'glue:GetTable', 'glue:GetDatabases', 'glue:UpdateTable'],
  }),
  policyCheck({
    id: 'aws-eventbus-public',
    what: 'an event bus',
    severity: 'medium',
    why: 'Strangers send events that your rules act upon.',
    page: `${DOCS}/eventbridge/latest/userguide/eb-event-bus-perms.html`,
    types: ['aws_cloudwatch_event_bus_policy'],
    actions: ['events:PutEvents', 'events:PutRule', 'events:PutTargets'],
  }),
  policyCheck({
    id: 'aws-s3-access-point-public',
    what: 'an access point of S3 on the internet',
    severity: 'high',
    why: 'Together with a bucket policy that leaves the decision to access points, as most that use them do, the objects are open.',
    page: `${DOCS}/AmazonS3/latest/userguide/access-points-policies.html`,
    types: ['aws_s3_access_point'],
    actions: ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject'],
    also: ({ values }) =>
      recordsIn(values.vpc_configuration).length === 0 &&
      !recordsIn(values.public_access_block_configuration).some((block) =>
        isTrue(block.restrict_public_buckets),
      ),
  }),
  policyCheck({
    id: 'aws-search-open',
    what: 'an OpenSearch domain on the internet',
    severity: 'critical',
    why: 'The domain has a public address, its policy lets everybody in, and no users are set up within: every index can be read and deleted.',
    page: `${DOCS}/opensearch-service/latest/developerguide/ac.html`,
    types: ['aws_opensearch_domain', 'aws_elasticsearch_domain'],
    attribute: 'access_policies',
    actions: ['es:ESHttpGet', 'es:ESHttpPost', 'es:ESHttpPut', 'es:ESHttpDelete'],
    also: ({ values }) =>
      recordsIn(values.vpc_options).length === 0 &&
      !recordsIn(values.advanced_security_options).some(
        ({ enabled, anonymous_auth_enabled: anonymous }) => isTrue(enabled) && !isTrue(anonymous),
      ),
  }),
];
