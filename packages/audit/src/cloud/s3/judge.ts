import { awsCallsPublic } from '../policy/aws-public.ts';
import { type Policy, policyOf, type Statement } from '../policy/document.ts';
import { globMatches, instanceOf } from '../policy/glob.ts';
import { filled } from '../policy/outsiders.ts';
import { type Deputy, deputies, type Reach, reachOf, widest } from '../policy/reach.ts';
import { MAX_BUDGET } from '../policy/search.ts';
import { statementsOf } from './acl.ts';
import { type Bucket, blocked, NOT_GIVEN } from './bucket.ts';

/** What somebody can do with a bucket, told apart by what follows from it. */
export type Capability = 'list' | 'read' | 'write' | 'read-acl' | 'write-acl' | 'configure';

export const CAPABILITIES: readonly Capability[] = [
  ...(['read', 'list', 'write', 'write-acl', 'configure', 'read-acl'] as const),
];

interface Actions {
  readonly bucket: readonly string[];
  readonly object: readonly string[];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const ACTIONS: Readonly<Record<Capability, Actions>> = {
  list: { bucket: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'], object: [] },
  read: { bucket: [], object: ['s3:GetObject', 's3:GetObjectVersion'] },
  write: {
    bucket: [],
    object: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateObject'],
  },
  'read-acl': { bucket: ['s3:GetBucketAcl'], object: ['s3:GetObjectAcl', 's3:GetObjectVersionAcl'] },
  'write-acl': { bucket: ['s3:PutBucketAcl'], object: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'] },
  configure: {
    bucket: [
      ...['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:DeleteBucket'],
      ...['s3:PutBucketPublicAccessBlock', 's3:PutBucketOwnershipControls', 's3:PutReplicationConfiguration'],
      ...[
        's3:PutLifecycleConfiguration',
        's3:PutBucketNotification',
        's3:PutBucketWebsite',
        's3:PutBucketCORS',
      ],
      ...['s3:PutBucketVersioning', 's3:PutBucketLogging', 's3:PutEncryptionConfiguration'],
    ],
    object: [],
  },
};

export interface Judgement {
  readonly reaches: ReadonlyMap<Capability, Reach>;
  readonly deputies: readonly Deputy[];
  /** Statements that stand for grants of the access control list. */
  readonly acl: readonly Statement[];
  /** Why the answer may be another one: what was not given, not allowed, or comes only after apply. */
  readonly unless: readonly string[];
}

/**
 * Who outside may do what with a bucket: its policy, its access control list and both public-access blocks
 * together, as S3 weighs them. Where something is not known that could open the bucket, what nobody is known to
 * be able to do is undecided; where it could close it, `unless` says so.
 */
export function judge(bucket: Bucket, now: Date): Judgement {
  const policy: Policy =
    bucket.policy.is === 'set' ? policyOf(bucket.policy.value) : { statements: [], problems: [] };
  const doubts = policy.problems.map((problem) => `the policy: ${problem}`);
  if (bucket.policy.is === 'unknown') doubts.push(`the policy: ${bucket.policy.why}`);
  const unless: string[] = [];

  // A block that restricts public policies leaves AWS's own services and the account's people.
  const restricted = blocked(bucket, 'restrictPublicBuckets');
  const called = awsCallsPublic(policy.statements);
  const open =
    called && restricted === true ? policy.statements.filter(({ allows }) => !allows) : policy.statements;
  if (called && restricted === undefined) unless.push('a public-access block restricts public policies');

  const acl = aclOf(bucket, doubts, unless);
  const statements = [...open, ...acl];
  const arn = arnOf(bucket.name, policy.statements);
  const common = { owner: bucket.owner, now, budget: { left: MAX_BUDGET } };
  const reaches = new Map<Capability, Reach>();
  for (const capability of CAPABILITIES) {
    const { bucket: onBucket, object } = ACTIONS[capability];
    const found: Reach[] = [];
    if (onBucket.length > 0)
      found.push(reachOf(statements, { ...common, actions: onBucket, resources: [arn] }));
    if (object.length > 0) {
      found.push(reachOf(statements, { ...common, actions: object, resources: objectsOf(arn, statements) }));
    }
    const reach = widest(found)!;
    const nobody = reach.audience === 'nobody' && doubts.length > 0;
    reaches.set(capability, nobody ? { ...reach, audience: 'undecided', reasons: doubts } : reach);
  }
  const deputed = deputies(policy.statements, {
    ...common,
    actions: [...ACTIONS.write.object, ...ACTIONS.read.object],
    resources: objectsOf(arn, policy.statements),
  });
  return { reaches, deputies: deputed, acl, unless };
}

function aclOf(bucket: Bucket, doubts: string[], unless: string[]): Statement[] {
  const { acl, ownership } = bucket;
  const enforced = ownership.is === 'set' && ownership.value === 'BucketOwnerEnforced';
  if (enforced) return [];
  const ignored = blocked(bucket, 'ignorePublicAcls');
  if (acl.is === 'unknown') {
    // Nobody outside gets in by a list that is ignored; single accounts still could. Whoever exports neither the
    // list nor the ownership, which switches lists off in new buckets, asks about the policy alone.
    const asked = acl !== NOT_GIVEN || ownership.is !== 'unknown';
    if (ignored !== true && asked) doubts.push(`the access control list: ${acl.why}`);
    return [];
  }
  if (acl.is === 'unset') return [];
  const statements = statementsOf(acl.value, ignored === true);
  const open = statements.some(({ principals }) => principals.everybody || principals.authenticated);
  if (open && ignored === undefined) unless.push('a public-access block ignores public lists');
  if (open && ownership.is === 'unknown') unless.push('object ownership switches lists off');
  return statements;
}

/** S3 takes a policy only about its own bucket, so the policy tells the bucket's ARN when it is known better. */
function arnOf(name: string, statements: readonly Statement[]): string {
  for (const { resources } of statements) {
    for (const pattern of resources?.patterns ?? []) {
      const [, partition] = /^arn:(aws[a-z-]*):s3:::/.exec(pattern) ?? [];
      if (partition) return `arn:${partition}:s3:::${name}`;
    }
  }
  return `arn:aws:s3:::${name}`;
}

/** Objects to ask for: any, and one for every pattern of the policy. */
function objectsOf(arn: string, statements: readonly Statement[]): string[] {
  const objects = new Set([`${arn}/outsider`]);
  for (const { allows, resources } of statements) {
    if (!allows || resources === undefined || resources.not) continue;
    for (const pattern of resources.patterns.flatMap(filled)) {
      for (const one of [instanceOf(pattern, 'x'), instanceOf(pattern)]) {
        if (objects.size < 50 && globMatches(`${arn}/*`, one)) objects.add(one);
      }
    }
  }
  return [...objects];
}
